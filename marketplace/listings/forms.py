"""Forms of listings: shape only. What may be done, and when, is for policy and services."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from ..web.forms import BaseForm

_LONG = Length(max=2000, message=_("不超过2000字"))


class StepForm(BaseForm):
    """One step of a listing, its reason, and the day a rectification is due."""

    version = HiddenField()
    step = StringField(_("办理事项"), validators=[DataRequired(_("请选择要办的事项"))])
    reason = TextAreaField(
        _("理由或核验情况"), validators=[DataRequired(_("请写明理由，服务商看得到")), _LONG]
    )
    due_on = DateField(
        _("整改期限"), validators=[Optional()], description=_("只在限期整改时填，最长6个月")
    )


class RedLineForm(BaseForm):
    """A red line and the facts found."""

    code = SelectField(_("触及的红线"), validators=[DataRequired(_("请选择红线"))])
    facts = TextAreaField(
        _("查实的事实"), validators=[DataRequired(_("请写明时间、事实和依据")), _LONG]
    )


class ProposeForm(BaseForm):
    """A downgrade or removal without a red line."""

    kind = SelectField(_("决定"), validators=[DataRequired(_("请选择决定"))])
    after_tier = SelectField(_("降为"), validators=[Optional()])
    reapply_after = DateField(
        _("可再次申报的日期"), validators=[Optional()], description=_("只在移出时填")
    )
    reasons = TextAreaField(_("理由"), validators=[DataRequired(_("请写明理由")), _LONG])


class DecideForm(BaseForm):
    """What the second person says to a proposal."""

    version = HiddenField()
    answer = StringField(_("决定"), validators=[DataRequired(_("请选择核准或退回"))])
    words = TextAreaField(_("意见"), validators=[_LONG])


class WithdrawForm(BaseForm):
    """Why a provider leaves the directory."""

    version = HiddenField()
    reason = TextAreaField(_("退出原因"), validators=[Length(max=500, message=_("不超过500字"))])
