"""Compiles read providers into arrays, once, so that ranking a need is a handful of array operations.

Rows are providers, and units of providers in provider order. It weighs nothing: weights belong to a run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from . import abilities as can
from .alignment import WordIndex, index_words
from .facts import ProviderFacts
from .lexicon import Lexicon
from .meaning import MeaningSpace
from .natures import load_natures
from .reading import scene_shares
from .understanding import meaning_space
from .units import CASE, OFFERING, PROFILE, ReadProvider, Unit, read_provider

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

# BM25 (Robertson and Zaragoza 2009) with a fixed reference length, so that one provider's text cannot shift another's.
K1 = 1.2
B = 0.5
REFERENCE_LENGTH = 40
ABILITY_PLACE = {code: place for place, code in enumerate(can.ALL)}
KIND_PLACE = {PROFILE: 0, OFFERING: 1, CASE: 2}
TRUST = {"declared": 0, "checked": 1, "accepted": 2}
NO_YEAR = 0
FAINT = 0.02


@dataclass(frozen=True, slots=True)
class Postings:
    """A sparse matrix by feature: for each feature its rows and weights."""

    columns: Mapping[str, tuple[Ints, Floats]]
    rows: int

    def scores(self, features: Mapping[str, float]) -> Floats:
        """Sum weight × feature weight over the features given, for every row."""
        found = [
            (self.columns[key][0], self.columns[key][1] * np.float32(weight))
            for key, weight in sorted(features.items())
            if key in self.columns
        ]
        if not found:
            return np.zeros(self.rows, dtype=np.float32)
        places = np.concatenate([places for places, _ in found])
        weights = np.concatenate([weights for _, weights in found])
        return np.bincount(places, weights=weights, minlength=self.rows).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Providers ready to be ranked. `starts` gives each provider's first unit; it always has one."""

    providers: tuple[ReadProvider, ...]
    space: MeaningSpace
    starts: Ints
    unit_provider: Ints
    unit_refs: tuple[str, ...]
    unit_kind: NDArray[np.int8]
    unit_trust: NDArray[np.int8]
    unit_year: NDArray[np.int16]
    unit_price: NDArray[np.float64]
    unit_abilities: Flags
    unit_meaning: Postings
    provider_pieces: Postings
    piece_rarity: Mapping[str, float]
    words: WordIndex
    claimed_industries: Postings
    case_industries: Postings
    claimed_scenes: Postings
    leaned_scenes: Postings
    claim_count: Floats
    ordinary_share: Floats
    unsupported_share: Floats
    tiers: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.providers)

    def units_of(self, place: int) -> range:
        """Give the places of a provider's units."""
        end = self.starts[place + 1] if place + 1 < len(self.starts) else len(self.unit_refs)
        return range(int(self.starts[place]), int(end))


def prepare(providers: Iterable[ProviderFacts], lexicon: Lexicon) -> Prepared:
    """Read and compile providers; a provider already read with this lexicon is not read again."""
    return assemble([_read(facts, lexicon) for facts in providers], meaning_space(lexicon))


@lru_cache(maxsize=20_000)
def _read(facts: ProviderFacts, lexicon: Lexicon) -> ReadProvider:
    return read_provider(facts, lexicon, meaning_space(lexicon), load_natures())


def assemble(read: Sequence[ReadProvider], space: MeaningSpace) -> Prepared:
    """Compile providers that have been read."""
    units = [(place, unit) for place, provider in enumerate(read) for unit in provider.units]
    counts = [len(provider.units) for provider in read]
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]]) if counts else np.zeros(0)
    meanings = np.array([unit.meaning for _, unit in units], dtype=np.float32)
    meanings = meanings.reshape(len(units), len(space.capability_ids))
    return Prepared(
        providers=tuple(read),
        space=space,
        starts=starts.astype(np.int32),
        unit_provider=np.array([place for place, _ in units], dtype=np.int32),
        unit_refs=tuple(unit.ref for _, unit in units),
        unit_kind=np.array([KIND_PLACE[unit.kind] for _, unit in units], dtype=np.int8),
        unit_trust=np.array([TRUST.get(unit.verification, 0) for _, unit in units], dtype=np.int8),
        unit_year=np.array([unit.year or NO_YEAR for _, unit in units], dtype=np.int16),
        unit_price=np.array(
            [np.nan if unit.price_min_wan is None else unit.price_min_wan for _, unit in units],
            dtype=np.float64,
        ),
        unit_abilities=_ability_flags(units),
        unit_meaning=_columns_of(meanings, space.capability_ids),
        provider_pieces=_postings(_piece_weights(read), len(read)),
        piece_rarity=_rarity(read, space),
        words=index_words(read),
        claimed_industries=_claimed_industries(units, len(read)),
        case_industries=_case_industries(units),
        claimed_scenes=_postings(
            _strongest((place, key, 1.0) for place, unit in units for key in unit.scene_ids),
            len(read),
        ),
        leaned_scenes=_leaned(meanings, starts.astype(np.intp), space),
        claim_count=np.array([len(_claims(item)) for item in read], dtype=np.float32),
        ordinary_share=np.array([item.ordinary_share for item in read], dtype=np.float32),
        unsupported_share=np.array([item.unsupported_share for item in read], dtype=np.float32),
        tiers=tuple(item.facts.tier for item in read),
    )


