"""Which words needs and providers are read by, and the two people it takes to change them.

The shipped lexicon is data of the matcher; the bureau's versions add to it and take from it. There
is one open version at a time: a draft, proposed by one person and put in force by another.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from ..audit.models import AuditEntry
from ..audit.queries import list_trail
from ..audit.services import record
from ..db import now, serialise_writers
from ..errors import Conflict, InvalidInput, NotFound, NotNow, NotPermitted
from ..matching.extension import canonical, digest_of, extend
from ..matching.lexicon import Lexicon, load_lexicon
from ..msgids import N_
from ..numbering.services import next_in_series
from ..permissions import Viewer
from .lexicon_models import LexiconVersion
from .switching import WHO_DECIDES, check_reason, may_switch

VIEW, PROPOSE, APPROVE = "unit:lexicon:view", "site:lexicon:propose", "site:lexicon:approve"
DRAFT, PROPOSED, IN_FORCE, SUPERSEDED, DISCARDED = (
    "draft",
    "proposed",
    "in_force",
    "superseded",
    "discarded",
)
OPEN = (DRAFT, PROPOSED)

UNCHANGED = N_("现行词库不变。")


def lexicon_in_force(session: Session) -> Lexicon:
    """Return the words in force: the shipped ones with the bureau's; the same version is one object."""
    body = session.scalar(select(LexiconVersion.body).where(LexiconVersion.state == IN_FORCE))
    return extend(load_lexicon(), body or {})


def lexicon_of(session: Session, version: str) -> Lexicon | None:
    """Return the words by the version a run kept; None when the shipped part was another one then."""
    shipped = load_lexicon()
    base, _plus, digest = version.partition("+")
    if base != shipped.version:
        return None
    if not digest:
        return shipped
    body = session.scalar(
        select(LexiconVersion.body)
        .where(LexiconVersion.digest == digest, LexiconVersion.state.in_((IN_FORCE, SUPERSEDED)))
        .order_by(LexiconVersion.id.desc())
        .limit(1)
    )
    return None if body is None else extend(shipped, body)


def lexicon_of_version(version: LexiconVersion) -> Lexicon:
    """Return the words as they are with one of the bureau's versions."""
    return extend(load_lexicon(), version.body)


def version_in_force(session: Session) -> LexiconVersion | None:
    """Return the bureau's version in force; None while the shipped words stand alone."""
    return session.scalar(select(LexiconVersion).where(LexiconVersion.state == IN_FORCE))


