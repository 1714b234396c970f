"""Places a text among the capabilities of the lexicon, also when none of its words is listed.

Each capability is read as one document made of all its words; a text is compared with these documents by character
pieces (explicit semantic analysis, Gabrilovich and Markovitch 2007, with capabilities in place of encyclopaedia
articles). Two texts that lean towards the same capabilities are about the same thing, whatever their words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from .grams import piece_list, pieces
from .kernels import Columns, fixed, sum_columns
from .lexicon import Capability, Lexicon
from .numbering import Numbers, PieceNumbers

Vector = NDArray[np.float32]

KEPT = 48
SATURATION = 1.2
HIT_WEIGHT = 6.0
AT_HOME = 1.4
KINSHIP = 0.1
FRAME_WEIGHT = 6.0


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
        self.numbers = PieceNumbers(rarity)
        self._rarities = np.array([rarity[piece] for piece in sorted(rarity)])
        by_industry: dict[str, list[tuple[int, Counter[str]]]] = defaultdict(list)
        for place, variants in enumerate(own):
            for code, words in variants.items():
                by_industry[code].append((place, words))
        axes = len(base)
        self._base = _Rows(enumerate(base), rarity, self.numbers, axes)
        self._by_industry = {
            code: _Rows(rows, rarity, self.numbers, axes) for code, rows in by_industry.items()
        }
        self.scene_shares = tuple(
            tuple(scene_shares(item.scene_ids)) for item in lexicon.capabilities.values()
        )
        self._of_scene: dict[str, list[int]] = defaultdict(list)
        for place, item in enumerate(lexicon.capabilities.values()):
            for scene_id in item.scene_ids:
                self._of_scene[scene_id].append(place)
        self._kin = _kin(list(lexicon.capabilities.values()))
        self._at_home = _at_home(list(lexicon.capabilities.values()))

    def raw(self, text: str, industries: Collection[str] = ()) -> Vector:
        """Give the unscaled leaning of a text towards every capability."""
        return self.raw_of(self.numbers.listed(pieces(text)), text, industries)

    def raw_of(self, numbers: Numbers, text: str, industries: Collection[str] = ()) -> Vector:
        """Do as `raw`, given the numbers of the text's pieces, rising; those the lexicon lacks say nothing."""
        codes = tuple(sorted(industries))
        listed = numbers[: np.searchsorted(numbers, self.numbers.given)]
        vector = self._base.total(listed)
        variants = [
            self._by_industry[code].total(listed) for code in codes if code in self._by_industry
        ]
        if variants:
            vector += np.maximum.reduce(variants)
        # Each trigger counts once, however often it is said.
        for (key, _), strength in sorted(self.lexicon.strengths(text, industries).items()):
            vector[self._place[key]] += np.float32(HIT_WEIGHT * strength)
        homes = [self._at_home[code] for code in codes if code in self._at_home]
        if homes:
            vector = vector * np.maximum.reduce(homes)
        return vector

    def towards(self, place: int, industries: Collection[str] = ()) -> Towards:
        """Give what leads texts without a trigger of it to one capability, as `raw` would."""
        codes = sorted(industries)
        homes = [self._at_home[code][place] for code in codes if code in self._at_home]
        return Towards(
            base=self._base.column(place),
            variants=tuple(
                self._by_industry[code].column(place) for code in codes if code in self._by_industry
            ),
            factor=max(homes) if homes else None,
        )

    def framed(self, text: str) -> Vector:
        """Give the leaning of a need's text by the frames it fills, each capability counted once."""
        vector = np.zeros(len(self.capability_ids), dtype=np.float32)
        for key, _ in self.lexicon.framed(text):
            if key in self._place:
                vector[self._place[key]] = FRAME_WEIGHT
        return vector

    def with_kin(self, leaning: Vector) -> Vector:
        """Lean a little towards capabilities of the same scenes: a provider of one is a fair second for another."""
        return _unit(leaning + np.float32(KINSHIP) * (self._kin @ leaning))

    def rarities(self, size: int) -> NDArray[np.float64]:
        """Give the rarity of the first `size` pieces by number; those the lexicon lacks are as rare as can be."""
        values = np.full(size, self.unknown_rarity)
        values[: self._rarities.size] = self._rarities
        return values

    def of_scene(self, scene_id: str) -> Sequence[int]:
        """Give the axes of a scene's capabilities."""
        return self._of_scene.get(scene_id, ())

    def place(self, capability_id: str) -> int:
        """Give the axis of a capability."""
        return self._place[capability_id]


