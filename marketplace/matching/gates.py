"""The gates: who may not be placed at all, and how far the others meet what the need demands.

A hard constraint excludes only on the provider's own evidence. What nobody has said is 待确认: it costs something,
is listed for the talk with the provider, and never excludes. Soft constraints only cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import compress
from typing import NamedTuple

from . import abilities as can
from . import amounts
from .abilities import Abilities, Evidence
from .clauses import RULED_OUT, stance
from .constraints import (
    ASIDE,
    BUDGET,
    DEPLOYMENT,
    EXCLUSION,
    MUST,
    NO_INDUSTRY,
    SCALE,
    Constraint,
)
from .grams import pieces
from .hosting import DATA_STAYS, EXPLOSION_PROOF, ISOLATED, NO_CLOUD, ONPREM, XINCHUANG
from .natures import Natures, load_natures
from .numbering import PieceNumbers
from .telling import ToldProvider
from .understanding import Understanding
from .units import CASE, ReadProvider, Unit
from .weights import Weights

MET, UNKNOWN, BROKEN = "met", "unknown", "broken"
LISTING, MUST_HAVE, HOSTING, EXCLUDED_KIND, PRICE = (
    "listing",
    "must_have",
    "deployment",
    "exclusion",
    "budget",
)
GATE_NAMES = {
    LISTING: "在库状态不符",
    MUST_HAVE: "不满足必备条件",
    HOSTING: "不满足部署要求",
    EXCLUDED_KIND: "属于需求排除的类型",
    PRICE: "报价超出预算",
}
_HOSTING_KINDS = frozenset({DATA_STAYS, NO_CLOUD, ISOLATED, ONPREM, DEPLOYMENT, XINCHUANG})
# For these silence means little: most providers can, few think of saying so.
MILD = frozenset({SCALE, DEPLOYMENT, EXCLUSION, NO_INDUSTRY, BUDGET})
MUST_COVERAGE = 0.6


class Verdict(NamedTuple):
    """How one provider stands to one constraint, in Chinese, with the words it rests on."""

    constraint: Constraint
    state: str
    reason: str
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a provider cannot be placed."""

    gate: str
    reason: str
    evidence: Evidence | None = None
    constraint: Constraint | None = None


def refuse_listing(provider: ReadProvider, as_of: date) -> Refusal | None:
    """Refuse a provider that is not listed, or whose listing has run out by the day of the run."""
    facts = provider.facts
    if not facts.listed:
        return Refusal(LISTING, facts.unlisted_reason or "不在库")
    if facts.valid_on is not None and facts.valid_on < as_of:
        return Refusal(LISTING, f"在库有效期至{facts.valid_on.isoformat()}，已届满")
    return None


@dataclass(frozen=True, eq=False)
class Standing:
    """What one provider is judged by.

    `relevant` marks its texts whose limits bear on the need; `clause_for` gives the clause, and its text, that has most
    of a must-have, in cases too or not.
    """

    told: ToldProvider
    relevant: Sequence[bool]
    clause_for: Callable[[frozenset[str], bool], tuple[str, Unit] | None]

    @cached_property
    def chosen(self) -> tuple[Unit, ...]:
        """The texts whose limits bear on the need."""
        return tuple(compress(self.told.read.units, self.relevant))

    @cached_property
    def own(self) -> Abilities:
        """The abilities, and their lack, that bear on the need."""
        return can.merge(dict(unit.abilities) for unit in self.chosen)


def judge(
    understanding: Understanding, provider: ReadProvider, relevant: Sequence[bool], weights: Weights
) -> tuple[Verdict, ...]:
    """Judge a provider by every constraint; `relevant` marks the units whose limits bear on this need."""
    told = ToldProvider(provider, PieceNumbers())

    def clause_for(wanted: frozenset[str], cases: bool) -> tuple[str, Unit] | None:
        return told.clause_covering(wanted, MUST_COVERAGE, cases)

    return judge_told(understanding, Standing(told, relevant, clause_for), weights)


