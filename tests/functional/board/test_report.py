"""The full report of an application: whole, by letter, and only for the office that handles it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.assessments.models import Draw, Score, Seat

Make = Callable[..., Any]
SignIn = Callable[[User], FlaskClient]


def test_the_report_names_the_application_and_closes_with_its_trail(
    reviewer: User, sign_in: SignIn, create_application: Make
) -> None:
    application = create_application("formal_review")
    page = sign_in(reviewer).get(f"/desk/applications/{application.number}/report").text
    assert f"入库申请{application.number}卷宗" in page
    assert page.index("规则判定") < page.index("办理经过")


def test_points_stand_in_the_report_only_once_the_agreement_is_open(
    reviewer: User,
    sign_in: SignIn,
    session: Session,
    create_application: Make,
    create_expert: Make,
) -> None:
    application, expert = create_application("expert_review"), create_expert("沈某专家")
    draw = Draw(application_id=application.id, seed="s", pool=[expert.id], drawn=[expert.id])
    session.add(draw)
    session.flush()
    seat = Seat(
        application_id=application.id,
        expert_id=expert.id,
        draw_id=draw.id,
        letter="甲",
        state="scoring",
    )
    session.add(seat)
    session.flush()
    session.add(Score(seat_id=seat.id, indicator="team", points=6.5, reason="人手偏少"))
    session.commit()
    page = sign_in(reviewer).get(f"/desk/applications/{application.number}/report").text
    assert "评审席位" in page
    assert "6.5" not in page
    assert "人手偏少" not in page
    assert "沈某专家" not in page


def test_an_office_elsewhere_does_not_know_of_the_report(
    create_user: Make, create_unit: Make, sign_in: SignIn, create_application: Make
) -> None:
    application = create_application("formal_review")
    far = create_user(role="reviewer", unit=create_unit("371000", "远市工信局"))
    answer = sign_in(far).get(f"/desk/applications/{application.number}/report")
    assert answer.status_code == 404
