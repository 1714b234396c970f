"""Compiles read providers into arrays, once, so that ranking a need is a handful of array operations.

Rows are providers, and units of providers in provider order. It weighs nothing: weights belong to a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .alignment import WordIndex
from .clause_index import ClauseIndex
from .collecting import PieceRarity, Pieces, lay_out, postings_of
from .columns import Leanings, Postings
from .facts import ProviderFacts
from .flattening import ABILITY_BIT, FOREVER, KIND_PLACE, NO_YEAR, TRUST, CodeTables, flatten
from .holdings import scene_table
from .kernels import fixed
from .lexicon import Lexicon
from .meaning import MeaningSpace
from .names import Names
from .natures import load_natures
from .picking import Cut
from .understanding import meaning_space
from .units import ReadProvider, read_provider
from .vectors import load_vectors

__all__ = [
    "ABILITY_BIT",
    "FOREVER",
    "KIND_PLACE",
    "NO_YEAR",
    "TRUST",
    "Flags",
    "Floats",
    "Ints",
    "Prepared",
    "States",
    "assemble",
    "compiled",
    "prepare",
]

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]
States = NDArray[np.int8]

SPARE_READINGS = 5_000
KEPT_MUSTS = 512


@dataclass(frozen=True, slots=True)
class Prepared:
    """Providers ready to be ranked. `starts` gives each provider's first unit; it always has one.

    `provider_ids` gives the id of each without touching its reading, which may still lie on disk. Arrays are read-only
    and may be mapped from disk. `musts` keeps how all stand to a must-have in free text, once asked; `standpoints` how
    they look under the last weight sets (see `settling`).
    """

    providers: Sequence[ReadProvider]
    provider_ids: Sequence[str]
    space: MeaningSpace
    starts: Ints
    unit_provider: Ints
    unit_refs: Sequence[str]
    unit_kind: NDArray[np.int8]
    unit_trust: NDArray[np.int8]
    unit_year: NDArray[np.int16]
    unit_price: NDArray[np.float64]
    unit_abilities: NDArray[np.uint16]
    unit_meaning: Leanings
    provider_pieces: Postings
    piece_rarity: PieceRarity
    clauses: ClauseIndex
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
    standpoints: list[Any] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.providers)


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
    codes = CodeTables()
    numbers = space.numbers
    arrays = lay_out(flatten(read, space, codes), space.rarities(len(numbers)))
    return compiled(arrays, codes, numbers, space, tuple(read))


def compiled(
    arrays: Mapping[str, NDArray[Any]],
    codes: CodeTables,
    numbers: Pieces,
    space: MeaningSpace,
    providers: Sequence[ReadProvider],
) -> Prepared:
    """Make readings laid out ready to be ranked; nothing is copied, so that arrays may lie on disk.

    `codes` and `numbers` are those by which the readings were made flat.
    """
    arrays = {name: fixed(array, array.dtype.type) for name, array in arrays.items()}
    count, units = len(arrays["starts"]), len(arrays["unit_kind"])
    tier_names, tiers = _tiers(arrays["tier"], codes.tier.names)
    industries, natures = codes.industry.numbers, codes.nature.numbers
    scene_ids = scene_table(space).scene_ids
    leaned = {scene_id: place for place, scene_id in enumerate(scene_ids)}
    axes = {key: place for place, key in enumerate(space.capability_ids)}
    return Prepared(
        providers=providers,
        provider_ids=Names(arrays["name"], arrays["id.starts"], arrays["id.ends"]),
        space=space,
        starts=arrays["starts"],
        unit_provider=arrays["unit_provider"],
        unit_refs=Names(arrays["name"], arrays["ref.starts"], arrays["ref.ends"]),
        unit_kind=arrays["unit_kind"],
        unit_trust=arrays["unit_trust"],
        unit_year=arrays["unit_year"],
        unit_price=arrays["unit_price"],
        unit_abilities=arrays["unit_abilities"],
        unit_meaning=Leanings(axes, arrays["unit_leanings"]),
        provider_pieces=postings_of(arrays, "piece", numbers, count),
        piece_rarity=PieceRarity(numbers, arrays["piece.rarity"]),
        clauses=ClauseIndex(
            keys=numbers,
            firsts=arrays["clause.firsts"],
            cut=Cut(arrays["clause.pieces"], arrays["clause.starts"]),
            may_deny=arrays["clause.may_deny"],
            of_case=arrays["clause.of_case"],
        ),
        words=WordIndex(
            vectors=load_vectors(),
            starts=arrays["word.starts"],
            rows=arrays["word.rows"],
            weights=arrays["word.weights"],
            counts=arrays["word.counts"],
            providers=count,
        ),
        claimed_industries=postings_of(arrays, "claimed_industries", industries, count),
        sole_industry=postings_of(arrays, "sole_industry", industries, count),
        case_industries=postings_of(arrays, "case_industries", industries, units),
        claimed_scenes=postings_of(arrays, "claimed_scenes", codes.scene.numbers, count),
        leaned_scenes=postings_of(arrays, "leaned_scenes", leaned, count),
        natures=postings_of(arrays, "natures", natures, count),
        claim_count=arrays["claim_count"],
        ordinary_share=arrays["ordinary_share"],
        unsupported_share=arrays["unsupported_share"],
        tier_names=tier_names,
        tiers=tiers,
        listed=arrays["listed"],
        valid_until=arrays["valid_until"],
    )


def _tiers(
    tier: NDArray[np.int16], names: Sequence[str]
) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """Give the tiers that occur, by name, and the place of each provider's."""
    present = sorted((names[number], number) for number in np.unique(tier).tolist())
    place = np.zeros(len(names) + 1, dtype=np.int8)
    place[[number for _, number in present]] = np.arange(len(present))
    return tuple(name for name, _ in present), fixed(place[tier], np.int8)
