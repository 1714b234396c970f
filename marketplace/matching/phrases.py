"""Finds the phrases of a word list in a text, longest first; knows nothing of what they mean.

A phrase of Latin letters or digits counts only as a whole word, so that “MES” is not found in “MESSAGE”.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_LATIN = re.compile(r"[a-z0-9]")


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


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at text[start:end]."""

    start: int
    end: int
    phrase: str


class PhraseIndex:
    """An immutable set of phrases, searched by their first two characters.

    Most positions of a text start no phrase, so that a scan costs one dictionary look-up a character.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        by_start: dict[str, set[str]] = defaultdict(set)
        for phrase in phrases:
            folded = normalise(phrase.strip())
            if folded:
                by_start[folded[:2]].add(folded)
        self._by_start: Mapping[str, tuple[str, ...]] = {
            start: tuple(sorted(found, key=lambda phrase: (-len(phrase), phrase)))
            for start, found in by_start.items()
        }
        self._has_single = any(len(start) == 1 for start in self._by_start)

    def find(self, text: str) -> list[Match]:
        """List the longest phrase at each position, without those inside a longer one.

        Two phrases that overlap without one containing the other are both listed.
        """
        folded = normalise(text)
        found: list[Match] = []
        covered = 0
        bucket_of = self._by_start.get
        for start in range(len(folded)):
            bucket = bucket_of(folded[start : start + 2])
            if bucket is not None or self._has_single:
                match = self._longest_at(folded, start, bucket or ())
                if match is not None and match.end > covered:
                    found.append(match)
                    covered = match.end
        return found

    def _longest_at(self, folded: str, start: int, bucket: tuple[str, ...]) -> Match | None:
        for phrases in (bucket, self._by_start.get(folded[start], ())):
            for phrase in phrases:
                if folded.startswith(phrase, start) and _is_whole(folded, start, phrase):
                    return Match(start, start + len(phrase), phrase)
        return None


def _is_whole(folded: str, start: int, phrase: str) -> bool:
    end = start + len(phrase)
    before = folded[start - 1] if start else ""
    after = folded[end] if end < len(folded) else ""
    if _LATIN.match(phrase[0]) and _LATIN.match(before):
        return False
    return not (_LATIN.match(phrase[-1]) and _LATIN.match(after))


def find_named(
    text: str, names: Mapping[str, str], words: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Find codes called by their own name or by a word the bureau listed for them."""
    codes: dict[str, list[str]] = {}
    for code in {**names, **words}:
        for phrase in filter(None, (names.get(code, ""), *words.get(code, ()))):
            codes.setdefault(normalise(phrase), []).append(code)
    found: dict[str, tuple[str, ...]] = {}
    for match in PhraseIndex(codes).find(text):
        for code in codes[match.phrase]:
            found[code] = (*found.get(code, ()), match.phrase)
    return found
