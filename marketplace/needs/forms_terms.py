"""The sections on the terms: budget and time, conditions, who may see what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    FieldList,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional

from ..web.forms import options, trim
from .disclosure import LEVEL_NAMES
from .fields import LONG, SHORT, SectionForm, WanField, Wanted, YesNoField, same
from .vocabulary import COOPERATIONS, VOUCHERS

MUSTS, MOST_LINES = 5, 12


class BudgetForm(SectionForm):
    """How much, when, and in which way of working together."""

    columns: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "budget_min_yuan": ("budget_min_wan", "budget_max_wan"),
        "budget_max_yuan": ("budget_max_wan", "budget_min_wan"),
        "budget_kind": ("budget_note", "budget_min_wan", "budget_max_wan"),
        **same("budget_secured", "start_by", "finish_by", "cooperation", "voucher"),
    }
    budget_min_wan = WanField(_("预算不低于"))
    budget_max_wan = WanField(_("预算不高于"))
    budget_note = RadioField(
        _("预算怎么理解"),
        choices=options(
            [("", _("按上面的数")), ("approx", _("只是约数")), ("negotiable", _("面议"))]
        ),
        default="",
    )
    budget_secured = YesNoField(_("资金是否落实"), _("已落实"), _("未落实"))
    start_by = DateField(_("最迟启动"), [Optional()])
    finish_by = DateField(_("希望完成"), [Optional()])
    cooperation = RadioField(
        _("合作方式"), choices=options([*COOPERATIONS.items(), ("", _("还没定"))]), default=""
    )
    voucher = SelectField(
        _("拟用券种"),
        [Optional()],
        choices=options([("", _("不用")), *((name, name) for name in VOUCHERS)]),
    )

    def validate_budget_max_wan(self, field: WanField) -> None:
        """Refuse an upper bound below the lower one."""
        if self.budget_min_wan.errors or not (self.budget_min_wan.data and field.data):
            return
        if (field.yuan or 0) < (self.budget_min_wan.yuan or 0):
            raise ValidationError(_("应不小于下限%(wan)s。") % {"wan": self.budget_min_wan.data})

    def validate_finish_by(self, field: DateField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.start_by.data and field.data < self.start_by.data:
            raise ValidationError(_("希望完成的时间早于最迟启动时间，请核对。"))

    def value_of(self, column: str) -> Any:
        """Keep money in whole yuan and name what kind of budget it is."""
        if column == "budget_kind":
            return self._kind()
        if column in {"budget_min_yuan", "budget_max_yuan"}:
            field = self._fields[self.columns[column][0]]
            return None if self.budget_note.data == "negotiable" else field.yuan
        if column == "budget_secured":
            return self.budget_secured.answer
        value = super().value_of(column)
        return value if column in {"start_by", "finish_by"} else (value or "")

    def _kind(self) -> str:
        if self.budget_note.data:
            return str(self.budget_note.data)
        low, high = self.budget_min_wan.yuan, self.budget_max_wan.yuan
        if low is None and high is None:
            return ""
        if low is None or high is None:
            return "max" if low is None else "min"
        return "exact" if low == high else "range"


def _lines(label: Any, most: int) -> FieldList:
    return FieldList(
        StringField(label, [Length(max=120, message=_("每条不超过120字。"))], filters=[trim]),
        min_entries=most,
        max_entries=MOST_LINES,
    )


class MustsForm(SectionForm):
    """What nobody who cannot do it needs to come for, and what would be nice."""

    columns = same("must_haves", "nice_to_haves", "invite_count")
    must_haves = _lines(_("必备条件"), MUSTS)
    nice_to_haves = _lines(_("优先项"), MUSTS)
    invite_count = SelectField(
        _("想先邀请几家来谈"),
        [Optional()],
        choices=options([("", _("由系统建议")), ("1", "1"), ("2", "2"), ("3", "3")]),
        description=_("先谈三家以内，谈不拢再邀下一批，服务商更愿意投入。"),
    )

    def value_of(self, column: str) -> Any:
        """Keep filled lines as a list and the number as a number."""
        if column == "invite_count":
            return int(self.invite_count.data) if self.invite_count.data else None
        return [line for line in self._fields[column].data if line]


class DisclosureForm(SectionForm):
    """Who may see what, the words the public reads, and whom the bureau may call."""

    columns = same(
        "disclosure", "mask_label", "mask_title", "mask_pain", "contact_name", "contact_phone"
    )
    disclosure = RadioField(_("公开级别"), choices=options(LEVEL_NAMES.items()), default="masked")
    mask_label = StringField(
        _("对外称呼"),
        [Length(max=60, message=_("不超过60字。"))],
        description=_("如“某压铸企业”。不填时按行业自动称呼。"),
    )
    mask_title = StringField(
        _("公众版名称"), [SHORT], description=_("不填时用“场景＋行业”自动拼成。")
    )
    mask_pain = TextAreaField(
        _("公众版说明"),
        [LONG],
        description=_("去掉企业、客户、产品型号和产线编号，写清问题和想要的结果。"),
    )
    contact_name = StringField(
        _("联系人"),
        [Wanted(), Length(max=60, message=_("不超过60字。"))],
        description=_("只有经办人看得到。"),
    )
    contact_phone = StringField(
        _("联系电话"),
        [Wanted(), Length(max=40, message=_("不超过40字。"))],
        description=_("由经办人转接，不对外显示。"),
    )

    def value_of(self, column: str) -> Any:
        """Keep texts left empty as empty."""
        return super().value_of(column) or ""
