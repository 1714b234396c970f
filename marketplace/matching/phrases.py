"""Finds the phrases of a word list in a text, longest first; knows nothing of what they mean.

A phrase of Latin letters or digits counts only as a whole word, so that “MES” is not found in “MESSAGE”.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain, compress, count
from operator import add, or_
from typing import NamedTuple

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


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


class _Node(dict[str, "_Node"]):
    """What may follow the characters read so far, and the phrase that ends here, if one does."""

    phrase: str | None = None


class PhraseIndex:
    """An immutable set of phrases, searched by their first two characters, then character by character.

    Most positions of a text start no phrase; those are passed over in C, at the cost of one dictionary look-up each.
    The tree behind a pair of characters grows when a text first asks for it.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._by_pair: dict[str, list[str]] = {}
        self._nodes: dict[str, _Node] = {}
        self._singles: set[str] = set()
        for phrase in phrases:
            folded = normalise(phrase.strip())
            if len(folded) == 1:
                self._singles.add(folded)
            elif folded:
                self._by_pair.setdefault(folded[:2], []).append(folded)

    def find(self, text: str) -> list[Match]:
        """List the longest phrase at each position, without those inside a longer one.

        Two phrases that overlap without one containing the other are both listed.
        """
        folded = normalise(text)
        found: list[Match] = []
        covered = 0
        for start in self._starts(folded):
            phrase = self._longest_at(folded, start)
            if phrase is not None and start + len(phrase) > covered:
                covered = start + len(phrase)
                found.append(Match(start, covered, phrase))
        return found

    def _starts(self, folded: str) -> Iterable[int]:
        pairs = map(self._by_pair.__contains__, map(add, folded, folded[1:]))
        if not self._singles:
            return compress(count(), pairs)
        singles = map(self._singles.__contains__, folded)
        return compress(count(), map(or_, singles, chain(pairs, (False,))))

    def _longest_at(self, folded: str, start: int) -> str | None:
        longest: str | None = None
        if folded[start] in self._singles and _is_whole(folded, start, folded[start]):
            longest = folded[start]
        pair = folded[start : start + 2]
        node = self._nodes.get(pair)
        if node is None:
            node = self._grow(pair)
        place = start + 2
        while node is not None:
            if node.phrase is not None and _is_whole(folded, start, node.phrase):
                longest = node.phrase
            node = node.get(folded[place : place + 1])
            place += 1
        return longest

    def _grow(self, pair: str) -> _Node | None:
        phrases = self._by_pair.get(pair)
        if phrases is None:
            return None
        root = _Node()
        for phrase in phrases:
            node = root
            for char in phrase[2:]:
                node = node.setdefault(char, _Node())
            node.phrase = phrase
        self._nodes[pair] = root
        return root


def _is_whole(folded: str, start: int, phrase: str) -> bool:
    end = start + len(phrase)
    if phrase[0] in _LATIN and start and folded[start - 1] in _LATIN:
        return False
    return not (phrase[-1] in _LATIN and folded[end : end + 1] in _LATIN)


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
