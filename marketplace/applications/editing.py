"""What the pages of the application form show around the fields: status, summaries, materials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from ..providers.models import Case
from ..providers.vocabulary import VERIFICATION_NAMES
from .asking import Asked, item_names
from .drafts import ApplicationDraft
from .errors import Fault
from .models import Application
from .progress import last_words
from .sections import SECTIONS, Section, sections_for


def section_url(application: Application, section: str, anchor: str = "") -> str:
    """Return the address of a section of the form, at one of its fields."""
    return url_for(
        "applications.section",
        number=application.number,
        section=section,
        _anchor=anchor or None,
    )


def task_items(
    application: Application, asked: Asked, faults: Sequence[Fault], current: str
) -> tuple[list[dict[str, Any]], int]:
    """Return the list of sections with their status, and how many are done."""
    items, done = [], 0
    for number, section in enumerate(sections_for(application.state), 1):
        status, tone = status_of(application, asked, section, faults)
        done += tone == "ok"
        items.append(
            {
                "label": f"{number}. {section.title}",
                "url": section_url(application, section.code),
                "status": status,
                "tone": tone,
                "current": section.code == current,
            }
        )
    return items, done


def status_of(
    application: Application, asked: Asked, section: Section, faults: Sequence[Fault]
) -> tuple[str, str]:
    """Return the word and tone of a section: 已完成, 填写中, 未开始, or how much is missing."""
    if section.code == "check":
        return (_("可以提交"), "ok") if not faults else (_("还缺%(n)s项", n=len(faults)), "mute")
    if not is_begun(application, section):
        return _("未开始"), "mute"
    wrong = sum(fault.section == section.code for fault in faults)
    if wrong:
        return _("待补%(n)s项", n=wrong), "warn"
    draft = ApplicationDraft.from_body(application.draft)
    if section.code == "statements" and any(
        not draft.statements.get(item.code) for item in asked.judged
    ):
        return _("填写中"), "info"
    return _("已完成"), "ok"


def is_begun(application: Application, section: Section) -> bool:
    """Whether anything of the section is filled in."""
    if section.code == "materials":
        return bool(application.files)
    draft = ApplicationDraft.from_body(application.draft)
    return any(getattr(draft, part) for part in section.parts)


def cards(application: Application, asked: Asked, current: str) -> list[dict[str, Any]]:
    """Return the sections as the page shows them: the open one, summaries, and those to come."""
    draft = ApplicationDraft.from_body(application.draft)
    shown = []
    for number, section in enumerate(sections_for(application.state), 1):
        begun = section.code != "check" and is_begun(application, section)
        state = "open" if section.code == current else "done" if begun else "later"
        shown.append(
            {
                "code": section.code,
                "title": f"{number}. {section.title}",
                "state": state,
                "summary": _summary(application, asked, draft, section.code) if begun else "",
                "url": section_url(application, section.code),
                "note": _("约%(n)s分钟", n=section.minutes),
            }
        )
    return shown


def _summary(application: Application, asked: Asked, draft: ApplicationDraft, section: str) -> str:
    if section == "track":
        tier = asked.tiers.get(draft.asked_tier, "")
        return "；".join(part for part in (draft.track, tier) if part)
    if section == "cases":
        return _("已选%(n)s件", n=len(draft.cases))
    if section == "statements":
        done = sum(bool(draft.statements.get(item.code)) for item in asked.judged)
        return _("已写%(done)s项，共%(n)s项", done=done, n=len(asked.judged))
    if section == "materials":
        return _("已上传%(n)s个文件", n=len(application.files))
    return _("已签署%(n)s项", n=len(draft.declarations))


def material_rows(application: Application, asked: Asked) -> list[dict[str, Any]]:
    """Return what files may be attached to, each with its hint and the files it has."""
    hints = {item["code"]: item for item in asked.materials}
    awaited = _asked_for(application)
    rows = []
    for code, name in item_names(application, asked).items():
        material = hints.get(code)
        rows.append(
            {
                "code": code,
                "name": name,
                "hint": material["hint"]
                if material
                else _("甲方盖章的验收单、合同首页等；本站验收的案例不必上传。"),
                "required": bool(material and material.get("required")),
                "awaited": code in awaited,
                "files": [item for item in application.files if item.item == code],
            }
        )
    known = {row["code"] for row in rows}
    loose = [item for item in application.files if item.item not in known]
    if loose:
        rows.append(
            {
                "code": "",
                "name": _("不再需要的材料"),
                "hint": _("所属案例已不在申报之列，或赛道已更改；不移除也会随申请提交。"),
                "required": False,
                "awaited": False,
                "files": loose,
            }
        )
    return rows


def _asked_for(application: Application) -> set[str]:
    """Return the codes the lines of the supplement asked for now begin with."""
    if application.state != "supplement":
        return set()
    lines = last_words(application.decisions, "ask_supplement").splitlines()
    return {line.partition(" ")[0] for line in lines}


def case_mark(case: Case) -> tuple[str, str]:
    """Return the verification of a case: its code and its name."""
    return case.verification, str(VERIFICATION_NAMES[case.verification])


def first_open(application: Application, asked: Asked, faults: Sequence[Fault]) -> str:
    """Return the section to go on with: the first that is not done."""
    for section in SECTIONS:
        if status_of(application, asked, section, faults)[1] != "ok":
            return section.code
    return SECTIONS[-1].code
