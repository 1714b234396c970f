"""What people type about a list, as frozen values; knows no form and no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ListDraft:
    """The head of a list while it is prepared."""

    title: str
    chain_code: str | None = None
    event: str = ""
    valid_to: date | None = None
    owner_office: str = ""
    phone: str = ""
