"""Who sees what of a need, as rows for the preview table and as the text the public reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from ..web.filters import show_budget
from .disclosure import LISTED, PUBLIC, STAFF
from .masking import Masker
from .models import Need
from .shown import ShownNeed

Cell = tuple[str, str]
"""A text and its state: '' in full, 'part' masked, 'no' not shown."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The table of one need: audiences, rows of cells, and what the public would read."""

    audiences: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    public: ShownNeed | None
    listed: ShownNeed | None


def preview_of(need: Need, masker: Masker, *, level: str = "", originals: bool = False) -> Preview:
    """Return who sees what at a level, by default the present one; `originals`: in full length."""
    full = masker.show(need, STAFF)
    assert full is not None
    readers = [masker.show(need, reader, level) for reader in (PUBLIC, LISTED)] + [full]
    limit = 4000 if originals else 40
    rows = (
        (_("企业名称"), [_company(seen) for seen in readers]),
        (_("县区"), [_region(seen, full) for seen in readers]),
        (_("需求名称"), [_text(seen, full, "title", limit) for seen in readers]),
        (_("问题"), [_text(seen, full, "text", limit) for seen in readers]),
        (_("指标"), [_text(seen, full, "goal_line", limit) for seen in readers]),
        (_("数据与现场"), [_detail(seen, full, limit) for seen in readers]),
        (_("预算"), [_budget(seen, full) for seen in readers]),
        (_("联系人"), [_contact(seen) for seen in readers]),
    )
    return Preview(
        audiences=(
            _("公众"),
            _("在库服务商"),
            _("企业原文（经办人）") if originals else _("经办人"),
        ),
        rows=tuple((label, tuple(cells)) for label, cells in rows),
        public=readers[0],
        listed=readers[1],
    )


def _hidden() -> Cell:
    return _("看不到"), "no"


def _not_shown() -> Cell:
    return _("不显示"), "no"


def _company(seen: ShownNeed | None) -> Cell:
    if seen is None:
        return _hidden()
    return seen.company, "part" if seen.company_masked else ""


def _region(seen: ShownNeed | None, full: ShownNeed) -> Cell:
    if seen is None:
        return _hidden()
    if "region" in seen.withheld:
        return _not_shown()
    return full.region or _("未填"), ""


def _text(seen: ShownNeed | None, full: ShownNeed, name: str, limit: int) -> Cell:
    if seen is None:
        return _hidden()
    text, whole = getattr(seen, name), getattr(full, name)
    if not text:
        return (_("未填"), "") if not whole else _not_shown()
    return _cut(text, limit), "" if text == whole else "part"


def _detail(seen: ShownNeed | None, full: ShownNeed, limit: int) -> Cell:
    if seen is None:
        return _hidden()
    if "detail" in seen.withheld:
        return _("只显示能否出厂、是否隔离、部署方式"), "part"
    text, whole = ("；".join(_pieces(item)) for item in (seen, full))
    return _cut(text, limit) or _("未填"), "" if text == whole else "part"


def _pieces(seen: ShownNeed) -> Sequence[str]:
    pieces = (seen.data_kinds, seen.site_constraints, "、".join(seen.must_haves))
    return [text for text in pieces if text]


def _budget(seen: ShownNeed | None, full: ShownNeed) -> Cell:
    if seen is None:
        return _hidden()
    if "budget" in seen.withheld:
        return _not_shown()
    low, high, kind = full.budget_min_yuan, full.budget_max_yuan, full.budget_kind
    if low is None and high is None and not kind:
        return _("未填"), ""
    return show_budget(low, high, kind), ""


def _contact(seen: ShownNeed | None) -> Cell:
    if seen is None:
        return _hidden()
    if "contact" in seen.withheld:
        return _("不显示，由经办人转接"), "no"
    return "，".join(filter(None, (seen.contact_name, seen.contact_phone))) or _("未填"), ""


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + "…"
