"""Forms of rubrics: shape only. The leaves of a draft are read by `sheet.edits_of`."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from ..web.forms import BaseForm
from .approval import Opinion

_LONG = Length(max=2000, message=_("不超过2000字"))


class DraftForm(BaseForm):
    """What stands beside the leaves of a draft: from when, and why."""

    version = HiddenField()
    effective_on = DateField(
        _("生效日期"),
        validators=[Optional()],
        description=_("适用于该日起开放的征集；已在办的申请仍按原标准"),
    )
    note = TextAreaField(
        _("修改理由"),
        validators=[_LONG],
        description=_("改什么、为什么改，核准人和以后查阅的人都会看到"),
    )


class OpinionForm(BaseForm):
    """The second person's opinion: two things confirmed, words, how unfairness is dealt with."""

    version = HiddenField()
    seen_all = BooleanField(
        _("已逐家看过下降的服务商"), validators=[DataRequired(_("请看过后勾选"))]
    )
    only_later = BooleanField(
        _("生效只及今后的评价，在库服务商至复评前等级不变"),
        validators=[DataRequired(_("请确认后勾选"))],
    )
    words = TextAreaField(_("核准意见"), validators=[DataRequired(_("请填写核准意见")), _LONG])
    fairness = TextAreaField(
        _("公平性处理意见"),
        validators=[_LONG],
        description=_("公平性核对有不符项时必填：为何可以接受，或设什么过渡期"),
    )

    def to_opinion(self) -> Opinion:
        """Return what was written."""
        return Opinion(words=self.words.data or "", fairness=self.fairness.data or "")


class ReturnForm(BaseForm):
    """Why a draft goes back."""

    version = HiddenField()
    reason = TextAreaField(_("退回理由"), validators=[DataRequired(_("请写明退回的理由")), _LONG])
