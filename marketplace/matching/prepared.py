"""Compiles read providers into arrays, once, so that ranking a need is a handful of array operations.

Rows are providers, and units of providers in provider order. It weighs nothing: weights belong to a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from . import abilities as can
from .alignment import WordIndex, index_words
from .collecting import collect_leanings, collect_pieces, collect_rarity, collect_scenes
from .columns import Leanings, Postings, postings
from .facts import ProviderFacts
from .lexicon import Lexicon
from .meaning import MeaningSpace
from .natures import load_natures
from .understanding import meaning_space
from .units import CASE, OFFERING, PROFILE, ReadProvider, Unit, read_provider

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]
States = NDArray[np.int8]

ABILITY_BIT = {code: 1 << place for place, code in enumerate(can.ALL)}
KIND_PLACE = {PROFILE: 0, OFFERING: 1, CASE: 2}
TRUST = {"declared": 0, "checked": 1, "accepted": 2}
NO_YEAR = 0
FOREVER = date.max.toordinal()
SPARE_READINGS = 5_000
KEPT_MUSTS = 512


@dataclass(frozen=True, slots=True)
class Prepared:
    """Providers ready to be ranked. `starts` gives each provider's first unit; it always has one.

    `by_size` lists, for each number of units, the providers that have so many and their units, a row a provider.
    `musts` keeps how all stand to a must-have in free text, once asked.
    """

    providers: tuple[ReadProvider, ...]
    space: MeaningSpace
    starts: Ints
    by_size: tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]
    unit_provider: Ints
    unit_refs: tuple[str, ...]
    unit_kind: NDArray[np.int8]
    unit_trust: NDArray[np.int8]
    unit_year: NDArray[np.int16]
    unit_price: NDArray[np.float64]
    unit_abilities: NDArray[np.uint16]
    unit_meaning: Leanings
    provider_pieces: Postings
    piece_rarity: Mapping[str, float]
    words: WordIndex
    claimed_industries: Postings
    sole_industry: Postings
    case_industries: Postings
    claimed_scenes: Postings
    leaned_scenes: Postings
    natures: Postings
    claim_count: Floats
    ordinary_share: Floats
    unsupported_share: Floats
    tier_names: tuple[str, ...]
    tiers: NDArray[np.int8]
    listed: Flags
    valid_until: NDArray[np.int64]
    musts: dict[str, States] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.providers)

    def units_of(self, place: int) -> range:
        """Give the places of a provider's units."""
        end = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.unit_refs)
        return range(int(self.starts[place]), int(end))


def prepare(providers: Iterable[ProviderFacts], lexicon: Lexicon, keep: bool = True) -> Prepared:
    """Read and compile providers; one whose facts are as they were at the last reading is not read again.

    `keep` is for those that are likely to come again: a reading then takes the place of the provider's former one.
    """
    shelf = _shelf(lexicon)
    space, natures = meaning_space(lexicon), load_natures()
    read = []
    for facts in providers:
        found = shelf.get(facts.provider_id)
        if found is None or (found.facts is not facts and found.facts != facts):
            found = read_provider(facts, lexicon, space, natures)
            if keep:
                shelf[facts.provider_id] = found
        read.append(found)
    if len(shelf) > 2 * len(read) + SPARE_READINGS:
        shelf.clear()
        shelf.update((item.facts.provider_id, item) for item in read)
    return assemble(read, space)


@lru_cache(maxsize=4)
def _shelf(_lexicon: Lexicon) -> dict[str, ReadProvider]:
    """Keep the last reading of each provider."""
    return {}


