"""Takes one provider apart into the texts that can earn it a place, and reads each of them once.

A unit is the profile, one offering or one case. Everything here depends on one provider and the lexicon only, so that
it can be kept as long as the provider does not change.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

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
from .facts import CaseFacts, OfferingFacts, ProviderFacts
from .grams import piece_list, pieces
from .lexicon import Lexicon
from .meaning import MeaningSpace, Vector, lean
from .natures import Natures, ordinary_share
from .vectors import known_words

PROFILE, OFFERING, CASE = "profile", "offering", "case"
# A case or offering is read in the light of what the provider says it is.
PROFILE_CONTEXT = 0.5
DECLARED_ABILITY = {"cloud": CLOUD, "onprem": LOCAL, "edge": LOCAL}
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
    pieces: frozenset[str]
    length: int
    words: tuple[str, ...]
    meaning: Vector
    abilities: tuple[tuple[str, Evidence], ...]
    price_min_wan: float | None


@dataclass(frozen=True, slots=True)
class ReadProvider:
    """One provider, read: its units and what holds for it as a whole."""

    facts: ProviderFacts
    units: tuple[Unit, ...]
    natures: tuple[tuple[str, str], ...]
    ordinary_share: float
    unsupported_share: float


def read_provider(
    facts: ProviderFacts, lexicon: Lexicon, space: MeaningSpace, natures: Natures
) -> ReadProvider:
    """Read one provider's profile, offerings and cases."""
    profile_text = _joined(facts.profile)
    profile_raw = space.raw(profile_text, facts.industry_codes)
    units = [_profile_unit(facts, profile_text, profile_raw, lexicon)]
    units += [_offering_unit(facts, item, profile_raw, lexicon, space) for item in facts.offerings]
    units += [_case_unit(facts, item, profile_raw, lexicon, space) for item in facts.cases]
    own_words = natures.read(_joined(*(unit.text for unit in units if unit.kind != CASE)))
    declared = natures.read(_joined(*(u.text for u in units if u.verification == "declared")))
    everything = natures.read(_joined(*(unit.text for unit in units)))
    kinds = dict(own_words.kinds)
    for nature in natures.by_id.values():
        if set(nature.types) & set(facts.type_codes) or any(
            item.kind in nature.kinds for item in facts.offerings
        ):
            kinds.setdefault(nature.id, "")
    return ReadProvider(
        facts=facts,
        units=tuple(units),
        natures=tuple(sorted(kinds.items())),
        # A verified case may show that a provider does more than it sells, never that it does less.
        ordinary_share=ordinary_share(declared.ordinary, everything.digital),
        unsupported_share=_unsupported(facts, units, space),
    )


def _joined(*texts: str) -> str:
    return "。".join(text.strip() for text in texts if text.strip())


def _profile_unit(facts: ProviderFacts, text: str, raw: Vector, lexicon: Lexicon) -> Unit:
    ref = f"profile:{facts.provider_id}"
    abilities = _declared(
        facts.deployments, facts.xinchuang, facts.offline, ref, "declared"
    ) | read_abilities(text, lexicon, ref)
    return Unit(
        ref=ref,
        kind=PROFILE,
        title=facts.name,
        text=text,
        verification="declared",
        year=None,
        industries=_claimed(facts.industry_codes),
        scene_ids=facts.scene_ids,
        pieces=pieces(text),
        length=len(piece_list(text)),
        words=known_words(text),
        meaning=lean(raw),
        abilities=tuple(abilities.items()),
        price_min_wan=_price_in(text),
    )


def _offering_unit(
    facts: ProviderFacts,
    item: OfferingFacts,
    profile_raw: Vector,
    lexicon: Lexicon,
    space: MeaningSpace,
) -> Unit:
    text = _joined(item.name, item.text)
    codes = item.industry_codes or facts.industry_codes
    abilities = _declared(
        item.deployments, item.xinchuang, item.offline, item.ref, item.verification
    ) | read_abilities(text, lexicon, item.ref, item.verification)
    raw = space.raw(text, codes) + profile_raw * PROFILE_CONTEXT
    return Unit(
        ref=item.ref,
        kind=OFFERING,
        title=item.name,
        text=text,
        verification=item.verification,
        year=None,
        industries=_claimed(item.industry_codes),
        scene_ids=item.scene_ids,
        pieces=pieces(text),
        length=len(piece_list(text)),
        words=known_words(text),
        meaning=lean(raw),
        abilities=tuple(abilities.items()),
        price_min_wan=item.price_min_wan if item.price_min_wan is not None else _price_in(text),
    )


def _case_unit(
    facts: ProviderFacts,
    item: CaseFacts,
    profile_raw: Vector,
    lexicon: Lexicon,
    space: MeaningSpace,
) -> Unit:
    text = _joined(item.title, item.text, *item.metrics)
    industries = _case_industries(item, text, lexicon)
    codes = tuple(code for code, _ in industries) or facts.industry_codes
    raw = space.raw(text, codes) + profile_raw * PROFILE_CONTEXT
    # A case can add an ability, not take one away: one client's cloud says nothing of another's.
    abilities = {
        code: evidence
        for code, evidence in read_abilities(text, lexicon, item.ref, item.verification).items()
        if code not in (CLOUD, NEEDS_NET, NO_XINCHUANG, HEAVY)
    }
    return Unit(
        ref=item.ref,
        kind=CASE,
        title=item.title,
        text=text,
        verification=item.verification,
        year=item.year,
        industries=industries,
        scene_ids=item.scene_ids,
        pieces=pieces(text),
        length=len(piece_list(text)),
        words=known_words(text),
        meaning=lean(raw),
        abilities=tuple(abilities.items()),
        price_min_wan=None,
    )


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


def _unsupported(facts: ProviderFacts, units: list[Unit], space: MeaningSpace) -> float:
    """Give the share of claimed scenes that no unit's own words lean to; 0 for three claims or fewer."""
    claimed = set(facts.scene_ids)
    if len(claimed) <= 3:
        return 0.0
    leaning: dict[str, float] = {}
    for unit in units:
        for key, weight in zip(space.capability_ids, unit.meaning, strict=True):
            for scene_id in space.lexicon.capabilities[key].scene_ids[:1]:
                leaning[scene_id] = max(leaning.get(scene_id, 0.0), float(weight))
        if unit.kind == CASE:
            leaning.update(dict.fromkeys(unit.scene_ids, 1.0))
    return sum(leaning.get(scene_id, 0.0) < 0.3 for scene_id in claimed) / len(claimed)
