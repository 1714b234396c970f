"""What both switches ask for, of weights and of words: somebody of the site's office, and a reason.

A switch holds for every unit of the site, so that an office within another's region has no part in it.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..accounts.queries import is_of_site_office
from ..errors import InvalidInput
from ..msgids import N_
from ..permissions import Viewer

WHO_DECIDES = N_("核准或退回须由主管单位里提请人以外的人办理。")
FEWEST = 8
"""Characters; a shorter reason tells a later reader nothing."""


class ReasonTooShort(InvalidInput):
    """The reason of a switch is missing or too short; told at its field."""


def may_switch(session: Session, viewer: Viewer, permission: str) -> bool:
    """Whether the viewer has a right over the whole site and a unit it may be used from."""
    return viewer.may(permission) and is_of_site_office(session, viewer)


def check_reason(words: str, kept: str) -> None:
    """Raise ReasonTooShort when a reason is too short; `kept` says what stays as it was."""
    if len(words.strip()) < FEWEST:
        raise ReasonTooShort(_("请写明理由，至少%(count)s个字。", count=FEWEST), kept)
