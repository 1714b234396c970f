"""Turns what became of a saved run into pairs “this one before that one”; pure.

Two sources, and nothing else: of two providers that were both invited, who got further is better whatever their
places, for both were tried; and who was invited is better than those shown above it and passed over (“click > skip
above”, Joachims 2002). Those shown below are left out, because nobody knows whether they were looked at: that is how
the bias of position is kept out. Pairs of the second kind always speak against the order shown, so they are fitted on
and never measured by. Who declined or never answered says nothing about fitting, and is in no pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from .fitting import Example
from .signals import ORDER

LEVELS: Final = {"invited": 1, "failed": 1, "talked": 2, "contracted": 3, "accepted": 4}
"""How far it got; one that failed is no better than one only invited."""


def signal_values(contributions: Iterable[Mapping[str, Any]]) -> list[float]:
    """Give what a provider reached of each signal, 0 to 1, from points and maxima; 0 for one that earns nothing."""
    known = {item["signal"]: item["points"] / item["maximum"] for item in contributions}
    return [known.get(name, 0.0) for name in ORDER]


def preferences(shown: Sequence[str], reached: Mapping[str, str]) -> dict[tuple[str, str], bool]:
    """List the pairs (better, worse) of a run, and of each whether both were tried, so that places have no part in it.

    `shown` are in order, `reached` the last outcome of each provider.
    """
    levels = {key: LEVELS[kind] for key, kind in reached.items() if kind in LEVELS}
    pairs = {
        (one, other): True for one in levels for other in levels if levels[one] > levels[other]
    }
    for place, key in enumerate(shown):
        if key in levels:
            pairs |= {(key, above): False for above in shown[:place] if above not in reached}
    return dict(sorted(pairs.items()))


def outcome_example(
    group: str,
    placed: Iterable[Mapping[str, Any]],
    shown: Sequence[str],
    reached: Mapping[str, str],
) -> Example | None:
    """Make an example of a run from its saved result; None when it holds no preference."""
    pairs = preferences(shown, reached)
    wanted = {key for pair in pairs for key in pair}
    rows = {
        item["provider_id"]: signal_values(item["contributions"])
        for item in placed
        if item["provider_id"] in wanted
    }
    ids = tuple(rows)
    place = {key: at for at, key in enumerate(ids)}
    known = {pair: tried for pair, tried in pairs.items() if place.keys() >= set(pair)}
    if not known:
        return None
    return Example(
        group,
        ids,
        np.array([rows[key] for key in ids], dtype=np.float64),
        np.array([(place[one], place[other]) for one, other in known], dtype=np.intp),
        np.full(len(known), 1 / len(known)),
        fair=np.array(list(known.values()), dtype=np.bool_),
    )
