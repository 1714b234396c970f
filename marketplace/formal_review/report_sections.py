"""This room's part of the full report of an application (卷宗): prepared sections in order.

The page that prints the report stands above all rooms of vetting; it gathers the sections of each
room's function and prints them one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..applications.asking import asked_of, in_names, item_names
from ..applications.lifecycle import STATES
from ..applications.models import Application, ApplicationSnapshot
from ..applications.trail import trail_items
from ..audit.queries import list_trail
from ..catalogue.shown import tier_names
from ..rules.queries import get_rules
from ..taxonomy.queries import get_taxonomy
from ..web.filters import show_date, show_moment
from .judging import MANUAL
from .models import FormalCheck
from .queries import find_snapshot, list_checks, list_supplements
from .rounds import Round, comparing, rounds_of
from .shown import KINDS, case_rows, file_rows, list_people, snapshot_facts, verification_name
from .standing import outcome_of

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report: its title, what its columns are, its rows.

    Sections of label–value pairs have no heads; every row has as many cells as there are heads.
    """

    title: str
    rows: Sequence[Row]
    heads: tuple[str, ...] = ()


def report_sections(session: Session, application: Application, today: date) -> list[Section]:
    """Return the facts of the application, what was handed in, checks, supplements, the trail."""
    snapshot = find_snapshot(session, application.id)
    supplements = list_supplements(session, application.id)
    checks = list_checks(session, application.id)
    compare = comparing(application, checks)
    names = item_names(application, asked_of(session, application))
    rounds = rounds_of(supplements, application.snapshots, compare, names, today)
    return [
        Section(_("申请"), _head(session, application, snapshot, today)),
        *(_handed_in(session, application, snapshot) if snapshot else ()),
        Section(
            _("规则判定"),
            [_check(check) for check in checks],
            (_("规则"), _("判定"), _("依据的事实"), _("认定")),
        ),
        *(_round(item) for item in reversed(rounds)),
        Section(
            _("书面意见"),
            [
                (
                    show_moment(item.at),
                    item.actor_name or _("系统"),
                    in_names(item.reason, names),
                )
                for item in application.decisions
            ],
            (_("时间"), _("人员"), _("意见")),
        ),
    ]


def trail_section(session: Session, application: Application) -> Section:
    """Return everything that was done, oldest first; stands at the end of the whole report."""
    trail = trail_items(list_trail(session, "application", application.id))
    return Section(
        _("办理经过"),
        [(item["at"], item["who"], item["text"], item["record"]) for item in reversed(trail)],
        (_("时间"), _("人员"), _("事项"), _("审计号")),
    )


def _head(
    session: Session,
    application: Application,
    snapshot: ApplicationSnapshot | None,
    today: date,
) -> list[Row]:
    tiers = tier_names(get_rules(session, "tiers", today).body)
    rows = [
        (_("编号"), application.number),
        (_("企业"), application.organisation.name),
        (_("批次"), application.call.batch or application.call.title),
        (_("申报类别"), f"{application.track} {KINDS[application.kind]}"),
        (_("申报等级"), tiers.get(application.asked_tier, "")),
        (_("状态"), str(STATES[application.state])),
        (_("提交时间"), show_moment(application.submitted_at)),
        (_("应办日"), show_date(application.due_on)),
        (_("经手人"), application.handler.display_name if application.handler else ""),
        (_("快照校验值"), snapshot.digest if snapshot else ""),
    ]
    return [row for row in rows if row[1].strip()]


def _handed_in(
    session: Session, application: Application, snapshot: ApplicationSnapshot
) -> list[Section]:
    taxonomy = get_taxonomy(session)
    facts = snapshot_facts(snapshot.body, taxonomy)
    cases = case_rows(snapshot.body, taxonomy)
    files = file_rows(application, snapshot, list_people(session, application))
    return [
        Section(_("申报内容"), [(label, str(value)) for label, value in facts if value]),
        Section(
            _("案例"),
            [
                (
                    f"{case['place']} {case['title']}",
                    case["client"],
                    case["accepted_on"],
                    "；".join(case["figures"]),
                    verification_name(case["level"]),
                )
                for case in cases
            ],
            (_("案例"), _("甲方"), _("验收日期"), _("前后数值"), _("核实程度")),
        ),
        Section(
            _("证据"),
            [(file["name"], file["used_for"], file["word"], file["by"]) for file in files],
            (_("证据"), _("用于"), _("核实程度"), _("核实人")),
        ),
    ]


def _check(check: FormalCheck) -> Row:
    words = {"pass": _("通过"), "fail": _("不通过"), "manual": _("须人工，未定")}
    by = check.decided_by.display_name if check.decided_by else ""
    decided = f"{by} {show_moment(check.decided_at)} {check.note}".strip()
    return (
        f"{check.rule_code} {check.rule_name}",
        words[outcome_of(check.verdict, check.decision)],
        check.fact,
        _("由规则判定") if check.verdict != MANUAL else decided or "—",
    )


def _round(item: Round) -> Section:
    asked: list[Row] = [(_("要求"), item.words, "")]
    asked += [(entry["code"], entry["ask"], "") for entry in item.items]
    if item.answer:
        asked.append((_("企业说明"), item.answer, ""))
    asked += [(change.where, change.before, change.after) for change in item.changes]
    return Section(
        _("补正第%(n)s轮，%(facts)s，%(tag)s", n=item.ordinal, facts=item.facts, tag=item.tag[0]),
        asked,
        (_("栏目"), _("补正前或要求"), _("补正后")),
    )
