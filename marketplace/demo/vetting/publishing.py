"""What is made public: the notice with an objection, an appeal, editions, a rubric on its way."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from ...applications.models import Application
from ...calls.models import Call
from ...editions.services.drafting import draft_edition, freeze_edition, leave_out
from ...editions.services.noticing import put_on_notice
from ...editions.services.publishing import add_addendum, publish_edition
from ...listings.red_lines import propose_red_line
from ...notices.drafts import FileStore, NoticeDraft, ObjectionDraft
from ...notices.models import PublicNotice
from ...notices.queries import notice_of_edition
from ...notices.services.appealing import file_appeal
from ...notices.services.drafting import draft_notice
from ...notices.services.objecting import file_objection
from ...notices.services.publishing import end_due_notices, list_entries, publish_notice
from ...rubrics.replay_services import run_replay
from ...rubrics.services import draft_rubric, edit_rubric, submit_rubric
from ...rules.models import RuleVersion
from ...rules.queries import get_rules
from .cast import CURATOR, REVIEWER, Stage, days_ago

PREFIX = "苏江工信目录"


def enter_holidays(stage: Stage) -> None:
    """Enter the years around today that the table lacks, weekends only: a fictional city's own.

    Without it the demonstration could not set up a notice once the shipped table ends.
    """
    body = copy.deepcopy(get_rules(stage.session, "holidays", stage.today).body)
    entered = {item["year"] for item in body["years"]}
    body["years"] += [
        {"year": year, "holidays": [], "working_weekends": []}
        for year in range(stage.today.year - 1, stage.today.year + 2)
        if year not in entered
    ]
    stage.session.add(
        RuleVersion(
            name="holidays",
            number=1,
            effective_on=stage.today - timedelta(days=365),
            body=body,
            note="演示用：未公布放假安排的年份只计周末，正式使用前须按国务院办公厅通知改录",
        )
    )
    stage.session.flush()


def load_notice(
    stage: Stage,
    rows: Sequence[Mapping[str, Any]],
    applications: Mapping[str, Application],
    shift: int,
) -> None:
    """Publish the notice of a batch; list an older one's entries, object to one of the newest."""
    chosen = [row for row in rows if row["state"] in {"notice", "listed"}]
    if not chosen:
        return
    call: Call = applications[chosen[0]["provider_key"]].call
    reviewer = stage.person(REVIEWER)
    with days_ago(2 + shift, "17:00"):
        notice = draft_notice(
            stage.session,
            reviewer,
            call,
            NoticeDraft(
                title=f"{call.batch}拟入库服务商名单公示",
                text="经形式审查、专家评审和合议，现将拟入库服务商名单予以公示。",
                contact="数字产业处，0000-12345671",
                application_ids=tuple(applications[row["provider_key"]].id for row in chosen),
            ),
        )
        publish_notice(stage.session, reviewer, notice, seen_version=notice.version)
    if shift > 20:
        with days_ago(shift - 24, "09:20"):
            end_due_notices(stage.session)
            stage.session.refresh(notice)
            list_entries(stage.session, reviewer, notice)
    for row in chosen:
        if "objection" in row:
            _object(stage, notice, applications[row["provider_key"]], row)


def _object(
    stage: Stage, notice: PublicNotice, application: Application, row: Mapping[str, Any]
) -> None:
    [entry] = [item for item in notice.entries if item.application_id == application.id]
    with days_ago(1, "10:12"):
        file_objection(
            stage.session,
            entry,
            ObjectionDraft(
                standing="named",
                name=row["objector"],
                contact="0000-0000000",
                text=row["objection"],
            ),
            (),
            FileStore(stage.folder, stage.scanner),
        )


def load_appeals(
    stage: Stage, rows: Sequence[Mapping[str, Any]], applications: Mapping[str, Application]
) -> None:
    """File the appeals the demonstration has."""
    for row in rows:
        if "appeal" in row:
            with days_ago(19, "15:45"):
                file_appeal(
                    stage.session,
                    stage.member(row["provider_key"]),
                    applications[row["provider_key"]],
                    row["appeal"],
                    (),
                    FileStore(stage.folder, stage.scanner),
                )


def load_past_edition(stage: Stage, folder: Any, author: str) -> None:
    """Publish the edition now in force, as it went in the summer, with one addendum."""
    curator, reviewer = stage.person(CURATOR), stage.person(REVIEWER)
    with days_ago(160, "09:30"):
        edition = draft_edition(stage.session, curator, stage.today.year)
        freeze_edition(stage.session, curator, edition, seen_version=edition.version)
        put_on_notice(stage.session, reviewer, edition, seen_version=edition.version)
        notice = notice_of_edition(stage.session, edition.id)
        assert notice is not None
        publish_notice(stage.session, reviewer, notice, seen_version=notice.version)
    with days_ago(150, "09:00"):
        end_due_notices(stage.session)
        stage.session.refresh(edition)
        day = stage.today - timedelta(days=150)
        publish_edition(
            stage.session,
            curator,
            edition,
            f"{PREFIX}〔{day.year}〕1号",
            day,
            day + timedelta(days=364),
            folder,
            author=author,
            seen_version=edition.version,
        )
    with days_ago(120, "10:00"):
        words = "更正：第3行“对外联系人”中的电话以服务商主页为准。"
        add_addendum(stage.session, curator, edition, words)


def load_next_edition(stage: Stage) -> None:
    """Begin the next edition, with one provider left out."""
    with days_ago(5, "16:00"):
        curator = stage.person(CURATOR)
        edition = draft_edition(stage.session, curator, stage.today.year)
        leave_out(
            stage.session,
            curator,
            edition,
            stage.provider("p-chuluan").id,
            "有效期将满，待续期后列入下一期。",
            seen_version=edition.version,
        )


def load_rubric_draft(stage: Stage) -> None:
    """Draft the next rubric, replay it, hand it in for a second person."""
    curator = stage.person(CURATOR)
    with days_ago(2, "14:00"):
        rubric = draft_rubric(stage.session, curator, "2026.1")
        body = copy.deepcopy(rubric.body)
        shift_points(body)
        edit_rubric(
            stage.session,
            curator,
            rubric,
            body,
            "突出落地实绩：提高近24个月验收项目的权重，降低团队的权重。",
            stage.today + timedelta(days=40),
            seen_version=rubric.version,
        )
        run_replay(stage.session, curator, rubric)
        submit_rubric(stage.session, curator, rubric, seen_version=rubric.version)


def shift_points(body: dict[str, Any]) -> None:
    """Move two points from the team to accepted projects in every track."""
    for dimension, points in zip(body["dimensions"], (-2, 2, 0), strict=True):
        dimension["points"] += points
    for track in body["tracks"]:
        track["points"]["team"] -= 2
        track["points"]["accepted_projects"] += 2


def load_red_line(stage: Stage) -> None:
    """Propose to remove a provider that crossed a red line; nobody has approved it yet."""
    with days_ago(1, "11:30"):
        propose_red_line(
            stage.session,
            stage.person(REVIEWER),
            stage.provider("p-jiaoxiao").id,
            "fabrication",
            "经现场核查，申报的验收单系伪造，甲方书面否认。",
        )