def judge_told(
    understanding: Understanding, standing: Standing, weights: Weights
) -> tuple[Verdict, ...]:
    """Judge a provider that may have been told of before, as `judge` does."""
    return tuple(_judge_one(item, standing, weights) for item in understanding.constraints)


def refusal(verdicts: Iterable[Verdict]) -> Refusal | None:
    """Give the first broken hard constraint as a refusal; None when all may be met."""
    for verdict in verdicts:
        if verdict.state == BROKEN and verdict.constraint.hard:
            return Refusal(
                gate_of(verdict.constraint), verdict.reason, verdict.evidence, verdict.constraint
            )
    return None


def gate_of(constraint: Constraint) -> str:
    """Name the gate at which a broken constraint keeps a provider out."""
    if constraint.kind in (MUST, EXPLOSION_PROOF):
        return MUST_HAVE
    if constraint.kind in _HOSTING_KINDS:
        return HOSTING
    return PRICE if constraint.kind == BUDGET else EXCLUDED_KIND


def _judge_one(item: Constraint, standing: Standing, weights: Weights) -> Verdict:
    if item.kind in ANSWERS:
        return _answered(item, standing)
    if item.kind == BUDGET:
        return _affordable(item, standing.chosen, weights)
    if item.kind == EXCLUSION:
        return _not_of_kind(item, standing.told, load_natures())
    if item.kind == NO_INDUSTRY:
        return _not_only_industry(item, standing.told.read)
    if item.kind == MUST:
        return _has_must(item, standing)
    if item.kind == ASIDE:
        return _sells_no_such_thing(item, standing)
    return Verdict(item, UNKNOWN, f"需求提到“{item.quote}”")


# What meets a demand wherever it is said, and what breaks it where it bears on the need; asked in turn.
_INSIDE = (((can.LOCAL, can.OFFLINE), (can.NEEDS_NET, can.CLOUD)),)
ANSWERS: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]] = {
    DATA_STAYS: _INSIDE,
    NO_CLOUD: _INSIDE,
    ONPREM: _INSIDE,
    ISOLATED: (((can.OFFLINE,), (can.NEEDS_NET,)), ((can.LOCAL,), (can.CLOUD,))),
    XINCHUANG: (((can.XINCHUANG,), (can.NO_XINCHUANG,)),),
    EXPLOSION_PROOF: (((can.EXPLOSION_PROOF,), ()),),
    DEPLOYMENT: (((can.CLOUD,), ()),),
    SCALE: (((can.LIGHT,), (can.HEAVY,)),),
}
_BREAKS = {
    can.NEEDS_NET: "须连公网使用，不满足",
    can.CLOUD: "在云端提供服务，不满足",
    can.NO_XINCHUANG: "未作信创适配，不符合",
    can.HEAVY: "面向集团或整厂的大型项目，不符合",
}
# How meeting, and not knowing of, a hosting demand is said.
_HOSTING_WORDS = {
    DATA_STAYS: ("数据可留在厂内", "未说明数据能否留在厂内"),
    NO_CLOUD: ("不必上云", "未说明可否不上云"),
    ONPREM: ("可部署在企业内部", "未说明能否部署在企业内部"),
    ISOLATED: ("可在内网使用，不依赖公网", "未说明能否在内网使用"),
}


def _answered(item: Constraint, standing: Standing) -> Verdict:
    """Judge by what a provider can do anywhere, and by what its offerings that bear on the need cannot."""
    label = f"“{item.label}”"
    met, unknown = _HOSTING_WORDS.get(item.kind, (f"符合{label}", f"未说明是否符合{label}"))
    anywhere, own = standing.told.abilities, standing.own
    for turn, (yes, no) in enumerate(ANSWERS[item.kind]):
        for code in yes:
            if code in anywhere:
                # Installed on site is short of working without the net, and says so.
                said = met if turn == 0 else _HOSTING_WORDS[ONPREM][0]
                return Verdict(item, MET, said, anywhere[code])
        for code in no:
            if code in own:
                return Verdict(item, BROKEN, f"{_BREAKS[code]}{label}", own[code])
    return Verdict(item, UNKNOWN, unknown)


