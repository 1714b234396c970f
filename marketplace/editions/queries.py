"""Reads of editions: the public ones, those of a desk, what a draft would say now."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from ..catalogue.models import Listing
from ..catalogue.queries import is_listed
from ..catalogue.shown import STATE_NAMES
from ..errors import NotFound
from ..listings.models import ListingDecision
from ..notices.models import NoticeEntry, Objection, PublicNotice
from ..permissions import Viewer
from ..providers.models import Case, Provider
from ..rules.queries import get_rules
from .lifecycle import FINAL_STATES
from .models import Edition, EditionEntry, EditionFile
from .policy import is_handled_edition
from .preflight import Check, Facts, check_edition
from .rows import directory_rows, listed_in_order

_OPEN_OBJECTIONS = ("received", "admitted", "answered")
_STRUCK_ENTRIES = ("not_listed", "regraded")


def not_found() -> NotFound:
    """Return the one answer for editions that are not there and those one may not know of."""
    return NotFound("没有这一期目录，或它尚未发布。", next_step="请核对网址，或从目录一览进入。")


def edition_rules(session: Session, on: date) -> dict[str, Any]:
    """Return the statement, the notes and the periods of editions in force that day."""
    return get_rules(session, "editions", on).body


def public_editions() -> Select[tuple[Edition]]:
    """Return the statement of all editions ever published, newest first."""
    return (
        select(Edition)
        .where(Edition.state.in_(FINAL_STATES))
        .order_by(Edition.published_on.desc(), Edition.id.desc())
    )


def get_public_edition(session: Session, edition_id: int) -> Edition:
    """Return an edition anybody may read; NotFound for all that are not published."""
    edition = session.get(Edition, edition_id)
    if edition is None or edition.state not in FINAL_STATES:
        raise not_found()
    return edition


def find_current(session: Session) -> Edition | None:
    """Return the edition in force: the newest published one; None before the first."""
    return session.scalar(
        select(Edition)
        .where(Edition.state == "published")
        .order_by(Edition.published_on.desc(), Edition.id.desc())
        .limit(1)
    )


def find_file(edition: Edition, kind: str) -> EditionFile:
    """Return a published edition's file of a kind; NotFound when there is none."""
    for file in edition.files:
        if file.kind == kind:
            return file
    raise not_found()


def find_by_digest(session: Session, sha256: str) -> tuple[Edition, EditionFile] | None:
    """Return the edition and file with this SHA-256 (hex); None when it is not one of ours."""
    found = session.execute(
        select(Edition, EditionFile)
        .join(EditionFile, EditionFile.edition_id == Edition.id)
        .where(EditionFile.sha256 == sha256)
        .limit(1)
    ).first()
    return (found[0], found[1]) if found else None


def _handled(viewer: Viewer) -> ColumnElement[bool]:
    if viewer.region_prefix is None or not viewer.may("unit:edition:view"):
        return false()
    return or_(
        Edition.region_code.is_(None),
        Edition.region_code.startswith(viewer.region_prefix, autoescape=True),
    )


def desk_editions(viewer: Viewer) -> Select[tuple[Edition]]:
    """Return the statement of the editions of the viewer's region, newest first."""
    return (
        select(Edition)
        .where(_handled(viewer))
        .order_by(Edition.year.desc(), Edition.ordinal.desc())
    )


def get_desk_edition(session: Session, viewer: Viewer, edition_id: int) -> Edition:
    """Return an edition of the viewer's region; NotFound for all others."""
    edition = session.get(Edition, edition_id)
    if edition is None or not is_handled_edition(viewer, edition):
        raise not_found()
    return edition


def find_previous(session: Session, edition: Edition) -> Edition | None:
    """Return the last edition of the same office published before this one."""
    statement = select(Edition).where(
        Edition.state.in_(FINAL_STATES),
        Edition.region_code == edition.region_code,
        Edition.id != edition.id,
    )
    if edition.published_on is not None:
        statement = statement.where(
            or_(
                Edition.published_on < edition.published_on,
                (Edition.published_on == edition.published_on) & (Edition.id < edition.id),
            )
        )
    return session.scalar(
        statement.order_by(Edition.published_on.desc(), Edition.id.desc()).limit(1)
    )


