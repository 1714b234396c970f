"""Puts scored providers in order: the placed best first, the excluded gate by gate; ties by lot.

A lot is drawn from need and provider, so that neither the alphabet nor registration decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .constraints import Constraint
from .gates import LISTING, gate_of
from .tables import Table

Places = NDArray[np.intp]
Names = NDArray[np.str_]
Doubles = NDArray[np.float64]


def draw_lot(need_id: str, provider_id: str) -> str:
    """Draw a lot for ties: fixed for a pair, different from need to need, unlike the alphabet."""
    return hashlib.sha256(f"{need_id}\x1f{provider_id}".encode()).hexdigest()


@njit(cache=True, nogil=True)
def leading(scored: Table, most: int) -> NDArray[np.intp]:
    """Give the places, rising, of the placed that score at least as much as the one at rank `most`."""
    best = np.full(most, -1.0)
    for place in range(scored.size):
        score = scored[place].total
        if not scored[place].refused and score > best[most - 1]:
            at = most - 1
            while at > 0 and best[at - 1] < score:
                best[at] = best[at - 1]
                at -= 1
            best[at] = score
    found = [
        place
        for place in range(scored.size)
        if not scored[place].refused and scored[place].total >= best[most - 1]
    ]
    return np.array(found, dtype=np.intp)


def order_placed(
    scored: Table, need_id: str, provider_ids: Sequence[str], most: int | None = None
) -> Places:
    """Give the places of the placed, best first; at most so many."""
    if most is None:
        places = np.flatnonzero(~scored["refused"])
    elif most < 1:
        return np.zeros(0, dtype=np.intp)
    else:
        places = leading(scored, most)

    def lot(place: int) -> tuple[str, ...]:
        return draw_lot(need_id, provider_ids[place]), provider_ids[place]

    return in_order(places, scored["total"], lot)[:most]


def order_excluded(
    scored: Table, constraints: Sequence[Constraint], provider_ids: Sequence[str]
) -> tuple[Places, Names]:
    """Give the excluded gate by gate, by where they would stand; name the gate of each."""
    refused = np.flatnonzero(scored["refused"])
    named = np.array(gates_of(constraints))
    gates = named[scored["first_broken"][refused]]
    worth = np.where(scored["first_broken"] < 0, 0.0, scored["total"])
    found = [
        in_order(refused[gates == gate], worth, lambda place: (provider_ids[place],))
        for gate in np.unique(gates).tolist()
    ]
    left = np.concatenate(found) if found else refused
    return left, named[scored["first_broken"][left]]


def gates_of(constraints: Sequence[Constraint]) -> list[str]:
    """Name the gate of each constraint; that of “nothing broken, not listed” stands last, where −1 finds it."""
    return [*map(gate_of, constraints), LISTING]


def in_order(places: Places, scores: Doubles, tie: Callable[[int], tuple[str, ...]]) -> Places:
    """Sort places by falling score; ties are looked at only where there are any."""
    order = places[np.argsort(-scores[places], kind="stable")]
    values = scores[order]
    bounds = [0, *(np.flatnonzero(values[1:] != values[:-1]) + 1).tolist(), len(order)]
    for start, end in pairwise(bounds):
        if end - start > 1:
            order[start:end] = sorted(order[start:end].tolist(), key=tie)
    return order
