"""Random people try random services in random order: nothing moves but along an arrow.

Half of the steps are what a sensible person would do next, so that walks reach every room; the
other half are anybody trying anything. After each step every row that moved is held against the
transition tables, its actor's permission and place, and the audit log.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.applications.lifecycle import APPLICATION_LIFECYCLE
from marketplace.applications.models import Application, ApplicationDecision, ApplicationFile
from marketplace.applications.services import (
    hand_in_supplement,
    submit_application,
    withdraw_application,
)
from marketplace.assessments.drafts import InterestDraft, Mark, ProposalDraft, VisitDraft
from marketplace.assessments.lifecycle import AGREEMENT_LIFECYCLE, SEAT_LIFECYCLE
from marketplace.assessments.marks import judged_of
from marketplace.assessments.models import Agreement, Expert, Interest, Seat, SiteCheck
from marketplace.assessments.queries import find_agreement
from marketplace.assessments.services import (
    agreeing,
    drawing,
    interests,
    proposing,
    scoring,
    seats,
    site_checks,
)
from marketplace.assessments.sheets import rubric_of
from marketplace.audit.models import AuditEntry
from marketplace.audit.services import GENESIS, digest_of
from marketplace.calls.lifecycle import CALL_LIFECYCLE
from marketplace.calls.models import Call
from marketplace.calls.services import open_and_close_due
from marketplace.catalogue.models import Listing
from marketplace.db import at_moment
from marketplace.errors import DuijieError
from marketplace.evidence.models import EvidenceFile
from marketplace.formal_review import services as review
from marketplace.formal_review.models import FormalCheck
from marketplace.lifecycle import Lifecycle
from marketplace.listings.lifecycle import DECISION_LIFECYCLE
from marketplace.listings.models import ListingDecision
from marketplace.notices import services as notices
from marketplace.notices.drafts import FileStore, NoticeDraft
from marketplace.notices.lifecycle import (
    APPEAL_LIFECYCLE,
    ENTRY_LIFECYCLE,
    NOTICE_LIFECYCLE,
    OBJECTION_LIFECYCLE,
)
from marketplace.notices.models import Appeal, NoticeEntry, Objection, PublicNotice
from marketplace.permissions import VISITING, Viewer
from marketplace.rules.models import RuleVersion
from tests.fixtures.notices import OBJECTION, calendar_of

Make = Callable[..., Any]
START = datetime(2026, 11, 16, 2, tzinfo=UTC)
STEPS = 260
DECLARATIONS = ["truthful", "lawful", "no_dishonesty", "confidential", "no_award"]
GATES = ("dishonest", "accident", "violation")
KINDS: dict[type[Any], Lifecycle] = {
    Application: APPLICATION_LIFECYCLE,
    Seat: SEAT_LIFECYCLE,
    Agreement: AGREEMENT_LIFECYCLE,
    ListingDecision: DECISION_LIFECYCLE,
    PublicNotice: NOTICE_LIFECYCLE,
    NoticeEntry: ENTRY_LIFECYCLE,
    Objection: OBJECTION_LIFECYCLE,
    Appeal: APPEAL_LIFECYCLE,
    Call: CALL_LIFECYCLE,
}
AT_ONE_GO = {
    ("listing_decision", "proposed", "in_force"): "approve",
    ("call", "closed", "notice"): "publicise",
}
"""Two arrows taken by one act, under the permission of this one: a refusal needs no notice."""
PAST_REVIEW = {"agreed", "proposed", "approved"}
"""States that are entered only while at least three sheets count and none has an interest."""


class Walk:
    """One world, the people in it, and what they may try."""

    def __init__(self, session: Session, seed: int, folder: Path) -> None:
        self.session, self.dice, self.clock = session, random.Random(seed), START
        self.store = FileStore(folder, "")
        self.people: dict[str, Viewer] = {"visitor": VISITING}
        self.before: dict[tuple[type[Any], int], str] = {}
        self.last_entry, self.last_digest = 0, GENESIS
        self.reached: Counter[str] = Counter()

    # -- choosing ------------------------------------------------------------------------

    def some(self, kind: type[Any], **values: str) -> Any:
        """Return a random row of that kind, with these values; raise when there is none."""
        rows = self.session.scalars(select(kind).filter_by(**values).order_by(kind.id)).all()
        if not rows:
            raise Nothing
        return self.dice.choice(rows)

    def owner(self, application: Application) -> Viewer:
        return self.people[f"owner {application.organisation_id}"]

    def expert(self, seat: Seat) -> Viewer:
        return viewer_of(seat.expert.user)

    # -- what can be tried: each takes who does it (None: whoever should) ----------------

    def submit(self, who: Viewer | None) -> None:
        application = self.some(Application, **self.wish(who, state="draft"))
        submit_application(self.session, who or self.owner(application), application)

    def wish(self, who: Viewer | None, **values: str) -> dict[str, str]:
        """Who tries anything tries it on anything; who is sensible, where it fits."""
        return values if who is None else {}

    def check(self, _who: Viewer | None) -> None:
        review.run_checks(self.session, self.some(Application))

    def judge(self, who: Viewer | None) -> None:
        check = self.some(FormalCheck, **self.wish(who, verdict="manual", decision=""))
        answer = self.dice.choice(["accepted", "accepted", "accepted", "refused", ""])
        review.decide_check(self.session, who or self.people["clerk"], check, answer, "已核。")

    def ask(self, who: Viewer | None) -> None:
        application = self.some(Application, **self.wish(who, state="formal_review"))
        items = [review.Item("X-07", "验收单")]
        actor = who or self.people["clerk"]
        review.ask_supplement(self.session, actor, application, "请补。", items)

    def answer(self, who: Viewer | None) -> None:
        application = self.some(Application, **self.wish(who, state="supplement"))
        words = {"X-07": f"说明{self.dice.random()}"}
        application.draft = {**application.draft, "explanations": words}
        hand_in_supplement(self.session, who or self.owner(application), application)

    def lapse(self, _who: Viewer | None) -> None:
        review.lapse_due_supplements(self.session)

    def let_pass(self, who: Viewer | None) -> None:
        application = self.some(Application, **self.wish(who, state="formal_review"))
        review.pass_formal(self.session, who or self.people["clerk"], application)

    def reject(self, who: Viewer | None) -> None:
        application = self.some(Application, **self.wish(who, state="formal_review"))
        review.reject(self.session, who or self.people["reviewer"], application, "")

    def draw(self, who: Viewer | None) -> None:
        application = self.some(Application, **self.wish(who, state="expert_review"))
        count = self.dice.choice([1, 3, 3])
        drawing.draw_panel(self.session, who or self.people["clerk"], application, seats=count)

    def declare(self, who: Viewer | None) -> None:
        seat = self.some(Seat, **self.wish(who, state="asked"))
        actor = who or self.expert(seat)
        seats.declare_no_interest(self.session, actor, seat, seen_version=seat.version)

    def score(self, who: Viewer | None) -> None:
        seat = self.some(Seat, **self.wish(who, state="scoring"))
        actor = who or self.expert(seat)
        application = seat.application
        scheme = rubric_of(self.session, application).scheme
        marks = {
            item.code: Mark(item.points, "报告齐全，演示达标。")
            for item in judged_of(scheme, application.track)
        }
        scoring.save_scores(self.session, actor, seat, marks, seen_version=seat.version)
        scoring.submit_scores(self.session, actor, seat, seen_version=seat.version)

    def recuse(self, who: Viewer | None) -> None:
        seat = self.some(Seat)
        seats.recuse(
            self.session, who or self.expert(seat), seat, "曾任顾问", seen_version=seat.version
        )

    def send_sheet_back(self, who: Viewer | None) -> None:
        seat = self.some(Seat, **self.wish(who, state="submitted"))
        actor = who or self.people["reviewer"]
        seats.return_seat(self.session, actor, seat, "请再看。", seen_version=seat.version)

    def own_up(self, who: Viewer | None) -> None:
        expert, application = self.some(Expert), self.some(Application)
        draft = InterestDraft(application.organisation.name, "shareholding", None, "")
        interests.record_interest(self.session, who or viewer_of(expert.user), expert, draft)

    def open_agreement(self, who: Viewer | None) -> None:
        application = self.some(Application, **self.wish(who, state="expert_review"))
        agreeing.open_agreement(self.session, who or self.people["reviewer"], application)

    def finalise(self, who: Viewer | None) -> None:
        agreement = self.some(Agreement, **self.wish(who, state="open"))
        agreeing.finalise_agreement(
            self.session,
            who or self.people["reviewer"],
            agreement,
            seen_version=agreement.version,
        )

    def sign(self, who: Viewer | None) -> None:
        seat = self.some(Seat, **self.wish(who, state="submitted"))
        agreeing.confirm_agreement(self.session, who or self.expert(seat), seat)

    def draw_visits(self, who: Viewer | None) -> None:
        site_checks.draw_site_checks(self.session, who or self.people["clerk"], self.some(Call))

    def visit(self, who: Viewer | None) -> None:
        visit = self.some(SiteCheck)
        draft = VisitDraft(self.clock.date(), "周经办", "与申报一致。", True)
        actor, version = who or self.people["clerk"], visit.application.version
        site_checks.record_visit(self.session, actor, visit, draft, seen_version=version)

    def propose(self, who: Viewer | None) -> None:
        application = self.some(Application, **self.wish(who, state="agreed"))
        kind, tier = self.dice.choice(
            [("grant", "cultivation")] * 4 + [("decline", None), ("grant", "tier1")]
        )
        draft = ProposalDraft(kind, tier, "依据合议。", "")
        actor = who or self.people[self.dice.choice(["reviewer", "curator"])]
        proposing.propose_tier(self.session, actor, application, draft, gates=GATES)

    def approve(self, who: Viewer | None) -> None:
        self._decide(who, proposing.approve_tier)

    def send_back(self, who: Viewer | None) -> None:
        self._decide(who, proposing.send_back_tier)

    def _decide(self, who: Viewer | None, verb: Callable[..., Any]) -> None:
        application = self.some(Application, **self.wish(who, state="proposed"))
        actor = who or self.people[self.dice.choice(["reviewer", "second", "curator"])]
        verb(self.session, actor, application, "已阅。", seen_version=application.version)

    def draft_notice(self, who: Viewer | None) -> None:
        chosen = [item.id for item in self.rows(Application, state="approved")]
        if who is None and not chosen:
            raise Nothing
        draft = NoticeDraft(title="试验公示", contact="王同志", application_ids=tuple(chosen))
        notices.draft_notice(self.session, who or self.people["clerk"], self.some(Call), draft)

    def rows(self, kind: type[Any], **values: str) -> list[Any]:
        return list(self.session.scalars(select(kind).filter_by(**values).order_by(kind.id)))

    def publish_notice(self, who: Viewer | None) -> None:
        notice = self.some(PublicNotice, **self.wish(who, state="draft"))
        actor = who or self.people["reviewer"]
        notices.publish_notice(self.session, actor, notice, seen_version=notice.version)

    def cancel_notice(self, who: Viewer | None) -> None:
        notice = self.some(PublicNotice)
        actor = who or self.people["reviewer"]
        notices.cancel_notice(self.session, actor, notice, "有误", seen_version=notice.version)

    def end_notices(self, _who: Viewer | None) -> None:
        notices.end_due_notices(self.session)

    def list_entries(self, who: Viewer | None) -> None:
        notice = self.some(PublicNotice, **self.wish(who, state="ended"))
        notices.list_entries(self.session, who or self.people["reviewer"], notice)

    def object(self, _who: Viewer | None) -> None:
        notices.file_objection(self.session, self.some(NoticeEntry), OBJECTION, (), self.store)

    def admit(self, who: Viewer | None) -> None:
        objection = self.some(Objection, **self.wish(who, state="received"))
        actor, version = who or self.people["clerk"], objection.version
        notices.admit_objection(self.session, actor, objection, "案例存疑", seen_version=version)

    def ask_company(self, who: Viewer | None) -> None:
        objection = self.some(Objection, **self.wish(who, state="admitted"))
        actor, version = who or self.people["clerk"], objection.version
        notices.ask_company(self.session, actor, objection, seen_version=version)

    def answer_objection(self, who: Viewer | None) -> None:
        objection = self.some(Objection, **self.wish(who, state="admitted"))
        actor = who or self.owner(objection.entry.application)
        notices.answer_objection(
            self.session,
            actor,
            objection,
            "已上线，附现场照片。",
            (),
            self.store,
            seen_version=objection.version,
        )

    def decide_objection(self, who: Viewer | None) -> None:
        objection = self.some(Objection)
        notices.decide_objection(
            self.session,
            who or self.people["reviewer"],
            objection,
            self.dice.choice(["dismissed", "partly", "upheld"]),
            "经核查。",
            after_tier=self.dice.choice([None, "cultivation"]),
            seen_version=objection.version,
        )

    def appeal(self, who: Viewer | None) -> None:
        state = self.dice.choice(["rejected", "not_listed"])
        application = self.some(Application, **self.wish(who, state=state))
        actor = who or self.owner(application)
        notices.file_appeal(self.session, actor, application, "不服。", (), self.store)

    def decide_appeal(self, who: Viewer | None) -> None:
        appeal = self.some(Appeal, **self.wish(who, state="open"))
        notices.decide_appeal(
            self.session,
            who or self.people["curator"],
            appeal,
            "经复核。",
            upheld=self.dice.random() < 0.5,
            seen_version=appeal.version,
        )

    def withdraw(self, who: Viewer | None) -> None:
        application = self.some(Application)
        withdraw_application(self.session, who or self.owner(application), application)

    def wait(self, _who: Viewer | None) -> None:
        self.clock += timedelta(days=self.dice.choice([1, 3, 9]))
        open_and_close_due(self.session)

    NEXT: ClassVar = {
        "draft": ("submit",),
        "formal_review": ("check", "judge", "judge", "judge", "let_pass", "let_pass", "reject"),
        "supplement": ("answer", "answer", "wait", "lapse"),
        "agreed": ("propose", "propose", "draw_visits"),
        "site_check": ("visit",),
        "proposed": ("approve", "approve", "approve", "send_back"),
        "approved": ("draft_notice", "publish_notice", "publish_notice", "wait"),
        "notice": (
            *("object", "admit", "admit", "ask_company", "ask_company", "answer_objection"),
            *("decide_objection", "decide_objection", "wait", "end_notices", "list_entries"),
        ),
        "rejected": ("appeal", "decide_appeal"),
        "not_listed": ("appeal", "decide_appeal"),
        "listed": ("wait", "list_entries"),
        "withdrawn": ("wait",),
    }
    """What usually comes next in a state; of expert review see `_of_panel`."""

    def sensible(self) -> str:
        """Return what somebody sensible would do next about one of the applications."""
        application = self.some(Application)
        if application.state == "expert_review":
            return self._of_panel(application)
        return self.dice.choice(self.NEXT[application.state])

    def _of_panel(self, application: Application) -> str:
        states = [
            seat.state
            for seat in self.rows(Seat, application_id=application.id)
            if seat.state != "recused"
        ]
        for state, verb in (("asked", "declare"), ("scoring", "score")):
            if state in states:
                return verb
        if len(states) < 3:
            return "draw"
        agreement = find_agreement(self.session, application)
        if agreement is None:
            return "open_agreement"
        return "finalise" if agreement.state == "open" else "sign"

    RARE = (
        *("ask", "recuse", "send_sheet_back", "own_up", "send_back", "cancel_notice", "object"),
        *("object", "withdraw", "wait", "lapse"),
    )
    ANY = (*sorted({name for names in NEXT.values() for name in names}), *RARE)
    ANY += ("draw", "declare", "score", "open_agreement", "finalise", "sign")
    BY_CLOCK = frozenset({"check", "lapse", "end_notices", "wait", "object"})

    # -- one step, and what must hold after it --------------------------------------------

    def step(self) -> None:
        self.clock += timedelta(minutes=self.dice.randint(1, 40))
        who: Viewer | None = None
        if self.dice.random() < 0.3:
            who = self.dice.choice(list(self.people.values()))
            name = self.dice.choice(self.ANY)
        else:
            name = self.dice.choice(self.RARE) if self.dice.random() < 0.05 else self.sensible()
        with at_moment(self.clock):
            try:
                getattr(self, name)(who)
                self.session.commit()
            except (Nothing, DuijieError):
                self.session.rollback()
                return
            self.inspect(name, who)

    def inspect(self, name: str, who: Viewer | None) -> None:
        entries = self.session.scalars(
            select(AuditEntry).where(AuditEntry.id > self.last_entry).order_by(AuditEntry.id)
        ).all()
        self._follow_chain(entries)
        for kind, lifecycle in KINDS.items():
            table: Any = kind
            for key, state in self.session.execute(select(table.id, table.state)).all():
                before = self.before.get((kind, key), lifecycle.initial)
                self.before[kind, key] = state
                if state != before:
                    row = self.session.get_one(kind, key)
                    self._inspect_move(lifecycle, row, before, name, who, entries)
        if not entries:
            return
        for application in self.rows(Application):
            self._inspect_decisions(application)
        in_force = {item.provider_id for item in self.rows(ListingDecision, state="in_force")}
        assert {listing.provider_id for listing in self.rows(Listing)} <= in_force

    def _follow_chain(self, entries: Any) -> None:
        for entry in entries:
            fields = {
                field: getattr(entry, field)
                for field in ("actor_id", "actor_name", "action", "subject_kind", "subject_id")
            }
            fields["detail"] = entry.detail
            assert entry.digest == digest_of(self.last_digest, entry.at, fields)
            self.last_entry, self.last_digest = entry.id, entry.digest

    def _inspect_move(
        self,
        lifecycle: Lifecycle,
        row: Any,
        before: str,
        name: str,
        who: Viewer | None,
        entries: Any,
    ) -> None:
        arrows = [
            arrow
            for arrow in lifecycle.transitions
            if before in arrow.sources and arrow.target == row.state
        ]
        if name_of_first := AT_ONE_GO.get((lifecycle.subject, before, row.state)):
            arrows = [lifecycle.transition(name_of_first)]
        told = f"{lifecycle.subject} {before} → {row.state} by {name} of {who}"
        assert arrows, told
        if who is not None and name not in self.BY_CLOCK:
            assert any(self._may(who, arrow.permission, row) for arrow in arrows), told
        if not isinstance(row, Application):
            return
        self.reached[row.state] += 1
        moves = [
            entry
            for entry in entries
            if (entry.subject_kind, entry.subject_id) == ("application", str(row.id))
            and (entry.detail.get("before"), entry.detail.get("after")) == (before, row.state)
        ]
        assert [entry.action for entry in moves] in [
            [f"application.{arrow.name}"] for arrow in arrows
        ], told
        if who is not None and name not in self.BY_CLOCK:
            assert moves[0].actor_id == who.user_id
        if row.state in PAST_REVIEW and before not in {"site_check", "notice", "not_listed"}:
            self._inspect_panel(row, before)
        if row.state in {"not_listed", "rejected"}:
            words = self.rows(ApplicationDecision, application_id=row.id)
            assert words
            assert words[-1].reason

    @staticmethod
    def _may(who: Viewer, permission: str, row: Any) -> bool:
        """Whether the arrow is the actor's: what follows from another's step asks for no more."""
        if permission == "system":
            return who.is_signed_in
        if not who.may(permission):
            return False
        if isinstance(row, Application):
            if permission.startswith("own:"):
                return who.organisation_id == row.organisation_id
            return who.serves(row.region_code)
        if isinstance(row, Seat) and permission.startswith("own:"):
            return who.user_id == row.expert.user_id
        return True

    def _inspect_panel(self, application: Application, before: str) -> None:
        if (before, application.state) == ("proposed", "agreed"):
            return  # sent back: nothing is counted
        against = {
            interest.expert_id
            for interest in self.rows(Interest, organisation_id=application.organisation_id)
            if interest.until is None or interest.until >= self.clock.date()
        }
        counted = self.rows(Seat, application_id=application.id, state="submitted")
        assert len(counted) >= 3
        assert not {seat.expert_id for seat in counted} & against
        agreement = find_agreement(self.session, application)
        assert agreement is not None
        assert agreement.state == "confirmed"

    def _inspect_decisions(self, application: Application) -> None:
        decisions = self.rows(ListingDecision, application_id=application.id)
        assert all(item.proposed_by_id != item.decided_by_id for item in decisions)
        waiting = [item.state for item in decisions if item.state in {"proposed", "approved"}]
        expected = {
            "proposed": ["proposed"],
            "approved": ["approved"],
            "notice": ["approved"],
        }.get(application.state, [])
        assert waiting == expected, (application.state, waiting)
        entries = self.rows(NoticeEntry, application_id=application.id)
        if application.state == "listed":
            assert [item.decided_by_id for item in decisions if item.state == "in_force"] != []
            ended = [item.notice for item in entries if item.state == "listed"]
            assert [notice.state for notice in ended] == ["ended"]
            assert ended[0].ends_at <= self.clock
        else:
            assert "listed" not in {item.state for item in entries}


class Nothing(Exception):
    """There is no row to try this on."""


@pytest.fixture
def populate(
    session: Session,
    create_application: Make,
    create_provider: Make,
    create_call: Make,
    create_user: Make,
    create_unit: Make,
    create_expert: Make,
    reviewer: User,
    clerk: User,
) -> Callable[[Walk], None]:
    """Fill a world: one call, three applicants (one without a licence), two offices, experts."""

    def attach(application: Application, item: str) -> None:
        key = f"{application.id:06d}{len(application.files):06d}".ljust(32, "0")
        file = EvidenceFile(
            key=key,
            stored_as=f"{key}.pdf",
            filename=f"{item}.pdf",
            media_type="application/pdf",
            size=1000,
            sha256="0" * 64,
            attached=True,
            organisation_id=application.organisation_id,
        )
        session.add(file)
        session.flush()
        session.add(ApplicationFile(application_id=application.id, file_id=file.id, item=item))
        session.flush()
        session.expire(application, ["files"])

    def fill(walk: Walk) -> None:
        session.add(
            RuleVersion(
                name="holidays",
                number=1,
                effective_on=date(2020, 1, 1),
                body=calendar_of(2025, 2026, 2027, 2028),
            )
        )
        call = create_call(
            opens_at=START - timedelta(days=7),
            closes_at=START + timedelta(days=10),
            published_at=START - timedelta(days=8),
        )
        far = create_unit("371000", "远市工信局")
        staff = {
            "clerk": clerk,
            "reviewer": reviewer,
            "second": create_user(role="reviewer", unit=reviewer.unit),
            "curator": create_user(role="curator", unit=reviewer.unit),
            "far reviewer": create_user(role="reviewer", unit=far),
            "far curator": create_user(role="curator", unit=far),
            "far clerk": create_user(role="clerk", unit=far),
            "auditor": create_user(role="audit_admin"),
            "admin": create_user(role="system_admin"),
        }
        for place in range(3):
            provider = create_provider(tier=None)
            for case in provider.cases:
                case.verification = "accepted"
            application = create_application("draft", provider=provider, call=call)
            attach(application, "licence")
            for case in provider.cases if place else ():
                attach(application, f"case-{case.id}")
            application.asked_tier = "tier3"
            application.draft = {
                **application.draft,
                "asked_tier": "tier3",
                "cases": [
                    {**case, "accepted_on": "2026-05-20"} for case in application.draft["cases"]
                ],
                "statements": {"safety": "部署在企业机房，数据不出厂。"},
                "declarations": DECLARATIONS,
            }
            owner = create_user(organisation=provider.organisation)
            staff[f"owner {provider.organisation_id}"] = owner
        for place in range(9):
            staff[f"expert {place}"] = create_expert().user
        session.commit()
        walk.people |= {name: viewer_of(user) for name, user in staff.items()}
        walk.before = {(kind, row.id): row.state for kind in KINDS for row in walk.rows(kind)}
        for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id)):
            walk.last_entry, walk.last_digest = entry.id, entry.digest

    return fill


@pytest.mark.parametrize("seed", [1, 5, 7, 10, 12])
def test_whoever_tries_whatever_rows_move_along_permitted_arrows_only(
    session: Session, tmp_path: Path, populate: Callable[[Walk], None], seed: int
) -> None:
    walk = Walk(session, seed, tmp_path / "evidence")
    populate(walk)
    for _step in range(STEPS):
        walk.step()
    assert {"formal_review", "expert_review", "agreed", "proposed"} <= walk.reached.keys()
