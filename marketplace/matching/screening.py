"""Applies the gates to all prepared providers at once, with arrays; `gates` says the same for one in words.

A test holds the two to each other: every state here is the state `gates.judge` gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from . import abilities as can
from .constraints import (
    ASK,
    BUDGET,
    DEPLOYMENT,
    MUST,
    SCALE,
    Constraint,
)
from .gates import (
    BROKEN,
    MET,
    MILD,
    MUST_COVERAGE,
    UNKNOWN,
    judge_alone,
    refuse_listing,
    relevant_units,
)
from .grams import pieces
from .hosting import DATA_STAYS, EXPLOSION_PROOF, ISOLATED, NO_CLOUD, ONPREM, XINCHUANG
from .prepared import ABILITY_PLACE, Flags, Floats, Prepared
from .understanding import Understanding
from .weights import Weights

STATE_MET, STATE_UNKNOWN, STATE_BROKEN = 0, 1, 2
STATES = {MET: STATE_MET, UNKNOWN: STATE_UNKNOWN, BROKEN: STATE_BROKEN}
States = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Screening:
    """Who is refused and how far the rest meets the constraints. `states` has one row per constraint."""

    refused: Flags
    unlisted: Flags
    states: States
    relevant: Flags
    fulfilment: Floats


def screen(
    understanding: Understanding,
    prepared: Prepared,
    unit_meaning: Floats,
    weights: Weights,
    as_of: date,
) -> Screening:
    """Screen all providers by listing and constraints."""
    count = len(prepared)
    unlisted = np.array(
        [refuse_listing(provider, as_of) is not None for provider in prepared.providers],
        dtype=np.bool_,
    )
    relevant = relevant_units(unit_meaning, prepared, weights)
    constraints = understanding.constraints
    states = np.zeros((len(constraints), count), dtype=np.int8)
    if count:
        own = np.logical_or.reduceat(prepared.unit_abilities & relevant[:, None], prepared.starts)
        anywhere = np.logical_or.reduceat(prepared.unit_abilities, prepared.starts)
        for row, item in enumerate(constraints):
            states[row] = _states(item, prepared, own, anywhere, relevant, weights)
    hard = np.array([item.hard for item in constraints], dtype=np.bool_)
    broken = (states == STATE_BROKEN) & hard[:, None]
    return Screening(
        refused=unlisted | broken.any(axis=0),
        unlisted=unlisted,
        states=states,
        relevant=relevant,
        fulfilment=_fulfilment(constraints, states, broken, weights),
    )


def _fulfilment(
    constraints: tuple[Constraint, ...], states: States, broken: Flags, weights: Weights
) -> Floats:
    """Average how far constraints are met; broken hard ones are left out, as if they had been relaxed."""
    total = np.zeros(states.shape[1], dtype=np.float64)
    counted = np.zeros(states.shape[1], dtype=np.float64)
    for row, item in enumerate(constraints):
        if item.kind == ASK:
            continue
        unknown = weights.setting(
            "constraints.mild_unknown" if item.kind in MILD else "constraints.unknown"
        )
        worth = np.array([1.0, unknown, 0.0])[states[row]]
        total += np.where(broken[row], 0.0, worth)
        counted += ~broken[row]
    return np.where(counted > 0, total / np.maximum(counted, 1), 1.0).astype(np.float32)


def _states(
    item: Constraint,
    prepared: Prepared,
    own: Flags,
    anywhere: Flags,
    relevant: Flags,
    weights: Weights,
) -> States:
    def some(code: str) -> Flags:
        return anywhere[:, ABILITY_PLACE[code]]

    def bearing(code: str) -> Flags:
        return own[:, ABILITY_PLACE[code]]

    if item.kind in (DATA_STAYS, NO_CLOUD, ONPREM):
        return _ordered(
            some(can.LOCAL) | some(can.OFFLINE), bearing(can.NEEDS_NET) | bearing(can.CLOUD)
        )
    if item.kind == ISOLATED:
        denied = ~some(can.OFFLINE) & (
            bearing(can.NEEDS_NET) | (~some(can.LOCAL) & bearing(can.CLOUD))
        )
        return _ordered(~denied & (some(can.OFFLINE) | some(can.LOCAL)), denied)
    if item.kind == XINCHUANG:
        return _ordered(some(can.XINCHUANG), bearing(can.NO_XINCHUANG))
    if item.kind == EXPLOSION_PROOF:
        return _ordered(some(can.EXPLOSION_PROOF), np.zeros(len(prepared), dtype=np.bool_))
    if item.kind == DEPLOYMENT:
        return _ordered(some(can.CLOUD), np.zeros(len(prepared), dtype=np.bool_))
    if item.kind == SCALE:
        return _ordered(some(can.LIGHT), bearing(can.HEAVY))
    if item.kind == BUDGET:
        return _priced(item, prepared, relevant, weights)
    if item.kind == ASK:
        return np.full(len(prepared), STATE_UNKNOWN, dtype=np.int8)
    return _one_by_one(item, prepared, _candidate(item, prepared), weights)


def _ordered(met: Flags, broken: Flags) -> States:
    """Met before broken before unknown, as in `gates`."""
    return np.where(met, STATE_MET, np.where(broken, STATE_BROKEN, STATE_UNKNOWN)).astype(np.int8)


def _priced(item: Constraint, prepared: Prepared, relevant: Flags, weights: Weights) -> States:
    prices = np.where(relevant, prepared.unit_price, np.nan)
    lowest = np.fmin.reduceat(prices, prepared.starts)
    limit = item.value or 0.0
    return _ordered(lowest <= limit, lowest > limit * weights.setting("budget.tolerance"))


def _candidate(item: Constraint, prepared: Prepared) -> Callable[[int], bool]:
    """For a free-text must-have, tell quickly who cannot possibly mention it."""
    if item.kind != MUST:
        return lambda place: True
    wanted = {piece for piece in pieces(item.target) if len(piece) > 1} or set(pieces(item.target))
    found = np.zeros(len(prepared), dtype=np.int32)
    for piece in wanted:
        column = prepared.provider_pieces.columns.get(piece)
        if column is not None:
            found[column[0]] += 1
    enough = found >= MUST_COVERAGE * max(1, len(wanted))
    return lambda place: bool(enough[place])


def _one_by_one(
    item: Constraint, prepared: Prepared, candidate: Callable[[int], bool], weights: Weights
) -> States:
    return np.array(
        [
            STATES[judge_alone(item, provider, weights).state]
            if candidate(place)
            else STATE_UNKNOWN
            for place, provider in enumerate(prepared.providers)
        ],
        dtype=np.int8,
    )
