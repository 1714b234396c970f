"""Takes one provider apart into the texts that can earn it a place, and reads each of them once.

A unit is the profile, one offering or one case. Everything here depends on one provider and the lexicon only, so that
it can be kept as long as the provider does not change.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import amounts
from .abilities import (
    CLOUD,
    HEAVY,
    LOCAL,
    NEEDS_NET,
    NO_XINCHUANG,
    OFFLINE,
    XINCHUANG,
    Evidence,
    read_abilities,
)
from .clause_index import ClausesHeld, hold_clauses
from .facts import CaseFacts, OfferingFacts, ProviderFacts
from .grams import piece_list
from .holdings import Holdings, TextHeld, hold, unsupported
from .lexicon import Lexicon
from .meaning import MeaningSpace, Vector, lean
from .natures import Natures, joined, ordinary_share
from .vectors import known_places

PROFILE, OFFERING, CASE = "profile", "offering", "case"
# A case or offering is read in the light of what the provider says it is.
PROFILE_CONTEXT = 0.5
DECLARED_ABILITY = {"cloud": CLOUD, "onprem": LOCAL, "edge": LOCAL}
_TAKES_AWAY = frozenset({CLOUD, NEEDS_NET, NO_XINCHUANG, HEAVY})
_PRICE_FROM = re.compile(r"([\d.]+|[一二两三四五六七八九十百]+)(?:多|来)?万元?(?:起|以上)")


@dataclass(frozen=True, slots=True)
class Unit:
    """One text of a provider, read."""

    ref: str
    kind: str
    title: str
    text: str
    verification: str
    year: int | None
    industries: tuple[tuple[str, float], ...]
    scene_ids: tuple[str, ...]
    abilities: tuple[tuple[str, Evidence], ...]
    price_min_wan: float | None


@dataclass(frozen=True, slots=True)
class ReadProvider:
    """One provider, read: its units and what holds for it as a whole."""

    facts: ProviderFacts
    units: tuple[Unit, ...]
    holdings: Holdings
    natures: tuple[tuple[str, str], ...]
    ordinary_share: float
    unsupported_share: float


def read_provider(
    facts: ProviderFacts, lexicon: Lexicon, space: MeaningSpace, natures: Natures
) -> ReadProvider:
    """Read one provider's profile, offerings and cases."""
    reader = _Reader(facts, lexicon, space)
    read = [
        reader.profile(),
        *(reader.offering(item) for item in facts.offerings),
        *(reader.case(item) for item in facts.cases),
    ]
    units = tuple(unit for unit, _ in read)
    texts = [held for _, held in read]
    words = [natures.read(unit.text) for unit in units]
    pairs = list(zip(units, words, strict=True))
    own_words = joined(said for unit, said in pairs if unit.kind != CASE)
    declared = joined(said for unit, said in pairs if unit.verification == "declared")
    kinds = dict(own_words.kinds)
    for nature in natures.by_id.values():
        if set(nature.types) & set(facts.type_codes) or any(
            item.kind in nature.kinds for item in facts.offerings
        ):
            kinds.setdefault(nature.id, "")
    shown = {scene_id for unit in units if unit.kind == CASE for scene_id in unit.scene_ids}
    return ReadProvider(
        facts=facts,
        units=units,
        holdings=hold(texts, space, _clauses_of(units, space)),
        natures=tuple(sorted(kinds.items())),
        # A verified case may show that a provider does more than it sells, never that it does less.
        ordinary_share=ordinary_share(declared.ordinary, joined(words).digital),
        unsupported_share=unsupported(frozenset(facts.scene_ids), frozenset(shown), texts, space),
    )


def _clauses_of(units: Sequence[Unit], space: MeaningSpace) -> ClausesHeld:
    return hold_clauses(((unit.text, unit.kind == CASE) for unit in units), space.numbers)


def _joined(*texts: str) -> str:
    return "。".join(text.strip() for text in texts if text.strip())