def assemble(read: Sequence[ReadProvider], space: MeaningSpace) -> Prepared:
    """Compile providers that have been read."""
    units = [unit for provider in read for unit in provider.units]
    counts = np.array([len(provider.units) for provider in read], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    owner = np.repeat(np.arange(len(read)), counts)
    tier_names = tuple(sorted({item.facts.tier or "" for item in read}))
    tier_place = {name: place for place, name in enumerate(tier_names)}
    return Prepared(
        providers=tuple(read),
        space=space,
        starts=starts.astype(np.int32),
        by_size=_by_size(counts, starts),
        unit_provider=owner.astype(np.int32),
        unit_refs=tuple(unit.ref for unit in units),
        unit_kind=np.array([KIND_PLACE[unit.kind] for unit in units], dtype=np.int8),
        unit_trust=np.array([TRUST.get(unit.verification, 0) for unit in units], dtype=np.int8),
        unit_year=np.array([unit.year or NO_YEAR for unit in units], dtype=np.int16),
        unit_price=np.array(
            [np.nan if unit.price_min_wan is None else unit.price_min_wan for unit in units],
            dtype=np.float64,
        ),
        unit_abilities=_ability_bits(units),
        unit_meaning=collect_leanings(read, space),
        provider_pieces=collect_pieces(read, space),
        piece_rarity=collect_rarity(read, space),
        words=index_words(read),
        claimed_industries=_claimed_industries(read),
        sole_industry=_sole_industry(read),
        case_industries=_case_industries(units),
        claimed_scenes=_claimed_scenes(read),
        leaned_scenes=collect_scenes(read, space),
        natures=postings(
            (
                (row, nature_id, 1.0 if word else 0.0)
                for row, provider in enumerate(read)
                for nature_id, word in provider.natures
            ),
            len(read),
        ),
        claim_count=np.array([len(_claims(item)) for item in read], dtype=np.float32),
        ordinary_share=np.array([item.ordinary_share for item in read], dtype=np.float32),
        unsupported_share=np.array([item.unsupported_share for item in read], dtype=np.float32),
        tier_names=tier_names,
        tiers=np.array([tier_place[item.facts.tier or ""] for item in read], dtype=np.int8),
        listed=np.array([item.facts.listed for item in read], dtype=np.bool_),
        valid_until=np.array(
            [item.facts.valid_on.toordinal() if item.facts.valid_on else FOREVER for item in read],
            dtype=np.int64,
        ),
    )


def _by_size(
    counts: NDArray[np.int64], starts: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.intp], NDArray[np.intp]], ...]:
    groups = []
    for size in np.unique(counts).tolist():
        places = np.flatnonzero(counts == size)
        groups.append((places, starts[places][:, None] + np.arange(size)))
    return tuple(groups)


def _ability_bits(units: Sequence[Unit]) -> NDArray[np.uint16]:
    return np.array(
        [sum({ABILITY_BIT[code] for code, _evidence in unit.abilities}) for unit in units],
        dtype=np.uint16,
    )


def _claimed_industries(read: Sequence[ReadProvider]) -> Postings:
    """Give each provider the industries its profile and offerings claim, by the strongest claim."""

    def entries() -> Iterator[tuple[int, str, float]]:
        for row, provider in enumerate(read):
            best: dict[str, float] = {}
            for unit in provider.units:
                if unit.kind != CASE:
                    for code, weight in unit.industries:
                        best[code] = max(best.get(code, 0.0), weight)
            yield from ((row, code, weight) for code, weight in best.items())

    return postings(entries(), len(read))


def _sole_industry(read: Sequence[ReadProvider]) -> Postings:
    """Give the providers that declare one industry only."""
    entries = (
        (row, provider.facts.industry_codes[0], 1.0)
        for row, provider in enumerate(read)
        if len(set(provider.facts.industry_codes)) == 1
    )
    return postings(entries, len(read))


def _case_industries(units: Sequence[Unit]) -> Postings:
    """Give each case its industries, by unit."""
    entries = (
        (row, code, weight)
        for row, unit in enumerate(units)
        if unit.kind == CASE
        for code, weight in unit.industries
    )
    return postings(entries, len(units))


def _claimed_scenes(read: Sequence[ReadProvider]) -> Postings:
    entries = (
        (row, scene_id, 1.0)
        for row, provider in enumerate(read)
        for scene_id in {key for unit in provider.units for key in unit.scene_ids}
    )
    return postings(entries, len(read))


def _claims(provider: ReadProvider) -> set[str]:
    """Give the scenes a provider claims; a case's scene is shown, not claimed."""
    return {scene_id for unit in provider.units if unit.kind != CASE for scene_id in unit.scene_ids}