def _affordable(item: Constraint, chosen: Sequence[Unit], weights: Weights) -> Verdict:
    prices = [unit for unit in chosen if unit.price_min_wan is not None]
    if not prices or item.value is None:
        return Verdict(item, UNKNOWN, "未公布价格")
    cheapest = min(prices, key=lambda unit: (unit.price_min_wan or 0.0, unit.ref))
    price = cheapest.price_min_wan or 0.0
    quote = f"{cheapest.title}，{amounts.show(price)}起"
    evidence = Evidence(quote, cheapest.ref, cheapest.verification)
    if price <= item.value:
        return Verdict(item, MET, "起价在预算之内", evidence)
    if price <= item.value * weights.setting("budget.tolerance"):
        return Verdict(item, UNKNOWN, f"起价略高于预算{amounts.show(item.value)}", evidence)
    return Verdict(
        item, BROKEN, f"起价{amounts.show(price)}，超出预算{amounts.show(item.value)}", evidence
    )


def _not_of_kind(item: Constraint, told: ToldProvider, natures: Natures) -> Verdict:
    provider = told.read
    kinds = dict(provider.natures)
    nature = natures.by_id[item.target]
    if item.target not in kinds:
        return Verdict(item, MET, f"不属于{nature.label}")
    word = kinds[item.target]
    ref = f"profile:{provider.facts.provider_id}"
    evidence = Evidence(_sentence(told, word), ref) if word else None
    alternatives = [key for key in nature.opposites if kinds.get(key)]
    if alternatives or not word:
        return Verdict(item, UNKNOWN, f"兼做{nature.label}，请确认可否不含", evidence)
    return Verdict(item, BROKEN, f"主要提供{nature.label}，需求写明{item.label}", evidence)


def _not_only_industry(item: Constraint, provider: ReadProvider) -> Verdict:
    codes = set(provider.facts.industry_codes)
    ref = f"profile:{provider.facts.provider_id}"
    if codes == {item.target}:
        evidence = Evidence("服务行业只有需求排除的一个", ref)
        return Verdict(item, BROKEN, f"只服务需求排除的行业，{item.label}", evidence)
    return Verdict(item, MET, "服务其他行业")


def _has_must(item: Constraint, standing: Standing) -> Verdict:
    """Look for a must-have in the provider's sentences; a sentence that denies it breaks it."""
    wanted = must_pieces(item.target)
    best = standing.clause_for(wanted, True)
    if best is None:
        return Verdict(item, UNKNOWN, f"未说明“{item.target}”")
    sentence, unit = best
    evidence = Evidence(sentence, unit.ref, unit.verification)
    if unit.kind != CASE and denies(sentence, wanted):
        return Verdict(item, BROKEN, f"写明不具备“{item.target}”", evidence)
    return Verdict(item, MET, f"具备“{item.target}”", evidence)


def _sells_no_such_thing(item: Constraint, standing: Standing) -> Verdict:
    """Look for what the need turns down in what the provider offers, as for a must-have.

    Cases count for nothing here: one more case never hurts.
    """
    wanted = must_pieces(item.target)
    best = standing.clause_for(wanted, False) if item.target else None
    if best is None or denies(best[0], wanted):
        return Verdict(item, MET, f"不提供“{item.target or item.quote}”")
    sentence, unit = best
    evidence = Evidence(sentence, unit.ref, unit.verification)
    return Verdict(item, BROKEN, f"提供需求不要的“{item.target}”", evidence)


def denies(sentence: str, wanted: frozenset[str]) -> bool:
    """Tell whether a sentence rules out the must-have it speaks of."""
    first = min((sentence.find(piece) for piece in wanted if piece in sentence), default=0)
    return stance(sentence, first, first + 2) == RULED_OUT


def must_pieces(target: str) -> frozenset[str]:
    """Give the pieces by which a must-have in free text is recognised: pairs and Latin words, else characters."""
    found = pieces(target)
    return frozenset(piece for piece in found if len(piece) > 1) or found


def _sentence(told: ToldProvider, word: str) -> str:
    found = told.clause_naming(word)
    return word if found is None else found[0]
