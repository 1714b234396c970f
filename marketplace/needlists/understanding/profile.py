"""What a column's cells look like, for headers that say nothing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from .budget import read_budget
from .deadline import read_deadline
from .phone import FIND, read_phone
from .text import clip, is_nothing, plain

_COMPANY = re.compile(
    r"(?:公司|集团|工厂|厂|合作社|企业|研究院|研究所|股份|有限|实业|车间|基地|中心|商行|作坊)(?:\(.*\))?$|^.{2,6}某.{1,8}$"
)
_USCC = re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$")
_EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(?:\.[\w-]+)+$")
_MONEY = re.compile(r"[万元亿¥]|面议|面谈")
_SAMPLE = 60
_CONVINCING = 0.6


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Shares (0–1) of the non-empty cells that look like something, and their usual length."""

    filled: int
    median_length: float
    shares: dict[str, float]

    def looks_like(self, field: str) -> bool:
        """Whether most cells look like this field."""
        return self.filled >= 2 and self.shares.get(field, 0.0) >= _CONVINCING


def looks_like_company(text: str) -> bool:
    """Whether a text has the shape of a company's name."""
    folded = plain(text)
    return 3 <= len(folded) <= 60 and ":" not in folded and bool(_COMPANY.search(folded))


def profile_column(cells: Sequence[str]) -> ColumnProfile:
    """Look at the first cells of a column."""
    texts = [clip(cell) for cell in cells if not is_nothing(cell)][:_SAMPLE]
    if not texts:
        return ColumnProfile(0, 0.0, {})
    shares = {
        field: sum(1 for text in texts if test(text)) / len(texts) for field, test in _TESTS.items()
    }
    return ColumnProfile(len(texts), median(len(plain(text)) for text in texts), shares)


def _is_phone(text: str) -> bool:
    return bool(FIND.search(plain(text))) and read_phone(text).value is not None


def _is_deadline(text: str) -> bool:
    return read_deadline(text, date(2026, 1, 1)).value is not None


def _is_budget(text: str) -> bool:
    if not _MONEY.search(plain(text)):
        return False
    read = read_budget(text).value
    return read is not None and read.kind != "unknown" and len(plain(text)) <= 20


_TESTS: dict[str, Callable[[str], bool]] = {
    "phone": _is_phone,
    "uscc": lambda text: bool(_USCC.match(plain(text).upper())),
    "email": lambda text: bool(_EMAIL.match(plain(text))),
    "company": looks_like_company,
    "budget": _is_budget,
    "deadline": _is_deadline,
}
