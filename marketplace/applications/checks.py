"""What keeps an application from being handed in: where, and in one sentence; pure but for words."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import gettext as _

from .asking import Asked
from .drafts import ApplicationDraft
from .errors import Fault


def faults_before_submission(
    draft: ApplicationDraft, asked: Asked, tracks: Collection[str], items: Collection[str]
) -> tuple[Fault, ...]:
    """Return everything that is missing; `items` are the codes files are attached under."""
    return (
        *_faults_of_track(draft, asked, tracks),
        *_faults_of_cases(draft, asked),
        *(
            Fault(
                "materials",
                f"item-{item['code']}",
                _("缺必交材料：%(name)s", name=item["name"]),
            )
            for item in asked.materials
            if item.get("required") and item["code"] not in items
        ),
        *_faults_of_declarations(draft, asked),
    )


def _faults_of_track(
    draft: ApplicationDraft, asked: Asked, tracks: Collection[str]
) -> tuple[Fault, ...]:
    faults = []
    if draft.track not in tracks:
        faults.append(Fault("track", "track-0", _("没有选择本次征集的赛道")))
    if draft.asked_tier not in asked.tiers:
        faults.append(Fault("track", "asked_tier-0", _("没有选择申报等级")))
    return tuple(faults)


def _faults_of_cases(draft: ApplicationDraft, asked: Asked) -> tuple[Fault, ...]:
    if not draft.cases:
        return (Fault("cases", "cases", _("没有选择案例，至少选一件")),)
    if len(draft.cases) > asked.most_cases:
        return (Fault("cases", "cases", _("案例超过%(n)s件", n=asked.most_cases)),)
    return ()


def _faults_of_declarations(draft: ApplicationDraft, asked: Asked) -> tuple[Fault, ...]:
    missing = [
        item
        for item in asked.declarations
        if item["required"] and item["code"] not in draft.declarations
    ]
    if not missing:
        return ()
    return (
        Fault("declarations", "declarations-0", _("承诺书还有%(n)s项没有签署", n=len(missing))),
    )
