"""Rubrics and replays as pages show them: words for codes, rows of tables; no queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _

from ..rules.shape import changed_leaves
from .replay import OUT
from .scoring import TIERS, Scheme

DIRECTIONS: Final = ("down", "up", "opc", "lacking")


def check_title(code: str, holds: bool) -> str:
    """Return what a question of fairness found, in a few words."""
    titles = {
        "outside": (_("外地与本地无差别"), _("外地与本地变动不一致")),
        "opc": (_("OPC未受损"), _("OPC受损")),
        "young": (_("新成立者未受损"), _("新成立者受损")),
        "words": (_("不依据注册地、品牌"), _("出现注册地、品牌一类字样")),
    }
    return titles[code][0 if holds else 1]


def check_text(check: Mapping[str, Any], young_years: float) -> str:
    """Return the counts a question of fairness was decided by."""
    counts = check["counts"]
    if check["code"] == "outside":
        if not counts["outside"]:
            return _("在库服务商都在本地，无可比较。")
        return _(
            "外地%(outside)s家变%(moved)s家（%(rate)s），本地%(local)s家变%(own)s家（%(own_rate)s）",
            outside=counts["outside"],
            moved=counts["outside_moved"],
            rate=_rate(counts["outside_moved"], counts["outside"]),
            local=counts["local"],
            own=counts["local_moved"],
            own_rate=_rate(counts["local_moved"], counts["local"]),
        )
    if check["code"] == "words":
        words = counts["words"]
        return (
            _("出现%(n)s处，请改写", n=words) if words else _("指标、评分参考和准入条件无此类字样")
        )
    found = {"all": counts["all"], "up": counts["up"], "down": counts["down"]}
    if check["code"] == "opc" and not counts["all"]:
        return _("没有OPC在库。")
    if check["code"] == "opc":
        return _("OPC共%(all)s家：升%(up)s，降%(down)s", **found)
    if not counts["all"]:
        return _("没有成立不满%(years)g年的在库服务商。", years=young_years)
    return _("成立不满%(years)g年的共%(all)s家：升%(up)s，降%(down)s", years=young_years, **found)


def _rate(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%" if whole else "—"


def shown_checks(result: Mapping[str, Any], young_years: float) -> list[dict[str, Any]]:
    """Return the questions of fairness as a list of {holds, title, text}."""
    return [
        {
            "holds": check["holds"],
            "title": check_title(check["code"], check["holds"]),
            "text": check_text(check, young_years),
        }
        for check in result["checks"]
    ]


@dataclass(frozen=True, slots=True)
class WeightChange:
    """One indicator whose points change: (before, after) per track; `touched` providers feel it."""

    name: str
    pairs: tuple[tuple[float, float], ...]
    touched: int


def weight_changes(old: Scheme, new: Scheme, touched: Mapping[str, int]) -> list[WeightChange]:
    """Return the indicators whose points change on any track of the new rubric."""
    made = []
    for item in new.indicators(new.tracks[0]):
        pairs = tuple(
            (_points(old, track, item.code), _points(new, track, item.code)) for track in new.tracks
        )
        if any(before != after for before, after in pairs):
            made.append(WeightChange(item.name, pairs, touched.get(item.code, 0)))
    return made


def _points(scheme: Scheme, track: str, code: str) -> float:
    if track not in scheme.tracks:
        return 0.0
    return {item.code: item.points for item in scheme.indicators(track)}.get(code, 0.0)


def other_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], tiers: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Return (what, before, after) of every other leaf that changes: lines, texts, settings."""
    return [
        (path_words(path, new, tiers), before, after)
        for path, before, after in changed_leaves(old, new)
        if ".points." not in path
    ]


