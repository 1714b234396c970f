"""Finds the phrases of a word list in a text, longest first; knows nothing of what they mean.

A phrase of Latin letters or digits counts only as a whole word, so that “MES” is not found in “MESSAGE”.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .kernels import fixed
from .phrase_table import (
    Groups,
    build_table,
    code_points,
    filled_wholes,
    find_phrases,
    mark_phrases,
)


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Fold width and case (NFKC, lower), one character for one, so that positions stay valid.

    Characters whose folded form is longer than one character are left as they are.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    # The usual case at the speed of C; a ligature or a composed character needs the slow way.
    if len(folded) == len(text) and not any(map(unicodedata.combining, text)):
        return folded
    return "".join(
        one if len(one := unicodedata.normalize("NFKC", char).lower()) == 1 else char
        for char in text
    )


class Match(NamedTuple):
    """A phrase found at text[start:end]."""

    start: int
    end: int
    phrase: str


class PhraseIndex:
    """An immutable set of phrases, looked up by their first two characters, the longest first.

    The search itself is compiled, see `phrase_table`.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        folded = {normalise(phrase.strip()) for phrase in phrases} - {""}
        # By first pair, then the longest first; a single character stands as a pair with nothing.
        self.phrases = sorted(folded, key=lambda phrase: (phrase[:2], -len(phrase), phrase))
        self._table = build_table(self.phrases)
        self._spans_lines = any("\n" in phrase for phrase in self.phrases)

    def find(self, text: str) -> list[Match]:
        """List the longest phrase at each position, without those inside a longer one.

        Two phrases that overlap without one containing the other are both listed.
        """
        found, phrases = self._find(normalise(text)), self.phrases
        return [
            Match(start, start + len(phrases[each]), phrases[each])
            for start, each in zip(found[::2], found[1::2], strict=True)
        ]

    def mark(self, text: str) -> NDArray[np.bool_]:
        """Tell of every phrase whether it stands anywhere in a text, also within a word or a longer phrase."""
        return mark_phrases(code_points(normalise(text)), self._table)

    def find_each(self, texts: Sequence[str]) -> list[list[Match]]:
        """Find in each of several texts, as `find` does in one."""
        if self._spans_lines:
            return list(map(self.find, texts))
        each: list[list[Match]] = [[] for _ in texts]
        bounds = [0, *accumulate(len(text) + 1 for text in texts)]
        found, phrases = self._find(normalise("\n".join(texts))), self.phrases
        for place, number in zip(found[::2], found[1::2], strict=True):
            at = bisect_right(bounds, place) - 1
            start = place - bounds[at]
            each[at].append(Match(start, start + len(phrases[number]), phrases[number]))
        return each

    def _find(self, folded: str) -> list[int]:
        found: list[int] = []
        if self.phrases and folded:
            found = find_phrases(code_points(folded), self._table).tolist()
        return found


class GroupIndex:
    """Wholes of several groups of words; a text fills a whole when it has a word of every group.

    Words are taken as they are: one that no folded text can have fills nothing.
    """

    def __init__(self, wholes: Sequence[Sequence[Sequence[str]]]) -> None:
        groups = [
            (at, place, words)
            for at, whole in enumerate(wholes)
            for place, words in enumerate(whole)
        ]
        known = {
            word for _, _, words in groups for word in words if word == normalise(word.strip())
        }
        self._index = PhraseIndex(known)
        fills: dict[str, list[tuple[int, int]]] = {word: [] for word in self._index.phrases}
        for at, place, words in groups:
            for word in set(words) & fills.keys():
                fills[word].append((at, place))
        entries = [pair for word in self._index.phrases for pair in fills[word]]
        sizes = [0, *(len(fills[word]) for word in self._index.phrases)]
        self._groups = Groups(
            fixed(np.cumsum(sizes), np.int32),
            fixed(np.array([at for at, _ in entries]), np.int32),
            fixed(np.array([1 << place for _, place in entries]), np.uint64),
            fixed(np.array([(1 << len(whole)) - 1 for whole in wholes]), np.uint64),
        )

    def filled(self, text: str) -> tuple[set[str], list[int]]:
        """Give the words a text has and the wholes it fills, by place; the words only if it fills any."""
        marked = self._index.mark(text)
        filled: list[int] = filled_wholes(marked, self._groups).tolist()
        chosen = np.flatnonzero(marked).tolist() if filled else []
        return {self._index.phrases[each] for each in chosen}, filled


@lru_cache(maxsize=64)
def found_in(index: PhraseIndex, text: str) -> tuple[Match, ...]:
    """Find as `PhraseIndex.find` does, and keep what was found in the last texts: a need is read in several ways."""
    return tuple(index.find(text))


def find_named(
    text: str, names: Mapping[str, str], words: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Find codes called by their own name or by a word the bureau listed for them."""
    index, codes = _named(tuple(names.items()), tuple(words.items()))
    found: dict[str, tuple[str, ...]] = {}
    for match in index.find(text):
        for code in codes[match.phrase]:
            found[code] = (*found.get(code, ()), match.phrase)
    return found


@lru_cache(maxsize=16)
def _named(
    names: tuple[tuple[str, str], ...], words: tuple[tuple[str, tuple[str, ...]], ...]
) -> tuple[PhraseIndex, Mapping[str, list[str]]]:
    """Compile names and words once; a bureau changes its taxonomy a few times a year."""
    name_of, words_of = dict(names), dict(words)
    codes: dict[str, list[str]] = {}
    for code in {**name_of, **words_of}:
        for phrase in filter(None, (name_of.get(code, ""), *words_of.get(code, ()))):
            codes.setdefault(normalise(phrase), []).append(code)
    return PhraseIndex(codes), codes
