"""What a need asks of the words of any provider, worked out once for a ranking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np

from .asking import Question
from .kernels import Ints, fixed
from .near_words import WordsAsked, ask_words
from .picking import Worth
from .prepared import Prepared
from .telling import cut
from .understanding import Understanding

TRIGGER_LENGTH = 20


@dataclass(frozen=True, eq=False)
class Hearing:
    """One need, ready to be told of to some providers."""

    understanding: Understanding
    prepared: Prepared
    question: Question

    @cached_property
    def industries(self) -> Mapping[str, str]:
        """The industries that are the need's own, by code, with their names."""
        return {
            item.code: item.name for item in self.understanding.industries if item.weight >= 1.0
        }

    @cached_property
    def industry_names(self) -> str:
        """The names of the need's own industries."""
        return "、".join(self.industries.values())

    @cached_property
    def abilities(self) -> Mapping[str, str]:
        """What to say of a provider that has one of the capabilities read from the need, by code."""
        claims: dict[str, str] = {}
        for item in self.understanding.capabilities:
            words = (
                f"（需求原文“{cut(item.triggers[0], TRIGGER_LENGTH)}”）" if item.triggers else ""
            )
            name = self.prepared.space.lexicon.capabilities[item.code].name
            claims.setdefault(item.code, f"能力对口：{name}{words}")
        return claims

    @cached_property
    def pieces(self) -> Worth:
        """What each piece of the need is worth in a quote: its weight times its rarity among these providers."""
        asked, numbers = self.question, self.prepared.space.numbers
        named = asked.pieces.numbers
        if self.prepared.provider_pieces.keys is not numbers:
            # Those of the providers are kept on disk; sentences have numbers of their own.
            held = compress(self.understanding.pieces, asked.held.tolist())
            named = np.array(numbers.in_order(held), dtype=np.int32)
        order = np.argsort(named)
        return Worth(fixed(named[order], np.int32), fixed(asked.worth[order], np.float64))

    @cached_property
    def _known(self) -> dict[frozenset[str], Ints]:
        return {}

    def known(self, wanted: frozenset[str]) -> Ints:
        """Give the numbers of the pieces of a must-have among the clauses of these providers."""
        if wanted not in self._known:
            self._known[wanted] = self.prepared.clauses.known(wanted)
        return self._known[wanted]

    @cached_property
    def words(self) -> WordsAsked:
        """The words near those of the need."""
        return ask_words(self.prepared.words, self.understanding.words)