def path_words(path: str, body: Mapping[str, Any], tiers: Mapping[str, str]) -> str:
    """Return the words for a leaf's path: bands.0.line → 等级线：一级."""
    head, *rest = path.split(".")
    place = int(rest[0]) if rest and rest[0].isdigit() else 0
    if head == "indicators":
        name = body["indicators"][place]["name"]
        if rest[1] != "guidance":
            return _("指标名称：%(name)s", name=name)
        return _("评分参考：%(name)s第%(n)s档", name=name, n=int(rest[2]) + 1)
    if head == "tracks":
        track = body["tracks"][place]["code"]
        if rest[1] == "full":
            return _("%(track)s满分件数：%(name)s", track=track, name=_full_name(rest[2], body))
        return _("%(track)s赛道说明", track=track)
    if head == "dimensions":
        return _("维度分值：%(name)s", name=body["dimensions"][place]["name"])
    if head == "bands":
        return _("等级线：%(name)s", name=tiers.get(body["bands"][place]["tier"], ""))
    if head == "gates":
        return _("准入条件第%(n)s条", n=place + 1)
    return str(setting_words().get(path, path))


def _full_name(code: str, body: Mapping[str, Any]) -> str:
    return {item["code"]: str(item["name"]) for item in body["indicators"]}.get(code, code)


def setting_words() -> dict[str, str]:
    """Return the words for the settings that stand alone, by path."""
    return {
        "label": _("名称"),
        "source": _("出处"),
        "step": _("评分步长（分）"),
        "figures.window_months": _("验收项目统计月数"),
        "figures.weights.accepted": _("平台验收的折算"),
        "figures.weights.checked": _("材料核验的折算"),
        "figures.weights.declared": _("企业申报的折算"),
        "figures.full_change": _("指标改善的满分幅度（0.5即变化一半）"),
        "figures.full_sme": _("中小企业占比的满分比例"),
        "figures.prior_ratings": _("满意度的先验件数"),
        "figures.least_ratings": _("满意度的最少评分件数"),
        "figures.default_mean": _("没有评分时的全站均值（1至5）"),
        "fairness.tolerance": _("公平性核对的容差（0.05即5个百分点）"),
        "fairness.young_years": _("新成立的年限（年）"),
    }


def flow_rows(result: Mapping[str, Any], tiers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the flow as rows of cells {count, way, heat, before, after}; heat 0 to 5 by size."""
    counts = {(one, two): count for one, two, count in result["flow"]}
    codes = [*TIERS, OUT]
    most = max(counts.values(), default=0)
    rows = []
    for place, before in enumerate(codes):
        if before == OUT and not any(one == OUT for one, _two in counts):
            continue
        cells = [
            {
                "count": (count := counts.get((before, after), 0)),
                "way": "" if place == at or not count else ("up" if at < place else "down"),
                "heat": _heat(count, most),
                "after": tiers.get(after, _("出库")),
            }
            for at, after in enumerate(codes)
        ]
        rows.append({"code": before, "name": tiers.get(before, _("未入库")), "cells": cells})
    return rows


def _heat(count: int, most: int) -> int:
    return 0 if not count else 1 + int(4 * count / most + 0.5) if most else 1


def distribution(result: Mapping[str, Any]) -> tuple[list[int], list[int]]:
    """Return how many stand at each tier, highest first, then outside: before and after."""
    codes = [*TIERS, OUT]
    before, after = dict.fromkeys(codes, 0), dict.fromkeys(codes, 0)
    for one, two, count in result["flow"]:
        before[one] = before.get(one, 0) + count
        after[two] = after.get(two, 0) + count
    return [before[code] for code in codes], [after[code] for code in codes]


def rows_of(rows: Sequence[Mapping[str, Any]], which: str) -> list[Mapping[str, Any]]:
    """Return the rows a filter asks for: all that move, one direction, OPC, or without scores."""
    if which == "lacking":
        return [row for row in rows if row["lacking"]]
    moved = [row for row in rows if row["direction"] != "same"]
    if which == "opc":
        return [row for row in moved if row["opc"]]
    return [row for row in moved if which not in {"up", "down"} or row["direction"] == which]
