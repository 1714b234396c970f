"""Forms of the weight pages and of the run log: shape only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from ..web.forms import BaseForm, options
from .run_log import KIND_NAMES


class CompareForm(BaseForm):
    """Which set is compared with which; the choices are given by the page."""

    before = SelectField(_("原权重"), validators=[DataRequired()])
    after = SelectField(_("新权重"), validators=[DataRequired()])


class WordsForm(BaseForm):
    """Why a switch is proposed, approved or refused."""

    words = TextAreaField(
        _("理由"),
        validators=[Length(max=1000, message=_("不超过1000字"))],
        description=_("写明看了哪些需求、为什么，以后查阅的人都会看到"),
    )


class OutcomeForm(BaseForm):
    """What became of one provider of a run."""

    provider = SelectField(_("服务商"), coerce=int)
    kind = SelectField(_("结果"), choices=options(KIND_NAMES.items()))
    happened_on = DateField(_("日期"), validators=[DataRequired(_("请填写日期"))])
    note = StringField(_("备注"), validators=[Length(max=300, message=_("不超过300字"))])


class UndoForm(BaseForm):
    """Why an event of a run is taken back."""

    note = StringField(
        _("撤回原因"),
        validators=[
            DataRequired(_("请写明撤回的原因")),
            Length(max=300, message=_("不超过300字")),
        ],
    )
