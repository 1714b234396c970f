"""Verbs on needs, for views and the rooms above: each takes the actor and plain values.

Every verb runs inside the caller's transaction: it flushes, records and queues letters, and
never commits. Drafts stand in `drafting`, disclosure in `disclosing`, what staff write themselves in
`entering`; all verbs are offered from here.
"""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import now
from ..errors import InvalidInput, NotPermitted
from ..permissions import Viewer
from ..rules.queries import get_rules
from ..web.filters import beijing_today
from .checks import faults_before_submission, faults_of_mask
from .disclosing import loosen_disclosure, tighten_disclosure
from .drafting import blank_draft, save_section, start_draft
from .entering import correct_need, create_imported
from .errors import Blocked, Faulty
from .masking import Masker
from .models import Need
from .policy import is_handled_by, renewal_of
from .quality import score_need
from .queries import get_masker
from .steps import flow_rules, new_validity, refresh_texts, take

__all__ = [
    "accept_need",
    "blank_draft",
    "conclude_diagnosis",
    "correct_need",
    "create_imported",
    "expire_due",
    "keep_internal",
    "loosen_disclosure",
    "merge_need",
    "publish_need",
    "recall_need",
    "renew_need",
    "return_need",
    "route_to_diagnosis",
    "save_section",
    "start_draft",
    "submit_need",
    "tighten_disclosure",
    "withdraw_need",
]

_OVER = {"withdrawn", "expired", "merged", "draft"}


def _today() -> date:
    return beijing_today(now())


def _reason(text: str) -> str:
    """Return the words given; a decision that sends a need elsewhere must say why."""
    if not text.strip():
        raise InvalidInput(
            "没有写明原因。", "需求没有变化。", "请写清需要企业做什么，企业会看到这段话。"
        )
    return text


def submit_need(
    session: Session, actor: Viewer, need: Need, *, seen_version: int | None = None
) -> None:
    """Hand a draft in for review. Raises Faulty while something necessary is missing.

    A low score keeps nobody from submitting: the reviewer returns it or offers a diagnosis.
    """
    masker = get_masker(session, _today())
    if faults := faults_before_submission(need, masker, _today()):
        raise Faulty(faults)
    take(session, actor, need, "submit", seen_version=seen_version, submitted_at=now())
    refresh_texts(session, need, masker)


def recall_need(
    session: Session, actor: Viewer, need: Need, *, seen_version: int | None = None
) -> None:
    """Take a need back out of review to go on writing."""
    take(session, actor, need, "recall", seen_version=seen_version, submitted_at=None)


def return_need(
    session: Session, actor: Viewer, need: Need, reason: str, *, seen_version: int | None = None
) -> None:
    """Send a need back to its owner with what is to be added; a published one leaves the site."""
    take(
        session,
        actor,
        need,
        "return",
        seen_version=seen_version,
        reason=_reason(reason),
        published_at=None,
    )


def route_to_diagnosis(
    session: Session, actor: Viewer, need: Need, reason: str, *, seen_version: int | None = None
) -> None:
    """Offer an expert's visit for a need too vague to be matched."""
    take(
        session,
        actor,
        need,
        "route_to_diagnosis",
        seen_version=seen_version,
        reason=_reason(reason),
    )


def conclude_diagnosis(
    session: Session, actor: Viewer, need: Need, reason: str, *, seen_version: int | None = None
) -> None:
    """Hand the expert's findings (`reason`) to the owner, who rewrites the need by them."""
    take(
        session,
        actor,
        need,
        "conclude_diagnosis",
        seen_version=seen_version,
        reason=_reason(reason),
    )


def accept_need(
    session: Session,
    actor: Viewer,
    need: Need,
    *,
    reason: str = "",
    seen_version: int | None = None,
) -> None:
    """Accept a need; below the review line only with a reason. Raises Blocked otherwise."""
    quality = score_need(need, get_rules(session, "need_quality", _today()).body)
    if not quality.is_reviewable and not reason.strip():
        raise Blocked(
            _(
                "完整度%(score)s分，低于审核线%(line)s分。",
                score=quality.score,
                line=quality.review_at,
            ),
            "需求没有变化。",
            "请退回补充或转诊断；确需受理的，写明理由后再办。",
        )
    take(session, actor, need, "accept", seen_version=seen_version, reason=reason)
    refresh_texts(session, need)