def rows_of(session: Session, edition: Edition, today: date) -> dict[int, dict[str, Any]]:
    """Return the rows of an edition by provider: as frozen, or for a draft as they are now."""
    if edition.state == "draft":
        left_out = {item["provider_id"] for item in edition.left_out}
        ids = session.scalars(listed_in_order(session, today)).all()
        return directory_rows(session, [key for key in ids if key not in left_out], today)
    entries = session.execute(
        select(EditionEntry.provider_id, EditionEntry.row)
        .where(EditionEntry.edition_id == edition.id)
        .order_by(EditionEntry.position)
    )
    return dict(entries.all())


def standing_tiers(session: Session, provider_ids: Sequence[int], today: date) -> dict[int, str]:
    """Return the tier of each of these providers that is listed today."""
    rows = session.execute(
        select(Listing.provider_id, Listing.tier)
        .join(Provider, Listing.provider_id == Provider.id)
        .where(Listing.provider_id.in_(provider_ids), Provider.published, is_listed(today))
    )
    return dict(rows.all())


def masked_clients(session: Session, provider_ids: Sequence[int]) -> dict[int, set[str]]:
    """Return, by provider, the names of clients that must not appear.

    Where a provider wrote the label itself for a name, there is no name to hide.
    """
    rows = session.execute(
        select(Case.provider_id, Case.client_name).where(
            Case.provider_id.in_(provider_ids),
            Case.client_masked,
            Case.client_name.not_in(("", Case.client_label)),
        )
    )
    masked: dict[int, set[str]] = {}
    for key, name in rows:
        masked.setdefault(key, set()).add(name)
    return masked


def change_reasons(
    session: Session, edition: Edition, provider_ids: Collection[int]
) -> dict[int, str]:
    """Return, by provider, why its tier is what it is, or why it is no longer taken in."""
    reasons = {
        item.provider_id: item.reasons
        for item in session.scalars(
            select(ListingDecision)
            .where(
                ListingDecision.provider_id.in_(provider_ids), ListingDecision.state == "in_force"
            )
            .order_by(ListingDecision.id)
        )
    }
    gone = session.scalars(
        select(Listing).where(Listing.provider_id.in_(provider_ids), Listing.state != "valid")
    )
    for listing in gone:
        state = STATE_NAMES[listing.state][0]
        reasons[listing.provider_id] = "：".join(
            part for part in (str(state), listing.reason) if part
        )
    return {**reasons, **{item["provider_id"]: item["reason"] for item in edition.left_out}}


@dataclass(frozen=True, slots=True)
class NoticeStanding:
    """How the notice of an edition stands; `undecided` and `struck` are provider ids."""

    notice: PublicNotice | None
    state: str
    undecided: frozenset[int]
    struck: frozenset[int]


def notice_standing(session: Session, edition: Edition) -> NoticeStanding:
    """Return the edition's latest notice that was not cancelled, and what objections did."""
    notice = session.scalar(
        select(PublicNotice)
        .where(PublicNotice.edition_id == edition.id, PublicNotice.state != "cancelled")
        .order_by(PublicNotice.id.desc())
        .limit(1)
    )
    if notice is None:
        return NoticeStanding(None, "", frozenset(), frozenset())
    undecided = session.scalars(
        select(NoticeEntry.provider_id)
        .join(Objection, Objection.entry_id == NoticeEntry.id)
        .where(NoticeEntry.notice_id == notice.id, Objection.state.in_(_OPEN_OBJECTIONS))
    )
    struck = session.scalars(
        select(NoticeEntry.provider_id).where(
            NoticeEntry.notice_id == notice.id, NoticeEntry.state.in_(_STRUCK_ENTRIES)
        )
    )
    return NoticeStanding(notice, notice.state, frozenset(undecided), frozenset(struck))


def preflight_of(
    session: Session,
    edition: Edition,
    rows: Mapping[int, Mapping[str, Any]],
    number: str,
    today: date,
) -> list[Check]:
    """Return the checks before printing, for the edition under this 文号."""
    standing = notice_standing(session, edition)

    def names(ids: frozenset[int]) -> list[str]:
        return [str(rows[key]["name"]) for key in ids if key in rows]

    return check_edition(
        Facts(
            rows=rows,
            standing=standing_tiers(session, list(rows), today),
            notice=standing.state,
            number=number,
            statement=str(edition_rules(session, today)["statement"]),
            undecided=names(standing.undecided),
            struck=names(standing.struck),
            masked=masked_clients(session, list(rows)),
        )
    )
