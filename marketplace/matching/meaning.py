"""Places a text among the capabilities of the lexicon, also when none of its words is listed.

Each capability is read as one document made of all its words; a text is compared with these documents by character
pieces (explicit semantic analysis, Gabrilovich and Markovitch 2007, with capabilities in place of encyclopaedia
articles). Two texts that lean towards the same capabilities are about the same thing, whatever their words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from .grams import piece_list, pieces
from .lexicon import Capability, Lexicon

Vector = NDArray[np.float32]

KEPT = 48
SATURATION = 1.2
HIT_WEIGHT = 6.0
AT_HOME = 1.4
KINSHIP = 0.1


class MeaningSpace:
    """One axis per capability, in lexicon order."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.capability_ids: tuple[str, ...] = tuple(lexicon.capabilities)
        self._place = {key: place for place, key in enumerate(self.capability_ids)}
        base = [_base_pieces(item) for item in lexicon.capabilities.values()]
        own = [_variant_pieces(item) for item in lexicon.capabilities.values()]
        rarity = _rarity(
            [set(words).union(*other.values()) for words, other in zip(base, own, strict=True)]
        )
        self.rarity: Mapping[str, float] = rarity
        self.unknown_rarity = log(1 + (len(base) + 0.5) / 0.5)
        self._base = _columns(enumerate(base), rarity)
        by_industry: dict[str, list[tuple[int, Counter[str]]]] = defaultdict(list)
        for place, variants in enumerate(own):
            for code, words in variants.items():
                by_industry[code].append((place, words))
        self._kin = _kin(list(lexicon.capabilities.values()))
        self._at_home = _at_home(list(lexicon.capabilities.values()))
        self._by_industry = {code: _columns(rows, rarity) for code, rows in by_industry.items()}

    def raw(self, text: str, industries: Collection[str] = ()) -> Vector:
        """Give the unscaled leaning of a text towards every capability."""
        size = len(self.capability_ids)
        found = pieces(text)
        vector = _total(self._base, found, size)
        variants = [
            _total(self._by_industry[code], found, size)
            for code in sorted(industries)
            if code in self._by_industry
        ]
        if variants:
            vector += np.max(variants, axis=0)
        hits = self.lexicon.capability_hits(text, industries)
        # Each trigger counts once, however often it is said.
        for key, strength in sorted(
            {(hit.capability_id, hit.phrase): hit.strength for hit in hits}.items()
        ):
            vector[self._place[key[0]]] += np.float32(HIT_WEIGHT * strength)
        homes = [self._at_home[code] for code in sorted(industries) if code in self._at_home]
        if homes:
            vector = vector * np.max(homes, axis=0)
        return vector

    def with_kin(self, leaning: Vector) -> Vector:
        """Lean a little towards capabilities of the same scenes: a provider of one is a fair second for another."""
        return _unit(leaning + np.float32(KINSHIP) * (self._kin @ leaning))

    def place(self, capability_id: str) -> int:
        """Give the axis of a capability."""
        return self._place[capability_id]


def _kin(items: Sequence[Capability]) -> NDArray[np.float32]:
    """Give each pair of capabilities the share of scenes they have in common (Jaccard), none with itself."""
    scenes = [frozenset(item.scene_ids) for item in items]
    kin = np.zeros((len(items), len(items)), dtype=np.float32)
    for row, own in enumerate(scenes):
        for column, other in enumerate(scenes):
            if row != column and own & other:
                kin[row, column] = len(own & other) / len(own | other)
    return kin


def _at_home(items: Sequence[Capability]) -> dict[str, Vector]:
    """Favour in each industry the capabilities made for it; general ones stay as they are."""
    factors: dict[str, Vector] = {}
    for place, item in enumerate(items):
        for code in item.industries:
            factor = factors.setdefault(code, np.ones(len(items), dtype=np.float32))
            factor[place] = AT_HOME
    return factors


def lean(vector: Vector, kept: int = KEPT) -> Vector:
    """Scale a provider's text to length 1 over its strongest axes.

    Nothing is subtracted, so that words about something else can only draw the vector away from a need.
    """
    if vector.size > kept:
        level = np.partition(vector, -kept)[-kept]
        vector = np.where(vector >= level, vector, np.float32(0))
    return _unit(vector)


def sharpen(vector: Vector, kept: int = KEPT) -> Vector:
    """Keep of a need what stands out above its general level and scale to length 1."""
    if vector.size > kept:
        level = np.partition(vector, -kept - 1)[-kept - 1]
        vector = np.maximum(vector - level, np.float32(0))
    return _unit(vector)


def _unit(vector: Vector) -> Vector:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector


def _base_pieces(item: Capability) -> Counter[str]:
    return Counter(
        piece for phrase in (item.name, *item.terms, *item.cues) for piece in piece_list(phrase)
    )


def _variant_pieces(item: Capability) -> dict[str, Counter[str]]:
    return {
        code: Counter(piece for phrase in phrases for piece in piece_list(phrase))
        for code, phrases in item.variants.items()
    }


def _rarity(documents: list[set[str]]) -> Mapping[str, float]:
    counts = Counter(piece for document in documents for piece in document)
    return {
        piece: log(1 + (len(documents) - count + 0.5) / (count + 0.5))
        for piece, count in counts.items()
    }


_Columns = dict[str, tuple[NDArray[np.int32], Vector]]


def _columns(rows: Iterable[tuple[int, Counter[str]]], rarity: Mapping[str, float]) -> _Columns:
    gathered: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for place, words in rows:
        for piece, count in words.items():
            weight = rarity[piece] * count * (SATURATION + 1) / (count + SATURATION)
            gathered[piece].append((place, weight))
    return {
        piece: (
            np.array([place for place, _ in found], dtype=np.int32),
            np.array([weight for _, weight in found], dtype=np.float32),
        )
        for piece, found in gathered.items()
    }


def _total(columns: _Columns, found: Collection[str], size: int) -> Vector:
    """Sum the columns of the pieces found; pieces in sorted order, so that sums are the same every time."""
    columns_found = [columns[piece] for piece in sorted(found) if piece in columns]
    if not columns_found:
        return np.zeros(size, dtype=np.float32)
    places = np.concatenate([places for places, _ in columns_found])
    weights = np.concatenate([weights for _, weights in columns_found])
    return np.bincount(places, weights=weights, minlength=size).astype(np.float32)
