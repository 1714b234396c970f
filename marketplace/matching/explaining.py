"""Puts a result into words: for each provider the claims for and against it, the sentence each rests on, and what
is still to be asked; for each excluded one its reason and where it would otherwise stand.

Nothing here changes a score. Every quote is copied from the provider's own text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import signals as sg
from .columns import STEPS
from .constraints import ASK
from .gates import (
    BROKEN,
    GATE_NAMES,
    MET,
    MUST_COVERAGE,
    UNKNOWN,
    Standing,
    Verdict,
    judge_told,
    refusal,
    refuse_listing,
)
from .natures import load_natures
from .near_words import near_words_said
from .picking import NONE, shared_axis
from .results import Excluded, Placed, Ranking, Reason, Run
from .telling import ToldProvider, ToldUnit, told_of
from .units import Unit

PLUS, MINUS = "plus", "minus"
SAME_WORK = 0.35
CLOSE_WORK = 0.6
HAS_ABILITY = 0.2
MOST_CONFIRMATIONS = 5
_SELF_DECLARED = "同类案例为企业自述，建议索取验收材料或联系原客户核实"
_NO_CASES = Reason("没有实施案例", MINUS, sg.CASES)
_NO_SAME_CASES = Reason("没有同类案例", MINUS, sg.CASES)


def explain(ranking: Ranking, provider_id: str) -> Placed | Excluded | None:
    """Explain any provider of a ranking, also far down; None when it was not among those ranked."""
    return ranking.find(provider_id)


def explain_placed(run: Run, item: Placed, place: int) -> Placed:
    """Write the reasons of a placed provider, the weightiest first, those against it last."""
    view = _view(run, place)
    reasons = [
        *_case_reasons(view),
        *_ability_reasons(view),
        *_wording_reasons(view),
        *_industry_reasons(view),
        *_constraint_reasons(view),
        *_against(view),
    ]
    earned = {part.signal: part.points for part in item.contributions}
    reasons.sort(key=lambda reason: (reason.sign == MINUS, -earned.get(reason.signal, 0.0)))
    return Placed(
        item.provider_id,
        item.rank,
        item.score,
        item.fit,
        item.contributions,
        tuple(reasons),
        _to_confirm(view),
        True,
    )


def explain_excluded(run: Run, place: int, taken: NDArray[np.float64]) -> Excluded:
    """Write why a provider was excluded and its rank had the broken constraints been relaxed.

    `taken` are the scores of the placed, negated, rising.
    """
    provider = run.prepared.providers[place]
    provider_id = provider.facts.provider_id
    unlisted = refuse_listing(provider, run.as_of)
    if unlisted is not None:
        return Excluded(provider_id, unlisted.gate, GATE_NAMES[unlisted.gate], unlisted.reason)
    verdicts = _view(run, place).verdicts
    found = refusal(verdicts)
    assert found is not None, "a refused provider has a broken constraint"
    score = float(run.scored["total"][place])
    broken = [item for item in verdicts if item.state == BROKEN and item.constraint.hard]
    return Excluded(
        provider_id=provider_id,
        gate=found.gate,
        gate_name=GATE_NAMES[found.gate],
        reason=found.reason,
        quote=found.evidence.quote if found.evidence else "",
        ref=found.evidence.ref if found.evidence else "",
        verification=found.evidence.verification if found.evidence else "",
        also=tuple(item.reason for item in broken[1:]),
        relaxed_score=score,
        relaxed_rank=int(np.searchsorted(taken, -score, side="left")) + 1,
        constraint=broken[0].constraint.key,
    )


@dataclass(frozen=True, eq=False)
class _View:
    """One provider as one need sees it; `first` is the place of its first text among all."""

    run: Run
    place: int
    first: int
    told: ToldProvider

    def _felt(self, name: str) -> list[Any]:
        """Give what the need found in each of the provider's texts."""
        found: list[Any] = self.run.felt[name][
            self.first : self.first + len(self.told.units)
        ].tolist()
        return found

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """How the provider stands to each constraint."""
        run = self.run
        if not run.understanding.constraints:
            return ()
        standing = Standing(self.told, self._felt("relevant"), self._clause_for)
        return judge_told(run.understanding, standing, run.weights)

    def _clause_for(self, wanted: frozenset[str], cases: bool) -> tuple[str, Unit] | None:
        """Give the clause that has most of a must-have, and its text; those of cases only with `cases`."""
        known = self.run.hearing.known(wanted)
        index = self.run.prepared.clauses
        at = index.covering_of(self.place, known, len(wanted), MUST_COVERAGE, cases)
        return None if at == NONE else self.told.clause(at)

    @cached_property
    def meaning(self) -> list[float]:
        """How close the meaning of each text is to the need's."""
        return self._felt("meaning")

    @cached_property
    def same_work(self) -> ToldUnit | None:
        """The provider's best case of the same work; None when it has none.

        The same work is what shares with the need one of the capabilities read from it, or leans very closely to it.
        """
        values, units = self._felt("case"), self.told.units
        cases = [(-values[at], units[at].unit.ref, at) for at in self.told.cases if values[at] > 0]
        for _, _, at in sorted(cases):
            if self.meaning[at] >= CLOSE_WORK:
                return units[at]
            if self.meaning[at] >= SAME_WORK and self.shared(at) in self.run.hearing.abilities:
                return units[at]
        return None

    def shared(self, at: int) -> str | None:
        """Give the capability that the need and a text share most."""
        matrix, wanted = self.run.prepared.unit_meaning.matrix, self.run.question.meaning
        axis = shared_axis(matrix, self.first + at, wanted, HAS_ABILITY * STEPS)
        return None if axis == NONE else self.run.prepared.space.capability_ids[axis]

    def reason(self, claim: str, signal: str, told: ToldUnit) -> Reason:
        """Make a reason for the provider, with the sentence of a text that says most of what the need says."""
        quote = told.quote(self.run.hearing.pieces)
        unit = told.unit
        return Reason(claim, PLUS, signal, quote, unit.ref, told.source, unit.verification)


