"""What must hold before an edition is printed, as a list one can tick off; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from ..documents.glyphs import drawable

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks look at.

    `rows` by provider id as frozen; `standing` the tier of each provider listed today;
    `notice` is "" | draft | published | ended; `undecided` names of providers with an objection
    still open, `struck` those an objection took off; `masked` are, by provider, the clients' names
    that must not appear in its row.
    """

    rows: Mapping[int, Mapping[str, Any]]
    standing: Mapping[int, str]
    notice: str
    number: str
    statement: str
    undecided: Collection[str] = field(default=())
    struck: Collection[str] = field(default=())
    masked: Mapping[int, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list: whether it holds, what it says, what to do about it."""

    code: str
    ok: bool
    text: str
    note: str = ""


def check_edition(facts: Facts) -> list[Check]:
    """Return all checks, those of the notice first; the edition may be printed when all hold."""
    return [
        _rows(facts),
        *_objections(facts),
        _notice(facts),
        _number(facts),
        _standing(facts),
        _glyphs(facts),
        _statement(facts),
        _masked(facts),
    ]


def _some(names: Collection[str]) -> str:
    shown = "、".join(sorted(names)[:_NAMED])
    return _("%(names)s等", names=shown) if len(names) > _NAMED else shown


def _rows(facts: Facts) -> Check:
    if not facts.rows:
        return Check("rows", False, _("没有收录任何服务商"), _("请先列入服务商再冻结"))
    return Check("rows", True, _("收录%(count)s家", count=len(facts.rows)))


def _objections(facts: Facts) -> list[Check]:
    found = []
    if facts.undecided:
        text = _("%(count)s家异议未决", count=len(facts.undecided))
        note = _("%(names)s，请先作出决定，或重编时暂不收录", names=_some(facts.undecided))
        found.append(Check("undecided", False, text, note))
    if facts.struck:
        text = _("%(count)s家因异议不应收录", count=len(facts.struck))
        note = _("%(names)s，请退回重编，不再收录", names=_some(facts.struck))
        found.append(Check("struck", False, text, note))
    return found or [Check("undecided", True, _("没有未决异议"))]


def _notice(facts: Facts) -> Check:
    texts = {
        "": (_("尚未公示"), _("冻结后送公示")),
        "draft": (_("公示尚未发布"), _("请在“公示”中发布")),
        "published": (_("公示期未满"), _("期满后方可发布")),
    }
    if facts.notice in texts:
        return Check("notice", False, *texts[facts.notice])
    return Check("notice", True, _("公示期已满"))


def _number(facts: Facts) -> Check:
    if not facts.number.strip():
        return Check("number", False, _("文号未填"), _("公示结束后填，发布后不可改"))
    return Check("number", True, _("文号：%(number)s", number=facts.number.strip()))


def _standing(facts: Facts) -> Check:
    gone = {str(row["name"]) for key, row in facts.rows.items() if key not in facts.standing}
    if gone:
        text = _("%(count)s家已不在库", count=len(gone))
        return Check("standing", False, text, _("%(names)s，请退回重编", names=_some(gone)))
    moved = {
        str(row["name"]) for key, row in facts.rows.items() if facts.standing[key] != row["tier"]
    }
    if moved:
        text = _("%(count)s家等级已变", count=len(moved))
        return Check("standing", False, text, _("%(names)s，请退回重编", names=_some(moved)))
    return Check("standing", True, _("%(count)s家均在有效期内", count=len(facts.rows)))


def _glyphs(facts: Facts) -> Check:
    lacking = {
        str(row["name"])
        for row in facts.rows.values()
        if any(drawable(str(value))[1] for value in row.values())
    }
    if lacking:
        text = _("%(count)s家的文字有字库缺字", count=len(lacking))
        note = _("%(names)s，请改用字库有的字后重编", names=_some(lacking))
        return Check("glyphs", False, text, note)
    return Check("glyphs", True, _("字形齐全"))


def _statement(facts: Facts) -> Check:
    if not facts.statement.strip():
        return Check("statement", False, _("声明文字是空的"), _("请在“规则”中补上声明"))
    return Check("statement", True, _("每页附“不构成采购承诺或背书”声明"))


def _masked(facts: Facts) -> Check:
    shown = {
        str(row["name"])
        for key, row in facts.rows.items()
        for client in facts.masked.get(key, ())
        if client and any(client in str(value) for value in row.values())
    }
    if shown:
        text = _("%(count)s家的案例露出了要求遮盖的客户", count=len(shown))
        note = _("%(names)s，请企业改正后重编", names=_some(shown))
        return Check("masked", False, text, note)
    return Check("masked", True, _("案例客户已按遮盖要求处理"))
