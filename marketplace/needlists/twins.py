"""Needs in the database that say the same as a row: same company, same title, folded alike.

Looks only at needs the actor's unit handles, so that no row tells of another district's needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..needs.models import Need
from ..needs.queries import desk_needs
from ..permissions import Viewer
from .judging import Twin, as_twin_of_need
from .models import SheetImportRow
from .understanding.text import key_of

_OVER = ("withdrawn", "merged", "expired")


def find_twins(session: Session, actor: Viewer, keys: Iterable[str]) -> dict[str, Twin]:
    """Return, by key, the needs of the actor's region that have these keys."""
    wanted = set(keys) - {""}
    if not wanted:
        return {}
    columns = (Need.id, Need.number, Need.company_name, Need.title)
    statement = desk_needs(actor).where(Need.state.not_in(_OVER)).order_by(None)
    found = {}
    for need_id, number, company, title in session.execute(statement.with_only_columns(*columns)):
        key = _key(company, title)
        if key in wanted:
            found[key] = as_twin_of_need(number, need_id)
    return found


def _key(company: str, title: str) -> str:
    """Return the same key as `judging.key_of_row` makes of a row."""
    folded = key_of(company), key_of(title)
    return hashlib.sha256("|".join(folded).encode()).hexdigest() if all(folded) else ""


def find_earlier(session: Session, row: SheetImportRow, key: str) -> SheetImportRow | None:
    """Return the first other row before this one with the same key that is to come in."""
    if not key:
        return None
    return session.scalar(
        select(SheetImportRow)
        .where(
            SheetImportRow.import_id == row.import_id,
            SheetImportRow.twin_key == key,
            SheetImportRow.position < row.position,
            SheetImportRow.action.in_(("import", "review")),
        )
        .order_by(SheetImportRow.position)
        .limit(1)
    )
