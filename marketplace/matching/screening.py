"""Lays the constraints of a need out as arrays, for `scoring` to judge all providers; `gates` judges one in words.

A test holds the two to each other: every state is the state `gates.judge` gives.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .constraints import (
    ASIDE,
    ASK,
    BUDGET,
    EXCLUSION,
    NO_INDUSTRY,
    Constraint,
)
from .gates import ANSWERS, BROKEN, MET, MILD, MUST_COVERAGE, UNKNOWN, denies, must_pieces
from .natures import load_natures
from .prepared import ABILITY_BIT, KEPT_MUSTS, Prepared, States
from .tables import (
    ASKED,
    BY_ABILITY,
    BY_PRICE,
    BY_ROW,
    DEMAND,
    DISCOUNTED,
    STATE_BROKEN,
    STATE_MET,
    STATE_UNKNOWN,
    Table,
)
from .telling import told_of

STATES = {MET: STATE_MET, UNKNOWN: STATE_UNKNOWN, BROKEN: STATE_BROKEN}


def lay_out(constraints: tuple[Constraint, ...], prepared: Prepared) -> tuple[Table, States]:
    """Lay out constraints in their order; also give the states of those that are judged by themselves, a row each."""
    demands = np.zeros(len(constraints), dtype=DEMAND)
    given: list[States] = []
    for demand, item in zip(demands, constraints, strict=True):
        demand["hard"], demand["mild"] = item.hard, item.kind in MILD
        if item.kind in ANSWERS:
            demand["how"] = BY_ABILITY
            for turn, (yes, no) in enumerate(ANSWERS[item.kind]):
                demand["met"][turn], demand["broken"][turn] = _bits(yes), _bits(no)
        elif item.kind == BUDGET:
            demand["how"], demand["limit"] = BY_PRICE, item.value or 0.0
        elif item.kind == ASK:
            demand["how"] = ASKED
        else:
            demand["how"] = DISCOUNTED if item.kind == ASIDE else BY_ROW
            demand["row"] = len(given)
            given.append(_looked_up(item, prepared))
    looked_up = np.stack(given) if given else np.zeros((0, len(prepared)), dtype=np.int8)
    return demands, looked_up


def offering_asides(
    constraints: tuple[Constraint, ...], demands: Table, given: States
) -> NDArray[np.bool_]:
    """Tell of each provider whether it offers any of what the need turns down, given what `lay_out` gave."""
    rows = [
        int(demand["row"])
        for demand, item in zip(demands, constraints, strict=True)
        if item.kind == ASIDE and item.target
    ]
    offering: NDArray[np.bool_] = (given[rows] == STATE_BROKEN).any(axis=0)
    return offering


def _bits(codes: tuple[str, ...]) -> int:
    return sum(ABILITY_BIT[code] for code in codes)


def _looked_up(item: Constraint, prepared: Prepared) -> States:
    """Judge all providers by a constraint that depends on nothing else of the need; the answer is kept."""
    key = f"{item.kind}:{item.target}"
    kept = prepared.musts.get(key)
    if kept is None:
        if item.kind == EXCLUSION:
            kept = _of_other_kind(item, prepared)
        elif item.kind == NO_INDUSTRY:
            kept = _of_other_industry(item, prepared)
        elif item.kind == ASIDE:
            kept = _not_having(item, prepared)
        else:
            kept = _having(item, prepared)
        if len(prepared.musts) >= KEPT_MUSTS:
            prepared.musts.clear()
        prepared.musts[key] = kept
    return kept


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


def _of_other_industry(item: Constraint, prepared: Prepared) -> States:
    states = np.full(len(prepared), STATE_MET, dtype=np.int8)
    column = prepared.sole_industry.column(item.target)
    if column is not None:
        states[column[0]] = STATE_BROKEN
    return states


def _not_having(item: Constraint, prepared: Prepared) -> States:
    """Look for what nobody shall come to sell, as for a must-have: who says it offers it breaks the wish."""
    states = np.full(len(prepared), STATE_MET, dtype=np.int8)
    if item.target:
        states[_having(item, prepared, cases=False) == STATE_MET] = STATE_BROKEN
    return states


def _having(item: Constraint, prepared: Prepared, cases: bool = True) -> States:
    """Look for a must-have in free text in the clauses of all who may mention it; those of cases with `cases`."""
    wanted = must_pieces(item.target)
    found = np.zeros(len(prepared), dtype=np.int32)
    for piece in wanted:
        column = prepared.provider_pieces.column(piece)
        if column is not None:
            found[column[0]] += 1
    places = np.flatnonzero(found >= MUST_COVERAGE * max(1, len(wanted)))
    best = prepared.clauses.covering(places, wanted, MUST_COVERAGE, cases)
    places, best = places[best >= 0], best[best >= 0]
    states = np.full(len(prepared), STATE_UNKNOWN, dtype=np.int8)
    states[places] = STATE_MET
    # Few clauses have a negator at all; only those are read.
    asked = prepared.clauses.may_deny[best]
    for place, at in zip(places[asked].tolist(), best[asked].tolist(), strict=True):
        told = told_of(prepared.providers[place], prepared.space.numbers)
        sentence, _ = told.clause(at - int(prepared.clauses.firsts[place]))
        if denies(sentence, wanted):
            states[place] = STATE_BROKEN
    return states