_Units = Sequence[tuple[int, Unit]]


def _ability_flags(units: _Units) -> Flags:
    flags = np.zeros((len(units), len(can.ALL)), dtype=np.bool_)
    for row, (_, unit) in enumerate(units):
        for code, _evidence in unit.abilities:
            flags[row, ABILITY_PLACE[code]] = True
    return flags


def _claimed_industries(units: _Units, providers: int) -> Postings:
    """Give each provider the industries its profile and offerings claim."""
    entries = (
        (place, code, weight)
        for place, unit in units
        if unit.kind != CASE
        for code, weight in unit.industries
    )
    return _postings(_strongest(entries), providers)


def _case_industries(units: _Units) -> Postings:
    """Give each case its industries, by unit."""
    entries = (
        (row, code, weight)
        for row, (_, unit) in enumerate(units)
        if unit.kind == CASE
        for code, weight in unit.industries
    )
    return _postings(entries, len(units))


def _claims(provider: ReadProvider) -> set[str]:
    """Give the scenes a provider claims; a case's scene is shown, not claimed."""
    return {scene_id for unit in provider.units if unit.kind != CASE for scene_id in unit.scene_ids}


def _postings(entries: Iterable[tuple[int, str, float]], rows: int) -> Postings:
    gathered: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for row, key, weight in entries:
        places, weights = gathered[key]
        places.append(row)
        weights.append(weight)
    return Postings(
        {
            key: (np.array(places, dtype=np.int32), np.array(weights, dtype=np.float32))
            for key, (places, weights) in gathered.items()
        },
        rows,
    )


def _strongest(entries: Iterable[tuple[int, str, float]]) -> Iterable[tuple[int, str, float]]:
    best: dict[tuple[int, str], float] = {}
    for row, key, weight in entries:
        best[row, key] = max(best.get((row, key), 0.0), weight)
    return ((row, key, weight) for (row, key), weight in sorted(best.items()))


def _piece_weights(read: Sequence[ReadProvider]) -> Iterable[tuple[int, str, float]]:
    """Weigh each piece by the shortest unit that has it, so that saying a thing again earns nothing.

    BM25 with the count capped at one: (k1 + 1) / (1 + k1 · (1 − b + b · length / reference)); a unit of the
    reference length gives 1.
    """
    for row, provider in enumerate(read):
        best: dict[str, float] = {}
        for unit in provider.units:
            weight = (K1 + 1) / (1 + K1 * (1 - B + B * unit.length / REFERENCE_LENGTH))
            for piece in unit.pieces:
                if weight > best.get(piece, 0.0):
                    best[piece] = weight
        yield from ((row, piece, weight) for piece, weight in best.items())


def _rarity(read: Sequence[ReadProvider], space: MeaningSpace) -> Mapping[str, float]:
    """Average the rarity of a piece among these providers and in the lexicon, which steadies a small catalogue.

    Cases are left out of the count: one more case must not make the words of others rarer or commoner.
    """
    counts: dict[str, int] = defaultdict(int)
    for provider in read:
        for piece in {
            piece for unit in provider.units if unit.kind != CASE for piece in unit.pieces
        }:
            counts[piece] += 1
    every = {piece for provider in read for unit in provider.units for piece in unit.pieces}
    return {
        piece: 0.5
        * log(1 + (len(read) - counts.get(piece, 0) + 0.5) / (counts.get(piece, 0) + 0.5))
        + 0.5 * space.rarity.get(piece, space.unknown_rarity)
        for piece in sorted(every)
    }


def _columns_of(matrix: Floats, keys: Sequence[str]) -> Postings:
    """Turn a matrix into postings, a feature a column."""
    columns: dict[str, tuple[Ints, Floats]] = {}
    for place, key in enumerate(keys):
        rows = np.flatnonzero(matrix[:, place]).astype(np.int32)
        if rows.size:
            columns[key] = (rows, matrix[rows, place])
    return Postings(columns, matrix.shape[0])


def _leaned(meanings: Floats, starts: NDArray[np.intp], space: MeaningSpace) -> Postings:
    """Give each provider the scenes its own words lean to, the strongest unit counting.

    A unit leans to a scene by the squared weights of its capabilities, which add up to 1 over all of them; two
    thirds of them on one scene are taken as full.
    """
    shares = [
        dict(scene_shares(space.lexicon.capabilities[key].scene_ids))
        for key in space.capability_ids
    ]
    scene_ids = sorted({scene_id for share in shares for scene_id in share})
    table = np.array(
        [[share.get(scene_id, 0.0) for scene_id in scene_ids] for share in shares], dtype=np.float32
    ).reshape(len(shares), len(scene_ids))
    if not starts.size:
        return Postings({}, 0)
    leaned = np.minimum(np.maximum.reduceat(meanings**2 @ table, starts) * np.float32(1.5), 1)
    leaned[leaned < FAINT] = 0
    return _columns_of(leaned.astype(np.float32), scene_ids)