class _Reader:
    """Reads the texts of one provider, each in the light of what its profile says it is."""

    def __init__(self, facts: ProviderFacts, lexicon: Lexicon, space: MeaningSpace) -> None:
        self._facts = facts
        self._lexicon = lexicon
        self._space = space
        self._profile_raw: Vector | None = None

    def _held(self, text: str, codes: tuple[str, ...], of_a_case: bool = False) -> TextHeld:
        listed = piece_list(text)
        numbers = self._space.numbers.take(set(listed))
        raw = self._space.raw_of(numbers, text, codes)
        if self._profile_raw is None:
            self._profile_raw = raw
        else:
            raw = raw + self._profile_raw * PROFILE_CONTEXT
        words = known_places(text)
        return TextHeld(
            pieces=numbers,
            length=len(listed),
            words=np.array(sorted(set(words)), dtype=np.int32),
            word_count=len(words),
            meaning=lean(raw),
            of_a_case=of_a_case,
        )

    def profile(self) -> tuple[Unit, TextHeld]:
        """Read the profile; it must be read first."""
        facts = self._facts
        text = _joined(facts.profile)
        ref = f"profile:{facts.provider_id}"
        abilities = _declared(
            facts.deployments, facts.xinchuang, facts.offline, ref, "declared"
        ) | read_abilities(text, self._lexicon, ref)
        unit = Unit(
            ref=ref,
            kind=PROFILE,
            title=facts.name,
            text=text,
            verification="declared",
            year=None,
            industries=_claimed(facts.industry_codes),
            scene_ids=facts.scene_ids,
            abilities=tuple(abilities.items()),
            price_min_wan=_price_in(text),
        )
        return unit, self._held(text, facts.industry_codes)

    def offering(self, item: OfferingFacts) -> tuple[Unit, TextHeld]:
        """Read an offering."""
        text = _joined(item.name, item.text)
        abilities = _declared(
            item.deployments, item.xinchuang, item.offline, item.ref, item.verification
        ) | read_abilities(text, self._lexicon, item.ref, item.verification)
        price = item.price_min_wan
        unit = Unit(
            ref=item.ref,
            kind=OFFERING,
            title=item.name,
            text=text,
            verification=item.verification,
            year=None,
            industries=_claimed(item.industry_codes),
            scene_ids=item.scene_ids,
            abilities=tuple(abilities.items()),
            price_min_wan=price if price is not None else _price_in(text),
        )
        return unit, self._held(text, item.industry_codes or self._facts.industry_codes)

    def case(self, item: CaseFacts) -> tuple[Unit, TextHeld]:
        """Read a case; it can add an ability, not take one away: one client's cloud says nothing of another's."""
        text = _joined(item.title, item.text, *item.metrics)
        industries = _case_industries(item, text, self._lexicon)
        read = read_abilities(text, self._lexicon, item.ref, item.verification)
        unit = Unit(
            ref=item.ref,
            kind=CASE,
            title=item.title,
            text=text,
            verification=item.verification,
            year=item.year,
            industries=industries,
            scene_ids=item.scene_ids,
            abilities=tuple(pair for pair in read.items() if pair[0] not in _TAKES_AWAY),
            price_min_wan=None,
        )
        codes = tuple(code for code, _ in industries) or self._facts.industry_codes
        return unit, self._held(text, codes, of_a_case=True)


def _declared(
    deployments: tuple[str, ...],
    xinchuang: bool | None,
    offline: bool | None,
    ref: str,
    verification: str,
) -> dict[str, Evidence]:
    """Read the boxes a provider ticked; an unticked deployment means no more than silence."""
    found: dict[str, Evidence] = {}
    names = {"cloud": "云", "onprem": "本地", "edge": "边缘"}
    if deployments:
        quote = "部署方式：" + "、".join(names.get(code, code) for code in deployments)
        for code in deployments:
            if code in DECLARED_ABILITY:
                found.setdefault(DECLARED_ABILITY[code], Evidence(quote, ref, verification))
    for value, yes, no, label in (
        (xinchuang, XINCHUANG, NO_XINCHUANG, "信创适配"),
        (offline, OFFLINE, NEEDS_NET, "断网或隔离网可用"),
    ):
        if value is not None:
            quote = f"{label}：{'是' if value else '否'}"
            found[yes if value else no] = Evidence(quote, ref, verification)
    return found


def _claimed(codes: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Share a claim among many industries: up to three in full, n of them 3/n each."""
    weight = min(1.0, 3 / len(codes)) if codes else 0.0
    return tuple((code, weight) for code in codes)


def _case_industries(item: CaseFacts, text: str, lexicon: Lexicon) -> tuple[tuple[str, float], ...]:
    if item.industry_code:
        return ((item.industry_code, 1.0),)
    totals: dict[str, float] = {}
    for hit in lexicon.industry_hits(text):
        totals[hit.code] = totals.get(hit.code, 0.0) + hit.strength
    top = max(totals.values(), default=0.0)
    return tuple(
        (code, min(1.0, total))
        for code, total in sorted(totals.items())
        if total >= 0.5 and total >= 0.6 * top
    )


def _price_in(text: str) -> float | None:
    """Read “30万元起” from a text; anything vaguer is left to be asked."""
    match = _PRICE_FROM.search(text)
    return amounts.number(match.group(1)) if match else None
