"""Any people, any decisions, in any order: the table is never left, never without permission."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.queries import list_trail
from marketplace.db import db, now
from marketplace.errors import Conflict, DuijieError
from marketplace.needs import services
from marketplace.needs.lifecycle import NEED_LIFECYCLE, OPEN_STATES, STATES
from marketplace.needs.models import Need
from marketplace.needs.queries import find_last_decision
from marketplace.needs.steps import take
from marketplace.permissions import VISITING, Viewer

Create = Callable[..., Need]
Person = tuple[Organisation, User]

MAY: dict[str, set[str]] = {
    "submit": {"owner"},
    "recall": {"owner"},
    "return": {"clerk", "reviewer", "curator"},
    "route_to_diagnosis": {"clerk", "reviewer", "curator"},
    "conclude_diagnosis": {"clerk", "reviewer", "curator"},
    "accept": {"clerk", "reviewer", "curator"},
    "publish": {"clerk", "reviewer", "curator"},
    "keep_internal": {"clerk", "reviewer", "curator"},
    "withhold": {"owner", "clerk", "reviewer", "curator"},
    "withdraw": {"owner", "clerk", "reviewer", "curator"},
    "merge": {"clerk", "reviewer", "curator"},
    "expire": {"clock"},
    "renew": {"owner", "clerk", "reviewer", "curator"},
    "renew_internal": {"owner", "clerk", "reviewer", "curator"},
}
FROM_TO: dict[str, tuple[set[str], str]] = {
    "submit": ({"draft", "returned"}, "submitted"),
    "recall": ({"submitted"}, "draft"),
    "return": ({"submitted", "accepted", "internal", "published"}, "returned"),
    "route_to_diagnosis": ({"submitted", "returned"}, "diagnosis"),
    "conclude_diagnosis": ({"diagnosis"}, "returned"),
    "accept": ({"submitted", "diagnosis"}, "accepted"),
    "publish": ({"accepted", "internal"}, "published"),
    "keep_internal": ({"accepted"}, "internal"),
    "withhold": ({"published"}, "internal"),
    "withdraw": (
        {"draft", "submitted", "returned", "diagnosis", "accepted", "internal", "published"},
        "withdrawn",
    ),
    "merge": (
        {"submitted", "returned", "diagnosis", "accepted", "internal", "published"},
        "merged",
    ),
    "expire": ({"published", "internal"}, "expired"),
    "renew": ({"published", "expired"}, "published"),
    "renew_internal": ({"internal", "expired"}, "internal"),
}


@pytest.fixture
def actors(
    manufacturer: Person,
    create_user: Callable[..., User],
    create_unit: Callable[..., Unit],
    create_organisation: Callable[..., Organisation],
) -> dict[str, Viewer | None]:
    """Everybody who might try, by the name the literal table gives them."""
    provider = create_organisation(is_provider=True, is_manufacturer=False)
    people: dict[str, Viewer | None] = {
        "clock": None,
        "visitor": VISITING,
        "owner": viewer_of(manufacturer[1]),
        "stranger": viewer_of(create_user(organisation=create_organisation())),
        "provider": viewer_of(create_user(organisation=provider)),
        "far_reviewer": viewer_of(create_user(role="reviewer", unit=create_unit("371000"))),
    }
    for role in ("clerk", "reviewer", "curator", "expert", "system_admin", "audit_admin"):
        people[role] = viewer_of(create_user(role=role))
    return people


def test_the_table_is_the_literal_one() -> None:
    table = {arrow.name: (set(arrow.sources), arrow.target) for arrow in NEED_LIFECYCLE.transitions}
    assert table == FROM_TO
    assert set(MAY) == set(FROM_TO)


@pytest.mark.parametrize("name", sorted(FROM_TO))
def test_an_arrow_is_open_to_those_the_table_names_and_from_its_states_only(
    session: Session,
    actors: dict[str, Viewer | None],
    create_need: Create,
    manufacturer: Person,
    name: str,
) -> None:
    needs = {state: create_need(state, organisation=manufacturer[0]) for state in STATES}
    for who, actor in actors.items():
        for state, need in needs.items():
            hidden = state == "draft" and who in {"clerk", "reviewer", "curator"}
            try:
                take(session, actor, need, name)
            except DuijieError:
                session.rollback()
                allowed = who in MAY[name] and state in FROM_TO[name][0] and not hidden
                assert not allowed, (who, state)
                assert session.get_one(Need, need.id).state == state
            else:
                assert who in MAY[name], (who, state)
                assert state in FROM_TO[name][0], (who, state)
                assert need.state == FROM_TO[name][1]
                session.rollback()


VERBS: dict[str, Callable[..., Any]] = {
    "submit": services.submit_need,
    "recall": services.recall_need,
    "return": lambda s, a, n: services.return_need(s, a, n, "请补充"),
    "diagnose": lambda s, a, n: services.route_to_diagnosis(s, a, n, "请诊断"),
    "conclude": lambda s, a, n: services.conclude_diagnosis(s, a, n, "已诊断"),
    "accept": services.accept_need,
    "publish": services.publish_need,
    "keep": services.keep_internal,
    "withdraw": services.withdraw_need,
    "renew": services.renew_need,
    "tighten": lambda s, a, n: services.tighten_disclosure(s, a, n, "bureau"),
    "loosen": lambda s, a, n: services.loosen_disclosure(s, a, n, "public", confirmed=True),
    "expire": lambda s, a, n: take(s, None, n, "expire"),
    "edit": lambda s, a, n: services.save_section(
        s, a, n, "data", {"data_kinds": n.data_kinds + "改"}, n.version
    ),
}
WHO = ("owner", "reviewer", "stranger", "far_reviewer", "visitor", "provider")


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
    derandomize=True,
)
@given(
    moves=st.lists(
        st.tuples(st.sampled_from(sorted(VERBS)), st.sampled_from(WHO)), min_size=6, max_size=24
    )
)
def test_however_people_press_no_step_is_skipped_and_every_step_is_logged(
    session: Session,
    actors: dict[str, Viewer | None],
    create_need: Create,
    manufacturer: Person,
    moves: list[tuple[str, str]],
) -> None:
    need = create_need("draft", organisation=manufacturer[0])
    past = ["draft"]
    shown_by_staff = False
    for verb, who in moves:
        version = need.version
        try:
            VERBS[verb](session, actors[who], need)
            session.commit()
        except DuijieError:
            session.rollback()
            assert session.get_one(Need, need.id).version == version
            continue
        assert who in {"owner", "reviewer"} or verb == "expire"
        assert need.version == version + 1
        if need.state != past[-1]:
            past.append(need.state)
        shown_by_staff = verb == "publish" or (
            shown_by_staff and verb not in {"keep", "return"} and need.disclosure != "bureau"
        )
        if need.state in OPEN_STATES:
            assert need.disclosure != "bureau"
            assert shown_by_staff
            assert {"submitted", "accepted"} <= set(past)
    for before, after in pairwise(past):
        assert any(before in sources and after == to for sources, to in FROM_TO.values())
    logged = [
        entry.detail["after"]
        for entry in list_trail(session, "need", need.id)
        if "after" in entry.detail
    ]
    assert [
        state for place, state in enumerate(logged) if place == 0 or logged[place - 1] != state
    ] == past[1:]


def test_of_many_who_submit_at_the_same_moment_one_does(
    app: Flask, session: Session, create_need: Create, manufacturer: Person
) -> None:
    need_id = create_need("draft", organisation=manufacturer[0]).id
    actor = viewer_of(manufacturer[1])
    session.rollback()
    gate = threading.Barrier(4)
    outcomes: list[str] = []

    def press() -> None:
        with app.app_context():
            need = db.session.get_one(Need, need_id)
            db.session.expunge(need)
            db.session.rollback()
            gate.wait(10)
            try:
                need = db.session.merge(need, load=False)
                services.submit_need(db.session, actor, need, seen_version=need.version)
                db.session.commit()
                outcomes.append("submitted")
            except Conflict:
                db.session.rollback()
                outcomes.append("conflict")

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["conflict", "conflict", "conflict", "submitted"]
    assert len(list_trail(session, "need", need_id)) == 1


def test_of_many_drafts_begun_at_the_same_moment_no_two_share_a_number(
    app: Flask, session: Session, manufacturer: Person
) -> None:
    actor = viewer_of(manufacturer[1])
    session.rollback()
    gate = threading.Barrier(6)
    numbers: list[str] = []

    def begin() -> None:
        with app.app_context():
            gate.wait(10)
            need = services.start_draft(db.session, actor)
            numbers.append(need.number)
            db.session.commit()

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    year = now().year
    assert sorted(numbers) == [f"XQ-{year}-{n:04d}" for n in range(1, 7)]


def test_the_words_of_a_decision_survive_a_second_one(
    session: Session, actors: dict[str, Viewer | None], create_need: Create, manufacturer: Person
) -> None:
    need = create_need("submitted", organisation=manufacturer[0])
    services.return_need(session, actors["reviewer"], need, "第一次意见")  # type: ignore[arg-type]
    services.submit_need(session, actors["owner"], need)  # type: ignore[arg-type]
    services.return_need(session, actors["reviewer"], need, "第二次意见")  # type: ignore[arg-type]
    last = find_last_decision(session, need, "return")
    assert last is not None
    assert last.reason == "第二次意见"
    assert last.due_on is not None
    assert last.due_on > now().date() + timedelta(days=4)
