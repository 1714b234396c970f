"""The two answers to an objection, made from one reason: neither names the other side; pure.

The objector reads what became of the objection; the company reads the gist it was asked about
and what follows for it. Neither text takes anything from the objector's identity or words.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _

from .models import Objection


def answer_to_objector(objection: Objection, tiers: Mapping[str, str]) -> str:
    """Return the answer for the objector; empty while nothing is decided."""
    name, entry = objection.number, objection.entry
    if objection.state == "not_admitted":
        head = _("您提出的异议%(number)s不予受理。", number=name)
    elif objection.state == "dismissed":
        head = _("您提出的异议%(number)s经核查不成立。", number=name)
    elif objection.state == "partly":
        head = _(
            "您提出的异议%(number)s经核查部分成立，%(company)s由%(before)s改定为%(after)s，重新公示。",
            number=name,
            company=entry.name,
            before=tiers.get(entry.tier, entry.tier),
            after=tiers.get(objection.after_tier or "", ""),
        )
    elif objection.state == "upheld":
        head = _(
            "您提出的异议%(number)s经核查成立，%(company)s不列入名单。",
            number=name,
            company=entry.name,
        )
    else:
        return ""
    return head + _("理由：%(reason)s", reason=objection.reason)


def answer_to_company(objection: Objection, tiers: Mapping[str, str]) -> str:
    """Return the answer for the company; empty while nothing is decided."""
    name, entry = objection.number, objection.entry
    if objection.state == "dismissed":
        head = _("涉及贵单位的异议%(number)s经核查不成立，名单照原公示办理。", number=name)
    elif objection.state == "partly":
        head = _(
            "涉及贵单位的异议%(number)s经核查部分成立，拟定等级由%(before)s改定为%(after)s，重新公示后入库。",
            number=name,
            before=tiers.get(entry.tier, entry.tier),
            after=tiers.get(objection.after_tier or "", ""),
        )
    elif objection.state == "upheld":
        head = _("涉及贵单位的异议%(number)s经核查成立，本次不列入名单。", number=name)
        if entry.application is not None:
            head += _("对决定有异议的，可以申诉一次。")
    else:
        return ""
    return head + _("理由：%(reason)s", reason=objection.reason)
