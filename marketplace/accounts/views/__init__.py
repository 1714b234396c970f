"""Pages of the accounts room: registration, one's own account, invitations, staff."""

from . import accounts, demo_mail, invitations, me, organisation, registration, staff, units
from .room import room

__all__ = [
    "accounts",
    "demo_mail",
    "invitations",
    "me",
    "organisation",
    "registration",
    "room",
    "staff",
    "units",
]