def _view(run: Run, place: int) -> _View:
    prepared = run.prepared
    told = told_of(prepared.providers[place], prepared.space.numbers)
    return _View(run, place, int(prepared.starts[place]), told)


def _case_reasons(view: _View) -> Iterator[Reason]:
    told = view.same_work
    if told is not None:
        same = not told.codes.isdisjoint(view.run.hearing.industries)
        claim = (
            "有同行业的同类案例" if same else "有同类案例，行业不同" if told.codes else "有同类案例"
        )
        yield view.reason(claim, sg.CASES, told)


def _ability_reasons(view: _View) -> Iterator[Reason]:
    meaning, units = view.meaning, view.told.units
    at = min(view.told.offers, key=lambda at: (-meaning[at], units[at].unit.ref))
    key = view.shared(at) if meaning[at] >= SAME_WORK else None
    if key is not None:
        claim = view.run.hearing.abilities.get(key)
        if claim is None:
            name = view.run.prepared.space.lexicon.capabilities[key].name
            claim = f"部分能力相近：{name}"
        yield view.reason(claim, sg.ABILITY, units[at])


def _wording_reasons(view: _View) -> Iterator[Reason]:
    said = near_words_said(view.run.hearing.words, view.told)
    if said is not None:
        claim, clause, unit = said
        source = view.told.sources[unit.ref]
        yield Reason(claim, PLUS, sg.TEXT, clause, unit.ref, source, unit.verification)


def _industry_reasons(view: _View) -> Iterator[Reason]:
    filled, told = view.run.hearing.industries, view.same_work
    if not filled or (told is not None and not told.codes.isdisjoint(filled)):
        return
    for at, code in view.told.served:
        if code in filled:
            yield view.reason(f"服务过{filled[code]}企业", sg.INDUSTRY, view.told.units[at])
            return
    facts = view.told.read.facts
    for code in facts.industry_codes:
        if code in filled:
            claim = f"申报服务行业含{filled[code]}"
            ref = f"profile:{facts.provider_id}"
            yield Reason(claim, PLUS, sg.INDUSTRY, "", ref, "服务商资料", "declared")
            return


def _constraint_reasons(view: _View) -> Iterator[Reason]:
    for verdict in view.verdicts:
        if verdict.state == MET and verdict.evidence is not None:
            yield _verdict_reason(view, verdict, PLUS)


def _verdict_reason(view: _View, verdict: Verdict, sign: str) -> Reason:
    evidence = verdict.evidence
    if evidence is None:
        return Reason(verdict.reason, sign, sg.CONSTRAINTS)
    return Reason(
        verdict.reason,
        sign,
        sg.CONSTRAINTS,
        evidence.quote,
        evidence.ref,
        view.told.sources.get(evidence.ref, ""),
        evidence.verification,
    )


def _against(view: _View) -> Iterator[Reason]:
    told = view.told
    for verdict in view.verdicts:
        if verdict.state == BROKEN:
            yield _verdict_reason(view, verdict, MINUS)
    if view.run.question.ordinary[view.place] < 1:
        by_id = load_natures().by_id
        natures = told.read.natures
        kinds = [by_id[key].label for key, word in natures if word and by_id[key].ordinary]
        if kinds:
            yield Reason(f"自述以{'、'.join(kinds)}为主，与需求的做法可能不同", MINUS, sg.TEXT)
    if told.read.unsupported_share > 0.5:
        count = len(told.read.facts.scene_ids)
        yield Reason(f"申报{count}个场景，多数没有产品或案例支持", MINUS, sg.ABILITY)
    if not told.cases:
        yield _NO_CASES
    elif view.same_work is None:
        yield _NO_SAME_CASES
    hearing = view.run.hearing
    if hearing.industries and told.industries.isdisjoint(hearing.industries):
        yield Reason(f"没有{hearing.industry_names}的案例", MINUS, sg.INDUSTRY)


def _to_confirm(view: _View) -> tuple[str, ...]:
    asked = dict.fromkeys(
        _question(verdict) for verdict in view.verdicts if verdict.state == UNKNOWN
    )
    case = view.same_work
    if case is not None and case.unit.verification == "declared":
        asked[_SELF_DECLARED] = None
    return tuple(asked)[:MOST_CONFIRMATIONS]


def _question(verdict: Verdict) -> str:
    item = verdict.constraint
    if item.kind == ASK:
        return f"{item.label}：需求提到“{item.quote}”，请确认能否做到"
    return f"{verdict.reason}，请确认"