def open_version(session: Session) -> LexiconVersion | None:
    """Return the version that is being edited or waits for a decision."""
    return session.scalar(
        select(LexiconVersion)
        .where(LexiconVersion.state.in_(OPEN))
        .order_by(LexiconVersion.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def list_versions(session: Session) -> Sequence[LexiconVersion]:
    """Return all versions, newest first."""
    return session.scalars(select(LexiconVersion).order_by(LexiconVersion.id.desc())).all()


def get_version(session: Session, number: int) -> LexiconVersion:
    """Return a version by its number."""
    found = session.scalar(select(LexiconVersion).where(LexiconVersion.number == number))
    if found is None:
        raise NotFound("没有这一版词库。", next_step="请从能力词库进入。")
    return found


def version_before(session: Session, version: LexiconVersion) -> LexiconVersion | None:
    """Return what a version is compared with: the one in force, or the one it replaced."""
    if version.state in (*OPEN, DISCARDED):
        return version_in_force(session)
    return session.scalar(
        select(LexiconVersion)
        .where(
            LexiconVersion.number < version.number,
            LexiconVersion.state.in_((IN_FORCE, SUPERSEDED)),
        )
        .order_by(LexiconVersion.number.desc())
        .limit(1)
    )


def draft_to_edit(session: Session, actor: Viewer) -> LexiconVersion:
    """Return the open draft, or begin one from the version in force.

    Raises NotPermitted without the right, Conflict while a version waits for its decision.
    """
    if not may_switch(session, actor, PROPOSE):
        raise NotPermitted("您的账号不能修改词库。", "没有改动。", "请由主管单位的管理员修改。")
    serialise_writers(session)
    found = open_version(session)
    if found is not None and found.state == PROPOSED:
        raise NotNow(
            _("第%(number)s版正在等待核准，不能修改。", number=found.number),
            "没有改动。",
            "请等核准或退回后再修改。",
        )
    if found is None:
        former = version_in_force(session)
        found = LexiconVersion(
            number=next_in_series(session, "lexicon"),
            body=dict(former.body) if former else {},
            made_by_id=actor.user_id,
        )
        session.add(found)
        session.flush()
        record(session, actor, "lexicon.drafted", ("lexicon", found.number))
    return found


def discard_draft(session: Session, actor: Viewer, version: LexiconVersion) -> None:
    """Give up the open draft; it stays in the history."""
    if not may_switch(session, actor, PROPOSE):
        raise NotPermitted("您的账号不能放弃草稿。", UNCHANGED, "请由主管单位的管理员办理。")
    _step(session, version, DRAFT, state=DISCARDED)
    record(session, actor, "lexicon.discarded", ("lexicon", version.number))


def propose_version(session: Session, actor: Viewer, version: LexiconVersion, words: str) -> None:
    """Propose the draft to another person.

    What was decided on it before stays in the log only. Raises NotPermitted without the right,
    ReasonTooShort, InvalidInput for a draft without changes, Conflict when it is no draft any more.
    """
    if not may_switch(session, actor, PROPOSE):
        raise NotPermitted("您的账号不能提请启用词库。", UNCHANGED, "请由主管单位的管理员提请。")
    check_reason(words, UNCHANGED)
    serialise_writers(session)
    session.refresh(version)
    former = version_in_force(session)
    if canonical(version.body) == canonical(former.body if former else {}):
        raise InvalidInput("草稿与现行词库没有差别。", "没有提请。", "请先增删词语再提请。")
    _step(
        session,
        version,
        DRAFT,
        state=PROPOSED,
        digest=digest_of(version.body),
        words=words.strip(),
        decision="",
        decided_at=None,
        decided_by_id=None,
        proposed_at=now(),
        proposed_by_id=actor.user_id,
    )
    record(session, actor, "lexicon.proposed", ("lexicon", version.number), words=version.words)


def decide_version(
    session: Session, actor: Viewer, version: LexiconVersion, way: str, words: str
) -> None:
    """Approve, refuse or withdraw a proposed version; approving puts it in force from now on.

    Only another person approves or refuses, only the proposer withdraws; refused and withdrawn it
    is a draft again. Raises Conflict when it was decided meanwhile.
    """
    if not may_decide(session, actor, version, way):
        raise NotPermitted("您不能办理这一版。", UNCHANGED, WHO_DECIDES)
    if way != "withdraw":
        check_reason(words, UNCHANGED)
    serialise_writers(session)
    told: dict[str, Any] = {"decision": words.strip()}
    if way != "withdraw":
        told |= {"decided_at": now(), "decided_by_id": actor.user_id}
    if way == "approve":
        former = version_in_force(session)
        if former is not None:
            _step(session, former, IN_FORCE, state=SUPERSEDED)
    _step(session, version, PROPOSED, state=IN_FORCE if way == "approve" else DRAFT, **told)
    action = {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn"}[way]
    subject = ("lexicon", version.number)
    record(session, actor, f"lexicon.{action}", subject, words=version.decision)


def may_decide(session: Session, viewer: Viewer, version: LexiconVersion, way: str) -> bool:
    """Whether the viewer may approve or refuse, which the proposer never may, or withdraw."""
    if viewer.user_id is None or version.proposed_by_id is None:
        return False
    mine = version.proposed_by_id == viewer.user_id
    if way == "withdraw":
        return mine and viewer.may(PROPOSE)
    return not mine and may_switch(session, viewer, APPROVE)


def versions_to_decide(viewer: Viewer) -> Select[tuple[LexiconVersion]]:
    """Return the statement of versions that another person proposed and nobody has decided."""
    return select(LexiconVersion).where(
        LexiconVersion.state == PROPOSED, LexiconVersion.proposed_by_id != viewer.user_id
    )


def list_sent_back(session: Session, version: LexiconVersion) -> list[AuditEntry]:
    """Return how a version was refused or withdrawn before it was last proposed, oldest first."""
    found: list[AuditEntry] = []
    passed: list[AuditEntry] = []
    for entry in list_trail(session, "lexicon", version.number):
        if entry.action == "lexicon.proposed":
            passed = list(found)
        elif entry.action in ("lexicon.refused", "lexicon.withdrawn"):
            found.append(entry)
    return passed


def _step(session: Session, version: LexiconVersion, expected: str, **values: Any) -> None:
    """Take a version from one state to another in one conditional statement."""
    session.flush()
    done = session.execute(
        update(LexiconVersion)
        .where(LexiconVersion.id == version.id, LexiconVersion.state == expected)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict("这一版已经办理。", "您的这次操作没有生效。", "请刷新页面查看最新情况。")
    session.refresh(version)
