"""Prints what each signal buys and whether tuning carries over: `python -m tests.quality.ablation [--cross]`.

The tables of docs/matching.md come from here. Not a test: it takes a minute and decides nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from statistics import fmean

from marketplace.matching.weights import (
    DEFAULT_WEIGHTS,
    WEIGHTS_DIR,
    Weights,
    load_weights,
    parse_weights,
)

from .judged_sets import Loaded, load

SETS = ("given", "own", "reworded")
SHOWN = (*SETS, "independent", "given_further", "own_further", "independent_further")
ROUNDS = 2
STEPS = (0.5, 0.75, 1.25, 1.5)
TUNED_POINTS = ("ability", "text", "cases", "industry", "constraints")
TUNED_SETTINGS = (
    "ability.full_at",
    "text.full_at",
    "industry.claimed",
    "industry.full_relevance",
    "cases.other_industry",
    "ordinary.cost",
)


def changed(points: Mapping[str, float] | None = None, **settings: float) -> Weights:
    """Give the shipped weights with some points (scaled back to 100) and settings replaced."""
    content = json.loads((WEIGHTS_DIR / f"{DEFAULT_WEIGHTS}.json").read_text(encoding="utf-8"))
    content["points"] |= points or {}
    total = sum(content["points"].values())
    content["points"] = {key: value * 100 / total for key, value in content["points"].items()}
    content["settings"] |= {key.replace("__", "."): value for key, value in settings.items()}
    return parse_weights(content)


def score(loaded: Loaded, weights: Weights, chosen: list[int] | None = None) -> float:
    """Measure mean nDCG@10."""
    return fmean(loaded.ndcgs(loaded.rankings(weights, chosen)))


def ungated(loaded: Loaded) -> Loaded:
    """Give the set with no constraint read."""
    return replace(
        loaded,
        understandings=tuple(replace(item, constraints=()) for item in loaded.understandings),
    )


def certain(loaded: Loaded) -> Loaded:
    """Give the set with every need taken for plain."""
    return replace(
        loaded, understandings=tuple(replace(item, clarity=1.0) for item in loaded.understandings)
    )


def only(*names: str) -> dict[str, float]:
    """Give points to some signals only, in their shipped proportion."""
    shipped = load_weights().points
    return {key: shipped[key] if key in names else 0.0 for key in shipped}


def same(loaded: Loaded) -> Loaded:
    """Give the set as it is."""
    return loaded


Row = tuple[str, Weights, Callable[[Loaded], Loaded]]


def building_up() -> Iterable[Row]:
    """Add one part after another."""
    plain = {"ordinary__cost": 0.0, "unsupported__cost": 0.0, "declined__cost": 0.0}
    meaning_only = {"ability__scene": 0.0}
    yield (
        "词（Whoosh BM25F，文本信号单独）",
        changed(only("text"), text__pieces=0.0, text__words=1.0, text__near=0.0, **plain),
        ungated,
    )
    yield (
        "＋单字与双字",
        changed(only("text"), text__pieces=0.6, text__words=0.4, text__near=0.0, **plain),
        ungated,
    )
    yield "＋词向量近义词", changed(only("text"), **plain), ungated
    yield "＋词典语义（能力）", changed(only("text", "ability"), **plain, **meaning_only), ungated
    yield "＋场景", changed(only("text", "ability"), **plain), ungated
    yield "＋行业", changed(only("text", "ability", "industry"), **plain), ungated
    yield "＋案例", changed(only("text", "ability", "industry", "cases"), **plain), ungated
    yield "＋门槛与约束", changed(None, **plain), same
    yield "＋普通买卖与虚报场景打折（全部）", load_weights(), same


def taking_away() -> Iterable[Row]:
    """Leave one part out of the whole."""
    yield "全部", load_weights(), same
    yield "－词", changed(None, text__pieces=0.64, text__words=0.0, text__near=0.36), same
    yield "－单字与双字", changed(None, text__pieces=0.0, text__words=0.55, text__near=0.45), same
    yield "－词向量近义词", changed(None, text__pieces=0.6, text__words=0.4, text__near=0.0), same
    yield "－词典语义", changed(None, ability__meaning=0.0), same
    yield "－场景", changed(None, ability__scene=0.0), same
    for name, label in (
        ("ability", "能力"),
        ("text", "文字"),
        ("industry", "行业"),
        ("cases", "案例"),
    ):
        yield f"－{label}信号", changed({name: 0.0}), same
    yield "－门槛与约束", load_weights(), ungated
    yield "－含糊需求降权", changed(None, ability__unclear=1.0), certain
    yield "－普通买卖打折", changed(None, ordinary__cost=0.0), same
    yield "－需求不要之物打折", changed(None, declined__cost=0.0), same


def table(rows: Iterable[Row]) -> None:
    """Print a table of nDCG@10, a row a configuration."""
    print("| 组成 | 给定集 | 自建集 | 换说法 | 独立集 | 新增：给定 | 自建 | 独立 |")
    print("|---" * (len(SHOWN) + 1) + "|")
    for label, weights, change in rows:
        figures = [score(change(load(name)), weights) for name in SHOWN]
        print(f"| {label} | " + " | ".join(f"{value:.4f}" for value in figures) + " |", flush=True)


Half = Mapping[str, list[int]]


def half_score(weights: Weights, half: Half) -> float:
    """Measure the mean over the needs of a half of both sets."""
    return fmean(
        value
        for name in SETS
        for value in load(name).ndcgs(load(name).rankings(weights, half[name]))
    )


def tune(half: Half) -> Weights:
    """Climb by one number at a time, from the shipped weights, on one half."""
    points = dict(load_weights().points)
    settings = {key: load_weights().settings[key] for key in TUNED_SETTINGS}
    best = half_score(load_weights(), half)
    for _ in range(ROUNDS):
        for group, keys in ((points, TUNED_POINTS), (settings, TUNED_SETTINGS)):
            for key in keys:
                for step in STEPS:
                    before = group[key]
                    group[key] = before * step
                    found = half_score(changed(points, **settings), half)
                    if found > best + 1e-6:
                        best = found
                    else:
                        group[key] = before
    return changed(points, **settings)


def cross_check() -> None:
    """Tune on the even needs and measure on the odd ones, and the other way round."""
    halves: list[Half] = [
        {name: [n for n in range(len(load(name).understandings)) if n % 2 == part] for name in SETS}
        for part in (0, 1)
    ]
    print("| 调参于 | 调参半边：出厂→调后 | 另一半：出厂→调后 |\n|---|---|---|")
    for part, label in ((0, "第1、3、5…条需求"), (1, "第2、4、6…条需求")):
        tuned = tune(halves[part])
        cells = [
            f"{half_score(load_weights(), half):.4f} → {half_score(tuned, half):.4f}"
            for half in (halves[part], halves[1 - part])
        ]
        print(f"| {label} | {cells[0]} | {cells[1]} |", flush=True)
    for source in ("given", "own"):
        every: Half = {name: [] for name in SETS} | {
            source: list(range(len(load(source).understandings)))
        }
        tuned = tune(every)
        cells = [
            f"{name}：{score(load(name), load_weights()):.4f} → {score(load(name), tuned):.4f}"
            for name in (source, *(name for name in SETS if name != source))
        ]
        print(f"| {source} 全部 | {cells[0]} | {'；'.join(cells[1:])} |", flush=True)


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cross", action="store_true", help="also tune on halves (some minutes)")
    arguments = parser.parse_args()
    table(building_up())
    print()
    table(taking_away())
    if arguments.cross:
        print()
        cross_check()


if __name__ == "__main__":
    main()
