"""Keeps what can be said of a provider whatever the need: its sentences and clauses with the numbers of their pieces,
where they stand, what kinds of work it has shown.

Made once for each reading, part by part as it is asked for, and kept for the providers told of last.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from . import abilities as can
from .abilities import Abilities
from .clauses import clauses
from .grams import pieces
from .kernels import Ints, fixed
from .numbering import PieceNumbers
from .picking import Cut, Worth, covering, worthiest
from .units import CASE, PROFILE, ReadProvider, Unit

QUOTE_LENGTH = 90
TITLE_LENGTH = 40
# The least weight with which a case shows an industry.
SHOWN_INDUSTRY = 0.5
# Some 28 kB each.
MOST_TOLD = 2_000


class Passages:
    """Stretches of text with the numbers of their pieces, in the order of the pieces' names."""

    def __init__(self, texts: Sequence[str], numbers: PieceNumbers) -> None:
        self.texts = tuple(texts)
        found = [numbers.in_order(sorted(pieces(text))) for text in self.texts]
        sizes = np.array([0, *map(len, found)], dtype=np.int64)
        flat = np.array([number for each in found for number in each], dtype=np.int32)
        self.cut = Cut(fixed(flat, np.int32), fixed(np.cumsum(sizes), np.int64))

    def worthiest(self, wanted: Worth) -> int:
        """Give the place of the passage that says most of what is wanted."""
        return int(worthiest(self.cut, wanted)) if len(self.texts) > 1 else 0


@dataclass(frozen=True, eq=False)
class ToldUnit:
    """One text of a provider, ready to be quoted."""

    unit: Unit
    numbers: PieceNumbers

    @cached_property
    def source(self) -> str:
        """Where a quote stands, as the page shows it."""
        unit = self.unit
        if unit.kind == PROFILE:
            return "服务商介绍"
        label = "案例" if unit.kind == CASE else "产品说明"
        year = f"，{unit.year}年" if unit.year else ""
        return f"{label}：{cut(unit.title, TITLE_LENGTH)}{year}"

    @cached_property
    def codes(self) -> frozenset[str]:
        """The industries the text names."""
        return frozenset(code for code, _ in self.unit.industries)

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """Its clauses, as they stand in the text."""
        return tuple(clause.text for clause in clauses(self.unit.text))

    @cached_property
    def _sentences(self) -> Passages:
        text = self.unit.text.replace("；", "。").replace("\n", "。")
        return Passages([part for each in text.split("。") if (part := each.strip())], self.numbers)

    @cached_property
    def _parts(self) -> dict[int, Passages]:
        """The clauses of sentences too long to be quoted whole, once asked for."""
        return {}

    def quote(self, wanted: Worth) -> str:
        """Choose the sentence that says most of what the need says; of a long one its best clause."""
        sentences = self._sentences
        if not sentences.texts:
            return ""
        at = sentences.worthiest(wanted)
        chosen = sentences.texts[at]
        if len(chosen) > QUOTE_LENGTH:
            if at not in self._parts:
                texts = [clause.text.strip() for clause in clauses(chosen)]
                self._parts[at] = Passages(texts, self.numbers)
            chosen = self._parts[at].texts[self._parts[at].worthiest(wanted)]
        return cut(chosen, QUOTE_LENGTH)


