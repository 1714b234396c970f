"""What is wrong with the body of a rubric, in words; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from .scoring import TIERS, decimal_of

FIGURES = frozenset(
    {"improvement", "accepted_projects", "repeat", "on_time", "sme_share", "satisfaction"}
)
"""Indicators that can be computed (see `figures`)."""


def faults(body: Mapping[str, Any]) -> list[str]:
    """Return what keeps a body from being a rubric; empty when nothing does.

    Every track's points sum to 100, and within a dimension to the dimension's points, so that
    what the public reads (35/40/25) holds on every track.
    """
    return [*_texts(body), *_weights(body), *_guidance(body), *_bands(body), *_settings(body)]


def _texts(body: Mapping[str, Any]) -> Iterator[str]:
    for item in body["indicators"]:
        if not item["name"].strip():
            yield f"指标{item['code']}没有名称。"
        if any(not guide["text"].strip() for guide in item["guidance"]):
            yield f"“{item['name']}”的评分参考有空白。"
        if item["mode"] not in {"judged", "computed"}:
            yield f"“{item['name']}”的计分方式只能是评分或计算。"
        if item["mode"] == "computed" and item["code"] not in FIGURES:
            yield f"“{item['name']}”没有计算办法，只能由专家评分。"
    codes = [item["code"] for item in body["indicators"]]
    if len(set(codes)) != len(codes):
        yield "有两个指标的代码相同。"
    if any(not gate["text"].strip() for gate in body["gates"]):
        yield "准入条件有空白。"


def _weights(body: Mapping[str, Any]) -> Iterator[str]:
    step = decimal_of(body["step"])
    if step <= 0:
        yield "评分步长须大于0。"
    whole = sum((decimal_of(item["points"]) for item in body["dimensions"]), decimal_of(0))
    if whole != 100:
        yield f"各维度分值合计须为100，现为{whole:f}。"
    codes = {item["code"] for item in body["indicators"]}
    for track in body["tracks"]:
        points, name = track["points"], track["code"]
        if set(points) != codes:
            yield f"{name}赛道的指标与指标表不一致。"
            continue
        if any(value < 0 for value in points.values()):
            yield f"{name}赛道有指标的分值小于0。"
        if step > 0 and any(decimal_of(value) % step for value in points.values()):
            yield f"{name}赛道的分值须为{step:f}的倍数，否则专家打不到满分。"
        whole = sum((decimal_of(value) for value in points.values()), decimal_of(0))
        if whole != 100:
            yield f"{name}赛道各指标合计须为100，现为{whole:f}。"
        for dimension in body["dimensions"]:
            part = sum(
                (
                    decimal_of(points[item["code"]])
                    for item in body["indicators"]
                    if item["dimension"] == dimension["name"]
                ),
                decimal_of(0),
            )
            if part != decimal_of(dimension["points"]):
                yield (
                    f"{name}赛道“{dimension['name']}”各指标合计{part:f}，"
                    f"与维度分值{dimension['points']:g}不一致。"
                )


def _guidance(body: Mapping[str, Any]) -> Iterator[str]:
    for item in body["indicators"]:
        edges = [(guide["low"], guide["high"]) for guide in item["guidance"]]
        whole = bool(edges) and edges[0][0] == 0 and edges[-1][1] == 1
        rising = all(low < high for low, high in edges)
        joined = all(one[1] == two[0] for one, two in pairwise(edges))
        if not (whole and rising and joined):
            yield f"“{item['name']}”的评分参考须从0到1首尾相接，由低到高。"


def _bands(body: Mapping[str, Any]) -> Iterator[str]:
    if [band["tier"] for band in body["bands"]] != list(TIERS):
        yield "等级线须依次写一级、二级、三级、培育。"
    lines = [band["line"] for band in body["bands"]]
    if any(high <= low for high, low in pairwise(lines)):
        yield "等级线须由高到低，不能相同。"
    if any(not 0 < line <= 100 for line in lines):
        yield "等级线须大于0，不超过100。"


def _settings(body: Mapping[str, Any]) -> Iterator[str]:
    settings, weights = body["figures"], body["figures"]["weights"]
    if not 1 >= weights["accepted"] >= weights["checked"] > weights["declared"] >= 0:
        yield "核实程度的折算须为：平台验收不低于材料核验，材料核验高于企业申报，且不超过1。"
    if not (isinstance(settings["window_months"], int) and 1 <= settings["window_months"] <= 120):
        yield "验收项目的统计月数须为1至120的整数。"
    for key, name in (("full_change", "满分幅度"), ("full_sme", "满分比例")):
        if not 0 < settings[key] <= 1:
            yield f"{name}须大于0，不超过1。"
    if settings["prior_ratings"] < 0 or settings["least_ratings"] < 1:
        yield "满意度的先验件数不能小于0，最少件数不能小于1。"
    if not 1 <= settings["default_mean"] <= 5:
        yield "没有评分时的全站均值须在1至5之间。"
    for track in body["tracks"]:
        full = track["full"]
        if any(full[key] <= 0 for key in full) or not isinstance(full["improvement"], int):
            yield f"{track['code']}赛道的满分件数须大于0，指标改善的件数须为整数。"
    fairness = body["fairness"]
    if not 0 <= fairness["tolerance"] <= 1 or fairness["young_years"] < 0:
        yield "公平性核对的容差须在0至1之间，年限不能小于0。"
