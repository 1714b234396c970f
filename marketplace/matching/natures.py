"""Reads what kind of business a provider's text describes, and the words by which a need rules a kind out.

The list is data (`data/natures.json`). A provider of parts, labour or brokerage may use every word of a need and
still answer none of it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from .phrases import PhraseIndex, normalise

NATURES_PATH = Path(__file__).parent / "data" / "natures.json"
OTHER_TRADES = "other_trades"
TRADES_PATH = Path(__file__).parent / "data" / "lexicon" / "other_trades.json"


@dataclass(frozen=True, slots=True)
class Nature:
    """One kind of business."""

    id: str
    label: str
    ordinary: bool
    need_words: tuple[str, ...]
    provider_words: tuple[str, ...]
    weak_words: tuple[str, ...]
    types: tuple[str, ...]
    kinds: tuple[str, ...]
    opposites: tuple[str, ...]
    scene_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BusinessWords:
    """What a text says of its business.

    `kinds` gives each kind named with the first word found, `ordinary` the distinct words of ordinary trade (a weak
    one counts ½), `digital` the distinct words of digital work.
    """

    kinds: Mapping[str, str]
    ordinary: Mapping[str, float]
    digital: frozenset[str]


def ordinary_share(ordinary: Mapping[str, float], digital: Collection[str]) -> float:
    """Give o / (o + d + ½) for o of ordinary trade and d digital words; 0 without ordinary words.

    “泵配件与检修外包” gives 2.5/3, a forecasting program that mentions “更换” gives 0.5/3.
    """
    amount = sum(ordinary.values())
    return amount / (amount + len(digital) + 0.5) if amount else 0.0


def joined(words: Iterable[BusinessWords]) -> BusinessWords:
    """Join what several texts say, as if they were one; of each kind the first word stays."""
    kinds: dict[str, str] = {}
    ordinary: dict[str, float] = {}
    digital: set[str] = set()
    for said in words:
        for nature_id, word in said.kinds.items():
            kinds.setdefault(nature_id, word)
        ordinary.update(said.ordinary)
        digital |= said.digital
    return BusinessWords(kinds, ordinary, frozenset(digital))


class Natures:
    """All kinds of business, compiled for recognition."""

    def __init__(self, natures: tuple[Nature, ...], digital: tuple[str, ...]) -> None:
        self.by_id: Mapping[str, Nature] = {nature.id: nature for nature in natures}
        self._provider_words: dict[str, list[tuple[str, float]]] = {}
        for nature in natures:
            for words, weight in ((nature.provider_words, 1.0), (nature.weak_words, 0.5)):
                for word in words:
                    self._provider_words.setdefault(normalise(word), []).append((nature.id, weight))
        self._need_words = PhraseIndex([word for item in natures for word in item.need_words])
        self._digital = {normalise(word) for word in digital}
        self._index = PhraseIndex([*self._provider_words, *self._digital])

    def named(self, text: str) -> list[Nature]:
        """Give the kinds of business a need names; “机器人” is a robot and no machine."""
        words = {match.phrase for match in self._need_words.find(text)}
        return [
            item
            for item in self.by_id.values()
            if not words.isdisjoint(map(normalise, item.need_words))
        ]

    def read(self, text: str) -> BusinessWords:
        """Read what kinds of business a text names and which of its words are ordinary trade or digital work."""
        kinds: dict[str, str] = {}
        digital: set[str] = set()
        ordinary: dict[str, float] = {}
        for match in self._index.find(text):
            if match.phrase in self._digital:
                digital.add(match.phrase)
            for nature_id, weight in self._provider_words.get(match.phrase, ()):
                kinds.setdefault(nature_id, match.phrase)
                if self.by_id[nature_id].ordinary:
                    ordinary[match.phrase] = weight
        return BusinessWords(kinds, ordinary, frozenset(digital))


@lru_cache(maxsize=2)
def load_natures(path: Path = NATURES_PATH, trades_path: Path = TRADES_PATH) -> Natures:
    """Load the list of kinds of business; trades listed apart join as one ordinary kind more."""
    content = json.loads(path.read_text(encoding="utf-8"))
    natures = _natures(content)
    known = {word for item in natures for word in (*item.provider_words, *item.weak_words)}
    trades = json.loads(trades_path.read_text(encoding="utf-8"))["entries"]
    others = dict.fromkeys(word for entry in trades for word in entry["words"])
    return Natures(
        (*natures, _other_trades(tuple(word for word in others if word not in known))),
        tuple(content["digital"]),
    )


def _other_trades(words: tuple[str, ...]) -> Nature:
    return Nature(
        id=OTHER_TRADES,
        label="其他行当",
        ordinary=True,
        need_words=(),
        provider_words=words,
        weak_words=(),
        types=(),
        kinds=(),
        opposites=(),
        scene_ids=(),
    )


def _natures(content: Mapping[str, Any]) -> tuple[Nature, ...]:
    return tuple(
        Nature(
            id=str(entry["id"]),
            label=str(entry["label"]),
            ordinary=bool(entry.get("ordinary", False)),
            need_words=tuple(entry.get("need", ())),
            provider_words=tuple(entry.get("provider", ())),
            weak_words=tuple(entry.get("provider_weak", ())),
            types=tuple(entry.get("types", ())),
            kinds=tuple(entry.get("kinds", ())),
            opposites=tuple(entry.get("opposite", ())),
            scene_ids=tuple(entry.get("scenes", ())),
        )
        for entry in content["natures"]
    )