@dataclass(frozen=True, eq=False)
class ToldProvider:
    """One provider, ready to be told of."""

    read: ReadProvider
    numbers: PieceNumbers

    @cached_property
    def units(self) -> tuple[ToldUnit, ...]:
        """Its texts, in the order of its reading."""
        return tuple(ToldUnit(unit, self.numbers) for unit in self.read.units)

    @cached_property
    def cases(self) -> tuple[int, ...]:
        """The places of its cases."""
        return tuple(at for at, unit in enumerate(self.read.units) if unit.kind == CASE)

    @cached_property
    def offers(self) -> tuple[int, ...]:
        """The places of its other texts."""
        return tuple(at for at, unit in enumerate(self.read.units) if unit.kind != CASE)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Where a quote of each text stands, by the text's ref."""
        return {told.unit.ref: told.source for told in self.units}

    @cached_property
    def abilities(self) -> Abilities:
        """The abilities it states anywhere."""
        return can.merge(dict(unit.abilities) for unit in self.read.units)

    @cached_property
    def industries(self) -> frozenset[str]:
        """All industries any of its texts names."""
        return frozenset[str]().union(*(told.codes for told in self.units))

    @cached_property
    def served(self) -> tuple[tuple[int, str], ...]:
        """The cases that show an industry, with its code."""
        return tuple(
            (at, code)
            for at in self.cases
            for code, weight in self.read.units[at].industries
            if weight >= SHOWN_INDUSTRY
        )

    @cached_property
    def words(self) -> Ints:
        """The known words it uses, by place, rising."""
        return fixed(self.read.holdings.words, np.int32)

    @cached_property
    def _clauses(self) -> tuple[tuple[str, Unit], ...]:
        return tuple((clause, told.unit) for told in self.units for clause in told.clauses)

    @cached_property
    def _passages(self) -> Passages:
        return Passages([text for text, _ in self._clauses], self.numbers)

    @cached_property
    def _found(self) -> dict[str, tuple[str, Unit] | None]:
        """The clauses words stand in, once asked for."""
        return {}

    def clause_with(self, word: str) -> tuple[str, Unit] | None:
        """Give the first clause that has a word, and its text; None when none has it."""
        if word not in self._found:
            self._found[word] = self._look_for(word)
        return self._found[word]

    def _look_for(self, word: str) -> tuple[str, Unit] | None:
        for told in self.units:
            # Most texts have not got the word; only one that has is cut.
            if word in told.unit.text.lower():
                for clause in told.clauses:
                    if word in clause.lower():
                        return clause.strip(), told.unit
        return None

    def clause_naming(self, word: str) -> tuple[str, Unit] | None:
        """Give the first clause that has a word as it is written; None when none has it."""
        at = next((at for at, (text, _) in enumerate(self._clauses) if word in text), None)
        return None if at is None else self.clause(at)

    def clause_covering(
        self, wanted: frozenset[str], share: float, cases: bool = True
    ) -> tuple[str, Unit] | None:
        """Give the first of the clauses with most of some pieces; None when none has so large a share of them.

        Those of cases are looked at only with `cases`.
        """
        # The passages first: making them may number pieces.
        passages = self._passages
        known = fixed(self.numbers.known(wanted), np.int32)
        left_out = np.array([not cases and unit.kind == CASE for _, unit in self._clauses])
        count = max(1, len(wanted))
        at = int(
            covering(
                passages.cut, 0, len(passages.texts), known, count, share, fixed(left_out, np.bool_)
            )
        )
        return None if at < 0 else self.clause(at)

    def clause(self, at: int) -> tuple[str, Unit]:
        """Give a clause by its place among all of the provider, and the text it stands in."""
        text, unit = self._clauses[at]
        return text.strip(), unit


class _Shelf:
    """The providers told of last, by id."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._told: OrderedDict[str, ToldProvider] = OrderedDict()

    def get(self, read: ReadProvider, numbers: PieceNumbers) -> ToldProvider:
        """Give what is kept of a reading; of another reading of the same provider nothing is."""
        key = read.facts.provider_id
        with self._lock:
            found = self._told.get(key)
            if found is not None and found.read is read and found.numbers is numbers:
                self._told.move_to_end(key)
                return found
            made = self._told[key] = ToldProvider(read, numbers)
            self._told.move_to_end(key)
            if len(self._told) > MOST_TOLD:
                self._told.popitem(last=False)
            return made


_shelf = _Shelf()


def told_of(read: ReadProvider, numbers: PieceNumbers) -> ToldProvider:
    """Give what can be said of a provider; `numbers` is the numbering of the pieces."""
    return _shelf.get(read, numbers)


def cut(text: str, length: int) -> str:
    """Cut a text to a length, with an ellipsis."""
    return text if len(text) <= length else text[: length - 1] + "…"