def scene_shares(capability_scene_ids: tuple[str, ...]) -> Iterable[tuple[str, float]]:
    """Share a capability among its scenes: the first in full, further ones by half."""
    for place, scene_id in enumerate(capability_scene_ids):
        yield scene_id, 1.0 if place == 0 else 0.5


@dataclass(frozen=True, slots=True)
class Towards:
    """The pieces that lead to one capability, with their weights: whatever the industry, and in each at stake."""

    base: Mapping[str, float]
    variants: tuple[Mapping[str, float], ...]
    factor: np.float32 | None

    def of(self, found: Collection[str]) -> float:
        """Give the leaning of a text that has these pieces, the same to the last bit as among all capabilities."""
        total = _added(self.base, found)
        if self.variants:
            total += max(_added(variant, found) for variant in self.variants)
        return float(total if self.factor is None else total * self.factor)


def _added(weights: Mapping[str, float], found: Collection[str]) -> np.float32:
    """Add the weights of pieces in the order of their names."""
    total = 0.0
    shared = weights.keys() & found
    for piece in sorted(shared) if len(shared) > 1 else shared:
        total += weights[piece]
    return np.float32(total)


def _kin(items: Sequence[Capability]) -> NDArray[np.float32]:
    """Give each pair of capabilities the share of scenes they have in common (Jaccard), none with itself."""
    scene_ids = sorted({scene_id for item in items for scene_id in item.scene_ids})
    place = {scene_id: at for at, scene_id in enumerate(scene_ids)}
    has = np.zeros((len(items), len(scene_ids)), dtype=np.int64)
    for row, item in enumerate(items):
        has[row, [place[scene_id] for scene_id in item.scene_ids]] = 1
    shared = has @ has.T
    sizes = has.sum(axis=1)
    kin: Vector = (shared / np.maximum(sizes[:, None] + sizes - shared, 1)).astype(np.float32)
    np.fill_diagonal(kin, 0.0)
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


class _Rows:
    """For each piece the capabilities that have it, with their weights; rows by piece number."""

    def __init__(
        self,
        documents: Iterable[tuple[int, Counter[str]]],
        rarity: Mapping[str, float],
        numbers: PieceNumbers,
        axes: int,
    ) -> None:
        entries = [
            (number, place, rarity[piece] * count * (SATURATION + 1) / (count + SATURATION))
            for place, words in documents
            for piece, count in words.items()
            if (number := numbers.get(piece)) is not None
        ]
        rows, places, weights = zip(*entries, strict=True) if entries else ((), (), ())
        order = np.argsort(np.array(rows, dtype=np.int64), kind="stable")
        starts = np.searchsorted(
            np.array(rows, dtype=np.int64)[order], np.arange(numbers.given + 1)
        )
        self._table = Columns(
            fixed(starts, np.int64),
            fixed(np.array(places, dtype=np.int32)[order], np.int32),
            fixed(np.array(weights, dtype=np.float32)[order], np.float32),
        )
        self._axes = axes
        self._numbers = numbers
        self._columns: dict[int, Mapping[str, float]] = {}

    def column(self, place: int) -> Mapping[str, float]:
        """Give the pieces that lead to one capability, with their weights; what was asked for is kept."""
        if place not in self._columns:
            chosen = np.flatnonzero(self._table.rows == place)
            numbers = np.searchsorted(self._table.starts, chosen, side="right") - 1
            names = self._numbers.pieces(numbers.tolist())
            weights = self._table.weights[chosen].astype(np.float64).tolist()
            self._columns[place] = dict(zip(names, weights, strict=True))
        return self._columns[place]

    def total(self, numbers: Numbers) -> Vector:
        """Sum the rows of some pieces, always from the first to the last, so that sums are the same every time."""
        total = np.empty(self._axes, dtype=np.float64)
        sum_columns(self._table, fixed(numbers, np.int32), total)
        return total.astype(np.float32)
