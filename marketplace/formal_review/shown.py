"""What the case page shows of checks, snapshot and evidence: plain values ready for templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..accounts.models import User
from ..applications.models import Application, ApplicationSnapshot
from ..providers.vocabulary import DEPLOYMENTS, OFFERING_KINDS, VERIFICATION_NAMES
from ..taxonomy.queries import PROVIDER_TYPE_NAMES, Taxonomy
from ..web.filters import show_date, show_moment
from .judging import FAIL, MANUAL, PASS, case_of_item
from .models import FormalCheck
from .standing import outcome_of

KINDS: Final = {
    "first": lazy_gettext("首次申报"),
    "promotion": lazy_gettext("升级申报"),
    "renewal": lazy_gettext("续期申报"),
}
FILE_CHECK_NAMES: Final = {
    "": (lazy_gettext("未核"), "mute"),
    "pending": (lazy_gettext("待认可"), "warn"),
    "original": (lazy_gettext("已核原件"), "ok"),
    "client": (lazy_gettext("甲方电话确认"), "ok"),
}


def rule_rows(checks: Sequence[FormalCheck]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the checks that ask for attention, waiting ones first, and those rules passed."""
    order = {MANUAL: 0, FAIL: 1, PASS: 2}
    rows = [_rule_row(check) for check in checks]
    loud = [row for row in rows if row["verdict"] != PASS]
    loud.sort(key=lambda row: (order[row["outcome"]], row["code"]))
    return loud, [row for row in rows if row["verdict"] == PASS]


def _rule_row(check: FormalCheck) -> dict[str, Any]:
    by = check.decided_by.display_name if check.decided_by else ""
    return {
        "code": check.rule_code,
        "name": check.rule_name,
        "verdict": check.verdict,
        "outcome": outcome_of(check.verdict, check.decision),
        "fact": check.fact,
        "decision": check.decision,
        "note": check.note,
        "decided": f"{by} {show_moment(check.decided_at)[5:]}".strip() if check.decision else "",
    }


def snapshot_facts(body: Mapping[str, Any], taxonomy: Taxonomy) -> list[tuple[str, Any]]:
    """Return the facts of the snapshot, as label–value pairs."""
    profile = body["profile"]
    traits = [str(DEPLOYMENTS.get(code, code)) for code in profile["deployments"]]
    traits += [_("断网可用")] if profile["offline"] else []
    traits += [_("信创适配")] if profile["xinchuang"] else []
    offerings = [
        _("%(name)s（%(kind)s）", name=item["name"], kind=OFFERING_KINDS.get(item["kind"], ""))
        for item in profile["offerings"]
    ]
    place = taxonomy.region_path(body["organisation"].get("region_code"))
    return [
        (_("信用代码"), body["organisation"]["uscc"] or ""),
        (_("类型"), _list(PROVIDER_TYPE_NAMES.get(code, code) for code in profile["type_codes"])),
        (_("行业"), _list(map(taxonomy.industry_name, profile["industry_codes"]))),
        (_("场景"), _list(map(taxonomy.scene_name, profile["scene_ids"]))),
        (_("产品"), _list(offerings)),
        (_("部署"), _list(traits)),
        (_("人员规模"), profile["staff_band"]),
        (_("注册地"), _("%(place)s（不作为条件）", place=place) if place else ""),
    ]


def _list(words: Any) -> str:
    return "、".join(str(word) for word in words)


def case_rows(body: Mapping[str, Any], taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return the cases put forward, numbered as the facts of the checks name them."""
    return [
        {
            "place": _("案例%(n)s", n=number),
            "title": case["title"],
            # The name of a masked client stays out of pages, as everywhere on the site.
            "client": case["client_label"] if case["client_masked"] else case["client_name"],
            "scene": taxonomy.scene_name(case["scene_id"]),
            "accepted_on": case.get("accepted_on") or "",
            "figures": [
                _(
                    "%(name)s：%(before)s→%(after)s%(unit)s",
                    name=name,
                    before=before or "—",
                    after=after or "—",
                    unit=unit,
                )
                for name, before, after, unit in case["metrics"]
            ],
            "level": case.get("verification", "declared"),
            "traits": _list(_traits_of(case)),
        }
        for number, case in enumerate(body["cases"], 1)
    ]


def _traits_of(case: Mapping[str, Any]) -> list[str]:
    asked = (
        ("client_is_sme", _("中小企业")),
        ("on_time", _("按期")),
        ("first_pass", _("一次通过")),
        ("is_repeat", _("复购或推广")),
    )
    words = [word for name, word in asked if case.get(name)]
    if case.get("client_rating"):
        words.append(_("甲方评分%(n)s", n=case["client_rating"]))
    return words


def list_people(session: Session, application: Application) -> dict[int, str]:
    """Return the names, by id, of those who verified the application's files."""
    people = {row.checked_by_id for row in application.files if row.checked_by_id}
    found = session.execute(select(User.id, User.display_name).where(User.id.in_(people)))
    return dict(found.all())


def file_rows(
    application: Application, snapshot: ApplicationSnapshot, names: Mapping[int, str]
) -> list[dict[str, Any]]:
    """Return the files handed in with a snapshot: what for, how far verified, by whom.

    `names` are people by id. A file taken off again since has no row to verify.
    """
    rows = {row.file.key: row for row in application.files}
    materials = {item["code"]: item["name"] for item in application.call.materials}
    places = {case["case_id"]: n for n, case in enumerate(snapshot.body["cases"], 1)}
    shown = []
    for file in snapshot.body["files"]:
        row = rows.get(file["key"])
        case_id = case_of_item(file["item"])
        place = places.get(case_id) if case_id else None
        word, tone = FILE_CHECK_NAMES.get(row.checked if row else "", FILE_CHECK_NAMES[""])
        by = names.get(row.checked_by_id or 0, "") if row else ""
        shown.append(
            {
                "id": row.id if row else None,
                "key": file["key"],
                "name": file["filename"],
                "size": _("%(n)sKB", n=max(1, round(file["size"] / 1024))),
                "used_for": _("案例%(n)s验收证明", n=place)
                if place
                else materials.get(file["item"], file["item"]),
                "checked": row.checked if row else "",
                "word": str(word),
                "tone": tone,
                "by": f"{by} {show_date(row.checked_at)}".strip() if row and by else "",
            }
        )
    return shown


def verification_name(level: str) -> str:
    """Return the Chinese name of a mark of verification."""
    return str(VERIFICATION_NAMES.get(level, level))
