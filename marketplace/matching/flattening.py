"""Turns what has been read of providers into flat arrays.

Only this module and `records` know both forms. Nothing is weighed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import abilities as can
from .columns import LINE, STEPS
from .flat import Codes, Flat
from .holdings import scene_table
from .meaning import MeaningSpace
from .units import CASE, OFFERING, PROFILE, ReadProvider, Unit

ABILITY_BIT = {code: 1 << place for place, code in enumerate(can.ALL)}
KIND_PLACE = {PROFILE: 0, OFFERING: 1, CASE: 2}
TRUST = {"declared": 0, "checked": 1, "accepted": 2}
NO_YEAR = 0
FOREVER = date.max.toordinal()
KINDS = ("tier", "industry", "scene", "nature")


@dataclass(frozen=True, slots=True)
class CodeTables:
    """The codes that stand in flat arrays as numbers."""

    tier: Codes = field(default_factory=Codes)
    industry: Codes = field(default_factory=Codes)
    scene: Codes = field(default_factory=Codes)
    nature: Codes = field(default_factory=Codes)

    def names(self) -> dict[str, list[str]]:
        """Give the codes by kind, by number."""
        return {kind: list(getattr(self, kind).names) for kind in KINDS}

    @classmethod
    def of(cls, names: Mapping[str, Sequence[str]]) -> CodeTables:
        """Make the tables again from `names`."""
        return cls(*(Codes(names[kind]) for kind in KINDS))


def flatten(read: Sequence[ReadProvider], space: MeaningSpace, codes: CodeTables) -> Flat:
    """Lay readings out as flat arrays; pieces keep the numbers of the space."""
    units = [unit for item in read for unit in item.units]
    return Flat(
        _sizes(read),
        {
            **_of_providers(read, codes),
            **_of_units(units),
            "leaned_scenes": _scenes(read, len(scene_table(space).scene_ids)),
            "unit_leanings": _leanings(read, len(space.capability_ids)),
            "industry": _array(
                (codes.industry.take(code) for unit in units for code, _ in unit.industries),
                np.int16,
            ),
            "industry_weight": _array(
                (weight for unit in units for _, weight in unit.industries), np.float32
            ),
            "scene": _array(
                (codes.scene.take(code) for unit in units for code in unit.scene_ids), np.int16
            ),
            "piece": _joined((item.holdings.pieces for item in read), np.int32),
            "piece_weight": _joined((item.holdings.weights for item in read), np.float32),
            "piece_claimed": _marked(
                (item.holdings.pieces, item.holdings.claimed) for item in read
            ),
            "word": _joined((item.holdings.words for item in read), np.int32),
            "word_weight": _joined((item.holdings.word_weights for item in read), np.float32),
            "word_claimed": _marked(
                (item.holdings.words, item.holdings.claimed_words) for item in read
            ),
            "clause_size": _joined((item.holdings.clauses.sizes for item in read), np.int32),
            "may_deny": _joined((item.holdings.clauses.may_deny for item in read), np.bool_),
            "of_case": _joined((item.holdings.clauses.of_case for item in read), np.bool_),
            "clause_piece": _joined((item.holdings.clauses.pieces for item in read), np.int32),
            "nature": _array(
                (codes.nature.take(key) for item in read for key, _ in item.natures), np.int16
            ),
            "nature_named": _array(
                (1.0 if word else 0.0 for item in read for _, word in item.natures), np.float32
            ),
            "name": np.frombuffer(
                b"".join(name.encode() for item in read for name in _names(item)), dtype=np.uint8
            ),
        },
    )


def _names(item: ReadProvider) -> Iterable[str]:
    return chain((item.facts.provider_id,), (unit.ref for unit in item.units))


def _sizes(read: Sequence[ReadProvider]) -> dict[str, NDArray[np.int32]]:
    counted = {
        "unit": [len(item.units) for item in read],
        "claim": [sum(len(unit.industries) for unit in item.units) for item in read],
        "scene": [sum(len(unit.scene_ids) for unit in item.units) for item in read],
        "piece": [item.holdings.pieces.size for item in read],
        "word": [item.holdings.words.size for item in read],
        "clause": [item.holdings.clauses.sizes.size for item in read],
        "clause_piece": [item.holdings.clauses.pieces.size for item in read],
        "nature": [len(item.natures) for item in read],
        "name": [sum(len(name.encode()) for name in _names(item)) for item in read],
    }
    return {level: np.array(sizes, dtype=np.int32) for level, sizes in counted.items()}


def _of_providers(read: Sequence[ReadProvider], codes: CodeTables) -> dict[str, NDArray[Any]]:
    facts = [item.facts for item in read]
    return {
        "tier": _array((codes.tier.take(item.tier or "") for item in facts), np.int16),
        "listed": _array((item.listed for item in facts), np.bool_),
        "valid_until": _array(
            (item.valid_on.toordinal() if item.valid_on else FOREVER for item in facts), np.int64
        ),
        "ordinary_share": _array((item.ordinary_share for item in read), np.float32),
        "unsupported_share": _array((item.unsupported_share for item in read), np.float32),
        "id_size": _array((len(item.provider_id.encode()) for item in facts), np.int32),
    }


def _of_units(units: Sequence[Unit]) -> dict[str, NDArray[Any]]:
    return {
        "unit_kind": _array((KIND_PLACE[unit.kind] for unit in units), np.int8),
        "unit_trust": _array((TRUST.get(unit.verification, 0) for unit in units), np.int8),
        "unit_year": _array((unit.year or NO_YEAR for unit in units), np.int16),
        "unit_price": _array(
            (np.nan if unit.price_min_wan is None else unit.price_min_wan for unit in units),
            np.float64,
        ),
        "unit_abilities": _array(
            (sum({ABILITY_BIT[code] for code, _ in unit.abilities}) for unit in units), np.uint16
        ),
        "unit_claims": _array((len(unit.industries) for unit in units), np.int32),
        "unit_scenes": _array((len(unit.scene_ids) for unit in units), np.int32),
        "ref_size": _array((len(unit.ref.encode()) for unit in units), np.int32),
    }


def _scenes(read: Sequence[ReadProvider], scenes: int) -> NDArray[np.float32]:
    """Give how far each provider leans to each scene."""
    leaned = [item.holdings.scenes for item in read]
    return np.stack(leaned) if leaned else np.zeros((0, scenes), dtype=np.float32)


def _leanings(read: Sequence[ReadProvider], axes: int) -> NDArray[np.uint8]:
    """Give how far each text leans to each capability, in steps of 1/255, axes padded to whole lines."""
    counts = _joined((item.holdings.counts for item in read), np.int64)
    matrix = np.zeros((counts.size, -(-axes // LINE) * LINE), dtype=np.uint8)
    rows = np.repeat(np.arange(counts.size), counts)
    exact = _joined((item.holdings.leanings for item in read), np.float64)
    matrix[rows, _joined((item.holdings.axes for item in read), np.int64)] = np.rint(exact * STEPS)
    return matrix


def _array(values: Iterable[Any], kind: type[np.generic]) -> NDArray[Any]:
    return np.array(list(values), dtype=kind)


def _joined(arrays: Iterable[NDArray[Any]], kind: type[np.generic]) -> NDArray[Any]:
    found = list(arrays)
    return np.concatenate(found).astype(kind) if found else np.zeros(0, dtype=kind)


def _marked(pairs: Iterable[tuple[NDArray[Any], NDArray[Any]]]) -> NDArray[np.bool_]:
    """Tell which of each provider's rising numbers are among some of them."""
    found = list(pairs)
    every, some = (_keyed([pair[side] for pair in found]) for side in (0, 1))
    marked = np.zeros(every.size, dtype=np.bool_)
    marked[np.searchsorted(every, some)] = True
    return marked


def _keyed(rising: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    """Join rising numbers of several providers so that they rise throughout."""
    rows = np.repeat(np.arange(len(rising)), [each.size for each in rising])
    keyed: NDArray[np.int64] = (rows << 32) + _joined(rising, np.int64)
    return keyed
