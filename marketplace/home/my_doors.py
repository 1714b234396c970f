"""The doors of a provider's own pages (我的事项): profile, applications, listing, fits, objections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from ..applications.progress import MINE
from ..applications.queries import own_applications
from ..db import db
from ..notices.objection_queries import own_objections
from ..permissions import PROVIDER, Viewer


@dataclass(frozen=True, slots=True)
class MyDoors:
    """The doors as `chips` takes them; read and counted only where a page draws them."""

    viewer: Viewer

    def __iter__(self) -> Iterator[tuple[str, int | None, str, bool, None]]:
        """Yield label, how many wait for the provider (None: nothing), address, whether it is here.

        Nothing is yielded for people who are not of a provider.
        """
        if self.viewer.organisation_id is None or PROVIDER not in self.viewer.roles:
            return
        here = request.blueprint
        for label, waiting, endpoint in (
            (_("服务商资料"), 0, "providers.mine"),
            (_("入库申请"), _applications_waiting(self.viewer), "applications.mine"),
            (_("在库情况"), 0, "listings.mine"),
            (_("适合我们的需求"), 0, "recommendations.my_fits"),
            (_("异议答复"), _objections_waiting(self.viewer), "notices.my_objections"),
        ):
            room = endpoint.partition(".")[0]
            is_here = here == room and request.endpoint not in _ELSEWHERE
            yield label, waiting or None, url_for(endpoint), is_here, None


_ELSEWHERE = frozenset(
    {
        "notices.appeal",
        "notices.submit_appeal",
        "recommendations.show",
        "recommendations.run",
    }
)
"""An appeal belongs to its application, though its page is of the room of notices; providers ranked
for a need, to an organisation that also has needs."""


def _applications_waiting(viewer: Viewer) -> int:
    """Return how many applications wait for the provider: to be handed in or supplemented."""
    statement = own_applications(viewer).subquery()
    waiting = select(func.count()).select_from(statement).where(statement.c.state.in_(MINE))
    return db.session.scalar(waiting) or 0


def _objections_waiting(viewer: Viewer) -> int:
    """Return how many objections wait for the provider's answer."""
    statement = own_objections(viewer).subquery()
    waiting = select(func.count()).select_from(statement).where(statement.c.state == "admitted")
    return db.session.scalar(waiting) or 0
