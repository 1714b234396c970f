"""Applies the gates to all prepared providers at once, with arrays; `gates` says the same for one in words.

A test holds the two to each other: every state here is the state `gates.judge` gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from . import abilities as can
from .constraints import (
    ASK,
    BUDGET,
    DEPLOYMENT,
    EXCLUSION,
    NO_INDUSTRY,
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
    must_pieces,
    relevant_units,
)
from .hosting import DATA_STAYS, EXPLOSION_PROOF, ISOLATED, NO_CLOUD, ONPREM, XINCHUANG
from .natures import load_natures
from .prepared import ABILITY_BIT, KEPT_MUSTS, Flags, Floats, Prepared, States
from .understanding import Understanding
from .weights import Weights

STATE_MET, STATE_UNKNOWN, STATE_BROKEN = 0, 1, 2
STATES = {MET: STATE_MET, UNKNOWN: STATE_UNKNOWN, BROKEN: STATE_BROKEN}
NOTHING_BROKEN = -1
Bits = NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Screening:
    """Who is refused and how far the rest meets the constraints. `states` has one row per constraint.

    `first_broken` gives the place of the constraint that refuses a provider: the first hard one broken.
    """

    refused: Flags
    unlisted: Flags
    states: States
    first_broken: NDArray[np.intp]
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
    unlisted = ~prepared.listed | (prepared.valid_until < as_of.toordinal())
    relevant = relevant_units(unit_meaning, prepared, weights)
    constraints = understanding.constraints
    states = np.zeros((len(constraints), count), dtype=np.int8)
    if count:
        nothing = np.uint16(0)
        bearing = np.where(relevant, prepared.unit_abilities, nothing)
        own = np.bitwise_or.reduceat(bearing, prepared.starts)
        anywhere = np.bitwise_or.reduceat(prepared.unit_abilities, prepared.starts)
        for row, item in enumerate(constraints):
            states[row] = _states(item, prepared, own, anywhere, relevant, weights)
    hard = np.array([item.hard for item in constraints], dtype=np.bool_)
    broken = (states == STATE_BROKEN) & hard[:, None]
    refused = broken.any(axis=0) if len(constraints) else np.zeros(count, dtype=np.bool_)
    first = broken.argmax(axis=0) if len(constraints) else np.zeros(count, dtype=np.intp)
    return Screening(
        refused=unlisted | refused,
        unlisted=unlisted,
        states=states,
        first_broken=np.where(refused & ~unlisted, first, NOTHING_BROKEN),
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
    own: Bits,
    anywhere: Bits,
    relevant: Flags,
    weights: Weights,
) -> States:
    def some(code: str) -> Flags:
        return _has(anywhere, code)

    def bearing(code: str) -> Flags:
        return _has(own, code)

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
    if item.kind == EXCLUSION:
        return _of_other_kind(item, prepared)
    if item.kind == NO_INDUSTRY:
        broken = np.zeros(len(prepared), dtype=np.bool_)
        column = prepared.sole_industry.column(item.target)
        if column is not None:
            broken[column[0]] = True
        return _ordered(~broken, broken)
    return _having(item, prepared, weights)


def _has(abilities: Bits, code: str) -> Flags:
    flags: Flags = (abilities & np.uint16(ABILITY_BIT[code])) != 0
    return flags


def _ordered(met: Flags, broken: Flags) -> States:
    """Met before broken before unknown, as in `gates`."""
    return np.where(met, STATE_MET, np.where(broken, STATE_BROKEN, STATE_UNKNOWN)).astype(np.int8)


def _priced(item: Constraint, prepared: Prepared, relevant: Flags, weights: Weights) -> States:
    prices = np.where(relevant, prepared.unit_price, np.nan)
    lowest = np.fmin.reduceat(prices, prepared.starts)
    limit = item.value or 0.0
    return _ordered(lowest <= limit, lowest > limit * weights.setting("budget.tolerance"))


def _of_other_kind(item: Constraint, prepared: Prepared) -> States:
    """Tell who is of the kind ruled out: by its own words only, and not beside an opposite kind."""
    states = np.full(len(prepared), STATE_MET, dtype=np.int8)
    column = prepared.natures.column(item.target)
    if column is None:
        return states
    rows, named = column
    states[rows] = np.where(named > 0, STATE_BROKEN, STATE_UNKNOWN)
    for opposite in load_natures().by_id[item.target].opposites:
        beside = prepared.natures.column(opposite)
        if beside is not None:
            also = beside[0][beside[1] > 0]
            states[also[states[also] == STATE_BROKEN]] = STATE_UNKNOWN
    return states


def _having(item: Constraint, prepared: Prepared, weights: Weights) -> States:
    """Judge a must-have in free text provider by provider, passing over who cannot possibly mention it.

    The answer depends on nothing else of the need and is kept.
    """
    kept = prepared.musts.get(item.target)
    if kept is None:
        wanted = must_pieces(item.target)
        found = np.zeros(len(prepared), dtype=np.int32)
        for piece in wanted:
            column = prepared.provider_pieces.column(piece)
            if column is not None:
                found[column[0]] += 1
        kept = np.full(len(prepared), STATE_UNKNOWN, dtype=np.int8)
        for place in np.flatnonzero(found >= MUST_COVERAGE * max(1, len(wanted))).tolist():
            kept[place] = STATES[judge_alone(item, prepared.providers[place], weights).state]
        if len(prepared.musts) >= KEPT_MUSTS:
            prepared.musts.clear()
        prepared.musts[item.target] = kept
    return kept
