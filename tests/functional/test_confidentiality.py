"""Canaries in every confidential column, at every level, and a walk over everything.

The table says, literally, who may come upon what. Whatever page, export, list, feed, letter,
log or file a room adds is walked as well, without this file being told.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import MailMessage, Membership, Organisation, Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.catalogue.models import Listing
from marketplace.db import db, now
from marketplace.needlists.models import NeedList, NeedListEntry
from marketplace.needs import services
from marketplace.needs.models import Need
from marketplace.outbox.models import OutboxTask
from marketplace.providers.models import Provider
from tests.fixtures.canaries import GROUPS, Planted, addresses, text_of

HANDLERS = {"owner", "clerk", "reviewer", "curator", "county_clerk"}
LISTED = {"listed_provider"}
OTHERS = {
    "visitor",
    "manufacturer",
    "unlisted_provider",
    "expired_provider",
    "far_reviewer",
    "expert",
    "system_admin",
    "security_admin",
    "audit_admin",
}
EVERYBODY = HANDLERS | LISTED | OTHERS
INSPECTION = {"audit_admin"}

ALLOWED: dict[str, dict[str, set[str]]] = {
    "public": {
        "company": EVERYBODY,
        "text": EVERYBODY,
        "goals": EVERYBODY,
        "detail": EVERYBODY,
        "budget": EVERYBODY,
        "contact": HANDLERS,
        "handling": HANDLERS,
        "mask": HANDLERS,
        "number": EVERYBODY,
    },
    "masked": {
        "company": HANDLERS,
        "text": HANDLERS,
        "goals": HANDLERS,
        "detail": HANDLERS,
        "budget": HANDLERS | LISTED,
        "contact": HANDLERS,
        "handling": HANDLERS,
        "mask": EVERYBODY,
        "number": EVERYBODY,
    },
    "masked without words": {
        "company": HANDLERS,
        "text": HANDLERS,
        "goals": HANDLERS,
        "detail": HANDLERS,
        "budget": HANDLERS | LISTED,
        "contact": HANDLERS,
        "handling": HANDLERS,
        "mask": set(),
        "number": EVERYBODY,
    },
    "listed": {
        "company": HANDLERS,
        "text": HANDLERS | LISTED,
        "goals": HANDLERS | LISTED,
        "detail": HANDLERS | LISTED,
        "budget": HANDLERS | LISTED,
        "contact": HANDLERS,
        "handling": HANDLERS,
        "mask": HANDLERS | LISTED,
        "number": HANDLERS | LISTED | INSPECTION,
    },
    "bureau": {
        **dict.fromkeys(set(GROUPS.values()), HANDLERS),
        "number": HANDLERS | INSPECTION,
    },
    "submitted": {
        **dict.fromkeys(set(GROUPS.values()), HANDLERS),
        "number": HANDLERS | INSPECTION,
    },
    "draft": {
        **{group: {"owner"} for group in set(GROUPS.values())},
        "number": {"owner"} | INSPECTION,
    },
}
SURELY_SEEN = ("company", "text", "goals", "budget", "contact")
"""Groups whom everybody allowed does come upon: otherwise the walk would prove nothing."""


@pytest.fixture
def owner(create_organisation: Callable[..., Organisation]) -> Organisation:
    return create_organisation("试验动力有限公司")


@pytest.fixture
def planted(plant: Callable[..., Planted], owner: Organisation, session: Session) -> list[Planted]:
    """One need a level, in the state in which it is seen most; the first five stand in a list."""
    needs = [
        plant("public", "published", "public", owner),
        plant("masked", "published", "masked", owner),
        plant("masked without words", "published", "masked", owner, masked=False),
        plant("listed", "published", "listed", owner),
        plant("bureau", "internal", "bureau", owner),
        plant("submitted", "submitted", "public", owner),
        plant("draft", "draft", "public", owner),
    ]
    unit = Unit(key="lists", name="试验市工信局", region_code="370700")
    session.add(unit)
    session.flush()
    session.add(
        NeedList(
            title="试验产业链需求清单",
            number="试验工信〔2026〕1号",
            serial=1,
            state="published",
            published_on=now().date(),
            region_code="370700",
            unit_id=unit.id,
            entries=[
                NeedListEntry(need_id=item.need.id, position=place, serial=place)
                for place, item in enumerate(needs[:5], 1)
            ],
        )
    )
    session.commit()
    return needs


Enter = Callable[[], FlaskClient]


@pytest.fixture
def people(
    session: Session,
    owner: Organisation,
    create_user: Callable[..., User],
    create_unit: Callable[..., Unit],
    create_organisation: Callable[..., Organisation],
    create_provider: Callable[..., Provider],
    sign_in: Callable[[User], FlaskClient],
    app: Flask,
) -> dict[str, Enter]:
    """For everybody the table names, what opens a fresh browser with them signed in.

    Fresh, because some of the pages walked over sign people out.
    """
    expired = create_provider()
    listing = session.scalars(select(Listing).where(Listing.provider_id == expired.id)).one()
    listing.valid_to = now().date() - timedelta(days=2)
    session.commit()
    users = {
        "manufacturer": create_user(organisation=create_organisation()),
        "owner": create_user(organisation=owner),
        "listed_provider": create_user(organisation=create_provider().organisation),
        "unlisted_provider": create_user(organisation=create_provider(tier=None).organisation),
        "expired_provider": create_user(organisation=expired.organisation),
        "county_clerk": create_user(role="clerk", unit=create_unit("370785")),
        "far_reviewer": create_user(role="reviewer", unit=create_unit("371000")),
    }
    for role in sorted(EVERYBODY - users.keys() - {"visitor"}):
        users[role] = create_user(role=role)
    return {"visitor": app.test_client} | {
        role: partial(sign_in, user) for role, user in users.items()
    }


def leaks_of(planted: list[Planted], role: str, address: str, text: str) -> list[str]:
    """Return what the reader came upon and may not, one line each.

    A number the reader typed into the address themselves may be echoed.
    """
    return [
        f"{role} sees {group} of the {item.name} need at {address}"
        for item in planted
        for group in sorted(item.groups_in(text))
        if role not in ALLOWED[item.name][group]
        and not (group == "number" and item.need.number in address)
    ]


def test_nobody_comes_upon_what_the_table_keeps_from_them(
    app: Flask,
    session: Session,
    planted: list[Planted],
    people: dict[str, Enter],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="duijie")
    if "recommendations.save" in app.view_functions:
        for item in planted[:2]:
            people["owner"]().post(f"/needs/{item.need.number}/runs")
    walk = sorted(set(addresses(app, session)))
    assert len(walk) > 60
    leaks: list[str] = []
    broken: list[str] = []
    seen: set[tuple[str, str, str]] = set()
    for role, enter in people.items():
        for address in walk:
            try:
                answer = enter().get(address)
            except Exception as error:
                broken.append(f"{role} at {address}: {error!r}")
                session.rollback()
                continue
            text = f"{answer.headers}\n{text_of(answer.data)}"
            leaks += leaks_of(planted, role, address, text)
            seen |= {(item.name, group, role) for item in planted for group in item.groups_in(text)}
    assert leaks == []
    assert broken == []
    for name, table in ALLOWED.items():
        for group in SURELY_SEEN:
            missing = table[group] - {role for a, b, role in seen if (a, b) == (name, group)}
            assert not missing, f"{sorted(missing)} should see {group} of the {name} need"
    logged = "\n".join(record.getMessage() for record in caplog.records)
    assert [item.name for item in planted if item.groups_in(logged) - {"number"}] == []


def test_words_kept_from_a_reader_find_nothing_for_them(
    app: Flask, planted: list[Planted], people: dict[str, Enter]
) -> None:
    found: list[str] = []
    searched: set[str] = set()
    for role in ("visitor", "listed_provider"):
        for address in _search_pages(app, people[role]):
            searched.add(address)
            nothing = text_of(people[role]().get(address, query_string={"q": "zzqq"}).data)
            for item in planted:
                for column in ("company_name", "pain", "contact_name"):
                    if role in ALLOWED[item.name][GROUPS[column]] or item.need.number in nothing:
                        continue
                    query = {"q": item.words[column][0]}
                    text = text_of(people[role]().get(address, query_string=query).data)
                    if item.need.number in text:
                        found.append(f"{role} finds {item.name} by {column} at {address}")
    assert "/needs/" in searched
    assert found == []


def _plain_pages(app: Flask) -> list[str]:
    return [
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule != "/healthz"
    ]


def _search_pages(app: Flask, enter: Enter) -> list[str]:
    """Return the addresses of pages that have a search form leading to themselves."""
    found = []
    for page in _plain_pages(app):
        text = text_of(enter().get(page).data)
        if re.search(rf'action="{re.escape(page)}"', text) and 'name="q"' in text:
            found.append(page)
    return found


def test_hidden_needs_change_nothing_on_any_public_page(
    app: Flask, plant: Callable[..., Planted], owner: Organisation
) -> None:
    def read(page: str) -> str:
        """The page without what differs from one request to the next."""
        passing = r'value="[\w.-]{40,}"|\d{4}-\d\d-\d\dT[\d:.]+Z?'
        return re.sub(passing, "", text_of(app.test_client().get(page).data))

    plant("public", "published", "public", owner)
    before = {page: read(page) for page in _plain_pages(app)}
    for state, level in (
        ("internal", "bureau"),
        ("published", "listed"),
        ("submitted", "public"),
        ("draft", "public"),
    ):
        plant("hidden", state, level, owner)
    assert [page for page in before if before[page] != read(page)] == []


def test_letters_tasks_the_log_and_the_files_hold_no_word_of_a_need(
    app: Flask,
    session: Session,
    instance: Path,
    plant: Callable[..., Planted],
    owner: Organisation,
    create_user: Callable[..., User],
) -> None:
    member = viewer_of(create_user(organisation=owner))
    reviewer = viewer_of(create_user(role="reviewer"))
    item = plant("draft", "draft", "masked", owner)
    need = session.get_one(Need, item.need.id)
    services.submit_need(session, member, need)
    services.return_need(session, reviewer, need, item.words["reason"][0])
    services.submit_need(session, member, need)
    services.accept_need(session, reviewer, need)
    services.publish_need(session, reviewer, need)
    services.loosen_disclosure(session, member, need, "public", confirmed=True)
    services.tighten_disclosure(session, member, need, "listed")
    services.tighten_disclosure(session, member, need, "bureau")
    session.commit()
    index = app.extensions["duijie.index"]
    app.extensions["duijie.worker"].drain(session)
    assert index is not None
    kept = {
        "letter": [f"{row.subject}{row.body}" for row in session.scalars(select(MailMessage))],
        "task": [str(row.payload) for row in session.scalars(select(OutboxTask))],
        "audit entry": [f"{row.detail}" for row in session.scalars(select(AuditEntry))],
    }
    for kind, texts in kept.items():
        assert texts, kind
        for text in texts:
            assert item.groups_in(text) <= {"number"}, f"{kind}: {text}"
    files = [path for path in instance.rglob("*") if path.is_file()]
    assert files
    database = (db.engine.url.database or "").rpartition("/")[2]
    for path in files:
        if not (database and path.name.startswith(database)):
            text = text_of(path.read_bytes())
            assert item.groups_in(text) <= {"number"}, path


def test_somebody_who_leaves_the_directory_stops_seeing_at_once(
    app: Flask,
    session: Session,
    planted: list[Planted],
    create_provider: Callable[..., Provider],
    create_user: Callable[..., User],
    sign_in: Callable[[User], FlaskClient],
) -> None:
    provider = create_provider()
    client = sign_in(create_user(organisation=provider.organisation))
    listed = next(item for item in planted if item.name == "listed")
    assert client.get(f"/needs/{listed.need.number}").status_code == 200
    listing = session.scalars(select(Listing).where(Listing.provider_id == provider.id)).one()
    listing.state = "suspended"
    session.commit()
    assert client.get(f"/needs/{listed.need.number}").status_code == 404


def test_somebody_who_leaves_the_organisation_stops_seeing_at_once(
    session: Session,
    planted: list[Planted],
    owner: Organisation,
    create_user: Callable[..., User],
    sign_in: Callable[[User], FlaskClient],
) -> None:
    user = create_user(organisation=owner)
    client = sign_in(user)
    draft = next(item for item in planted if item.name == "draft")
    assert client.get(f"/needs/{draft.need.number}").status_code == 200
    session.delete(session.scalars(select(Membership).where(Membership.user_id == user.id)).one())
    session.commit()
    assert client.get(f"/needs/{draft.need.number}").status_code == 404


def test_every_text_column_of_a_need_is_a_canary_or_known_to_be_harmless() -> None:
    harmless = {
        "number",
        "region_code",
        "industry_code",
        "scene_id",
        "size_class",
        "digital_level",
        "data_class",
        "budget_kind",
        "cooperation",
        "disclosure",
        "state",
        "deployments",
    }
    texts = {
        column.key
        for column in Need.__table__.columns
        if column.type.__class__.__name__ in {"String", "Text", "JSON"}
    }
    assert texts - harmless <= set(GROUPS)