def publish_need(
    session: Session,
    actor: Viewer,
    need: Need,
    *,
    seen_version: int | None = None,
    masker: Masker | None = None,
) -> None:
    """Put an accepted need on the public side, as far as its disclosure lets it be seen.

    Raises Blocked for 仅局内, and Faulty when a mask text names the company.
    """
    if need.disclosure == "bureau":
        raise Blocked(
            "企业选择了仅局内，不能发布。",
            "需求没有变化。",
            "请选“仅局内匹配”，或请企业放宽公开级别。",
        )
    masker = masker or get_masker(session, _today())
    if faults := faults_of_mask(need, masker):
        raise Faulty(faults)
    take(
        session,
        actor,
        need,
        "publish",
        seen_version=seen_version,
        published_at=now(),
        valid_until=_kept_validity(session, need),
    )
    refresh_texts(session, need, masker)


def _kept_validity(session: Session, need: Need) -> date:
    """Return the validity the list gave, if it still lies ahead; else the usual period."""
    if need.valid_until and need.valid_until >= _today():
        return need.valid_until
    return new_validity(session, _today())


def keep_internal(
    session: Session, actor: Viewer, need: Need, *, seen_version: int | None = None
) -> None:
    """Match an accepted need without publishing it; staff invite in the owner's name."""
    take(
        session,
        actor,
        need,
        "keep_internal",
        seen_version=seen_version,
        published_at=None,
        valid_until=_kept_validity(session, need),
    )


def withdraw_need(
    session: Session,
    actor: Viewer,
    need: Need,
    *,
    reason: str = "",
    seen_version: int | None = None,
) -> None:
    """Take a need off the site for good; its number stays."""
    take(session, actor, need, "withdraw", seen_version=seen_version, reason=reason)


def renew_need(
    session: Session, actor: Viewer, need: Need, *, seen_version: int | None = None
) -> None:
    """Lengthen a need's validity; once, and only near its end. Raises Blocked otherwise."""
    flow, today = flow_rules(session, _today()), _today()
    if need.renewals >= flow["renewals"]:
        raise Blocked(
            "这条需求已续期过，不能再续。", "需求没有变化。", "仍有需要的，请另建一条需求。"
        )
    left = (need.valid_until - today).days if need.valid_until else 0
    if need.state != "expired" and left > flow["renew_within_days"]:
        raise Blocked(
            _("离到期还有%(n)s天。", n=left),
            "需求没有变化。",
            _("到期前%(n)s天内可以续期。", n=flow["renew_within_days"]),
        )
    take(
        session,
        actor,
        need,
        renewal_of(need),
        seen_version=seen_version,
        renewals=need.renewals + 1,
        valid_until=new_validity(session, max(today, need.valid_until or today)),
    )


def merge_need(
    session: Session,
    actor: Viewer,
    need: Need,
    into: Need,
    *,
    reason: str = "",
    seen_version: int | None = None,
) -> None:
    """Close a need as a duplicate of another; both numbers stay."""
    if into.id == need.id or into.state in _OVER:
        raise Blocked(
            "只能并入另一条仍在办理的需求。", "两条需求都没有变化。", "请核对要并入的编号。"
        )
    if not is_handled_by(actor, into):
        raise NotPermitted("要并入的需求不归您办理。", "两条需求都没有变化。")
    take(
        session,
        actor,
        need,
        "merge",
        seen_version=seen_version,
        reason=reason or f"与{into.number}重复，并入后由{into.number}继续办理。",
        merged_into_id=into.id,
    )


def expire_due(session: Session) -> int:
    """Let needs expire whose validity has passed; run by the worker. Return how many."""
    due = session.scalars(
        select(Need).where(Need.state.in_(("published", "internal")), Need.valid_until < _today())
    ).all()
    for need in due:
        take(session, None, need, "expire")
    return len(due)
