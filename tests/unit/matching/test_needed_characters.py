"""A clause is looked at closely only if it has one of a few characters; no pattern can match without them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from marketplace.matching import amounts, clauses, constraints, hosting


def needs(parsed: Iterable[Any], characters: Collection[str]) -> bool:
    """Tell whether whatever this matches has one of some characters."""
    return any(_needs(kind, value, characters) for kind, value in parsed)


def _needs(kind: Any, value: Any, characters: Collection[str]) -> bool:
    if kind is sre.LITERAL:
        return chr(value) in characters
    if kind is sre.IN:
        return all(_needs(*item, characters) for item in value)
    if kind is sre.BRANCH:
        return all(needs(branch, characters) for branch in value[1])
    if kind is sre.SUBPATTERN:
        return needs(value[3], characters)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        return value[0] > 0 and needs(value[2], characters)
    return False


GATED = [
    *((pattern, hosting.SAID_CHARACTERS) for pattern, _, _ in hosting._HOSTING_WORDS),
    (hosting._CONNECT, hosting.SAID_CHARACTERS),
    (hosting._DATA_KEPT, hosting.DATA_CHARACTERS),
    (hosting._CANNOT_LEAVE, hosting.DATA_CHARACTERS),
    (hosting._DATA_LEAVES, hosting.DATA_CHARACTERS),
    (constraints._EXCLUDING, constraints.EXCLUDING_CHARACTERS),
    (constraints._ONLY, constraints.EXCLUDING_CHARACTERS),
    (constraints._SMALL, constraints.SMALL_CHARACTERS),
    (constraints._HEADCOUNT, constraints.SMALL_CHARACTERS),
    (amounts._MONEY, amounts.MONEY_CHARACTERS),
    (clauses._BEFORE, clauses._DENYING),
    (clauses._AFTER, clauses._DENYING),
]


# Named by place: sets are written in another order in every process.
@pytest.mark.parametrize(("pattern", "characters"), GATED, ids=range(len(GATED)))
def test_a_pattern_matches_nothing_without_one_of_its_characters(
    pattern: re.Pattern[str], characters: frozenset[str]
) -> None:
    assert needs(parser.parse(pattern.pattern, pattern.flags), characters)


def test_a_character_that_may_be_missing_is_not_needed() -> None:
    assert needs(parser.parse("云(?:端)?|上网"), "云网")
    assert not needs(parser.parse("云?端|上网"), "云网")
    assert not needs(parser.parse("[云雾]端"), "云")
