"""Switches of weights and words that wait for a second person, as rows of the queue and as counts at their doors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session

from ..permissions import Viewer
from ..recommendations.lexicons import APPROVE as APPROVE_WORDS
from ..recommendations.lexicons import versions_to_decide
from ..recommendations.switching import is_of_site_office
from ..recommendations.weight_sets import APPROVE as APPROVE_WEIGHTS
from ..recommendations.weight_sets import switches_to_decide
from ..web.filters import beijing_today
from .work_items import WorkItem, to_decide


def switch_doors(session: Session, viewer: Viewer) -> dict[str, tuple[Select[Any], str]]:
    """Return what waits for the viewer behind the doors of weights and words, each with the permission for it."""
    asked = viewer.may(APPROVE_WEIGHTS) or viewer.may(APPROVE_WORDS)
    if not asked or not is_of_site_office(session, viewer):
        return {}
    weights, words = switches_to_decide(viewer), versions_to_decide(viewer)
    return {
        "weights": (weights, APPROVE_WEIGHTS),
        "my_weights": (weights, APPROVE_WEIGHTS),
        "lexicon": (words, APPROVE_WORDS),
        "my_lexicon": (words, APPROVE_WORDS),
    }


def switch_items(session: Session, viewer: Viewer) -> Iterable[WorkItem]:
    """Give the switches the viewer may decide; there is one of each at a time at most."""
    doors = switch_doors(session, viewer)
    if "my_weights" in doors and viewer.may(APPROVE_WEIGHTS):
        for event in session.scalars(doors["my_weights"][0]):
            day = beijing_today(event.at)
            yield to_decide(
                day,
                _("启用推荐权重%(name)s", name=event.weights_name),
                _("看对比，以第二人身份核准或退回"),
                url_for("recommendations.comparison", comparison_id=event.comparison_id),
            )
    if "my_lexicon" in doors and viewer.may(APPROVE_WORDS):
        for version in session.scalars(doors["my_lexicon"][0]):
            day = beijing_today(version.proposed_at or version.made_at)
            yield to_decide(
                day,
                _("启用能力词库第%(number)s版", number=version.number),
                _("看改动和影响，以第二人身份核准或退回"),
                url_for("recommendations.lexicon_version", number=version.number),
            )
