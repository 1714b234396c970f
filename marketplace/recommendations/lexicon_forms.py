"""Forms of the lexicon pages: shape only."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from wtforms import SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from ..matching.extension import ABBREVIATION, LOOKALIKE
from ..matching.words import CUE, TERM
from ..web.forms import BaseForm, options

WITHIN = Length(max=500, message=_("不超过500字"))


class WordForm(BaseForm):
    """One word more for a capability."""

    kind = SelectField(
        _("种类"),
        choices=options(
            [
                (CUE, _("现场说法")),
                (TERM, _("术语")),
                (ABBREVIATION, _("缩写")),
                (LOOKALIKE, _("相似词")),
            ]
        ),
    )
    phrase = StringField(
        _("词语"),
        validators=[DataRequired(_("请填写词语"))],
        description=_("2至20个字，不带标点"),
    )
    meaning = StringField(
        _("相似词实际指什么"),
        validators=[Length(max=20, message=_("不超过20字"))],
        description=_("只有相似词要填，如“装修”"),
    )


class CapabilityForm(BaseForm):
    """A whole new capability; the choices are given by the page."""

    name = StringField(_("名称"), validators=[DataRequired(_("请填写名称"))])
    scene = SelectField(_("场景"), validators=[DataRequired(_("请选择场景"))])
    industries = SelectMultipleField(_("常见行业"))
    terms = TextAreaField(
        _("术语"),
        validators=[DataRequired(_("请至少填写一个术语")), WITHIN],
        description=_("一行一个"),
    )
    cues = TextAreaField(
        _("现场说法"), validators=[WITHIN], description=_("车间里怎么说，一行一个")
    )


class TrialForm(BaseForm):
    """A sentence to try; it is stored nowhere."""

    text = TextAreaField(
        _("需求描述"),
        validators=[
            DataRequired(_("请填写一段描述")),
            WITHIN,
        ],
        description=_("不超过500字，只在本页试算，不保存"),
    )
