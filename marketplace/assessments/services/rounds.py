"""What ends a round of agreement, or a seat, when the ground it stood on has gone."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from ...applications.models import Application
from ...audit.services import record
from ...lifecycle import take_step
from ..conflicts import reasons_against
from ..letters import tell_expert
from ..lifecycle import AGREEMENT_LIFECYCLE, SEAT_LIFECYCLE
from ..models import Seat
from ..queries import find_agreement, seats_of


def end_round(session: Session, application: Application) -> None:
    """Close the present agreement, if there is one: its points rested on other scores.

    The confirmations go with it. Raises Conflict when it moved meanwhile.
    """
    agreement = find_agreement(session, application)
    if agreement is None:
        return
    take_step(session, AGREEMENT_LIFECYCLE, agreement, "reopen")
    session.execute(
        update(Seat)
        .where(Seat.application_id == application.id, Seat.confirmed_at.is_not(None))
        .values(confirmed_at=None)
        .execution_options(synchronize_session="fetch")
    )
    record(
        session,
        None,
        "agreement.reopened",
        ("application", application.id),
        ordinal=agreement.ordinal,
    )


def exclude_seat(session: Session, seat: Seat, reason: str) -> None:
    """End a seat whose expert has an interest; what it scored counts no more."""
    end_round(session, seat.application)
    take_step(session, SEAT_LIFECYCLE, seat, "exclude", recused_reason=reason, confirmed_at=None)
    record(
        session,
        None,
        "seat.excluded",
        ("application", seat.application_id),
        seat=seat.id,
        letter=seat.letter,
    )
    tell_expert(session, seat, "excluded")


def exclude_conflicted(session: Session, application: Application) -> list[Seat]:
    """End every seat on the application whose expert has an interest by now; return them."""
    seats = [seat for seat in seats_of(session, application) if seat.state != "recused"]
    against = reasons_against(session, [seat.expert for seat in seats], application)
    gone = [seat for seat in seats if seat.expert_id in against]
    for seat in gone:
        exclude_seat(session, seat, against[seat.expert_id])
    return gone
