"""Forms of editions: shape only. What may be done, and when, is for policy and services."""

from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from ..web.forms import BaseForm


class DraftForm(BaseForm):
    """A new edition: its year, and a title when the usual one does not fit."""

    year = IntegerField(_("年份"), validators=[InputRequired(_("请填年份"))])
    title = StringField(
        _("名称"),
        validators=[Length(max=160, message=_("不超过160字"))],
        description=_("不填用规则中的名称"),
    )


class LeaveOutForm(BaseForm):
    """One listed provider not taken in, and why."""

    version = HiddenField()
    provider_id = SelectField(
        _("服务商"), coerce=int, validators=[InputRequired(_("请选择服务商"))]
    )
    reason = StringField(
        _("原因"),
        validators=[DataRequired(_("请写明原因")), Length(max=200, message=_("不超过200字"))],
    )


class PublishForm(BaseForm):
    """文号 and validity of an edition about to be published."""

    version = HiddenField()
    number = StringField(
        _("文号"),
        validators=[DataRequired(_("请填文号")), Length(max=80, message=_("不超过80字"))],
        description=_("例如：苏江工信发〔2026〕31号；发布后不可改"),
    )
    valid_from = DateField(_("有效自"), validators=[InputRequired(_("请填起日"))])
    valid_to = DateField(_("有效至"), validators=[InputRequired(_("请填止日"))])


class AddendumForm(BaseForm):
    """A correction to a published edition."""

    text = TextAreaField(
        _("补遗内容"),
        validators=[DataRequired(_("请写明更正什么")), Length(max=2000, message=_("不超过2000字"))],
    )


class VerifyForm(BaseForm):
    """A file, or its checksum, to be compared with ours."""

    sha256 = StringField(
        _("SHA-256校验值"),
        validators=[Optional()],
        description=_("64位十六进制字符，空格和大小写不计"),
    )
    file = FileField(_("目录文件"), description=_("只计算校验值，文件不保存"))
