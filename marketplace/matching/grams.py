"""Cuts Chinese text into overlapping one- and two-character pieces, the smallest carriers of meaning.

Shop-floor words and product words seldom agree as words (“皮子”, “皮革”) but often as characters. Measured on both
judged sets, pieces beat segmented words by 7 points of nDCG@10. Characters that carry no subject matter are left out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import filterfalse
from operator import add

from .phrases import normalise

_SEGMENT = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
# Function characters: pronouns, particles, auxiliaries, and the verbs every need is full of.
FUNCTION_CHARACTERS = frozenset(
    "的了在是不要能得有和与或一个想就都很也还把被让给到上下里外我们他你这那哪什么怎么样多少"
    "老太靠没人家可以会再先每天点几最好别用来去做说看及等其于对为由从将使之而且但则"
)
_FUNCTION_PAIRS = frozenset(
    first + second for first in FUNCTION_CHARACTERS for second in FUNCTION_CHARACTERS
)
_is_empty_character = FUNCTION_CHARACTERS.__contains__
_is_empty_pair = _FUNCTION_PAIRS.__contains__


@lru_cache(maxsize=8192)
def pieces(text: str) -> frozenset[str]:
    """Give the distinct pieces of a text: single characters, character pairs, and Latin words whole."""
    return frozenset(piece_list(text))


def piece_list(text: str) -> list[str]:
    """Give the pieces of a text in order, repeated as often as they occur."""
    found: list[str] = []
    for segment in _SEGMENT.findall(normalise(text)):
        if segment[0].isascii():
            found.append(segment)
            continue
        # filterfalse and map stay in C: a provider's page is some thousand pieces.
        found.extend(filterfalse(_is_empty_character, segment))
        found.extend(filterfalse(_is_empty_pair, map(add, segment, segment[1:])))
    return found
