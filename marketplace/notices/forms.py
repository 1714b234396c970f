"""Forms of notices, objections and appeals: shape only. What may be done is for the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from ..web.forms import BaseForm, options
from .drafts import NoticeDraft, ObjectionDraft, Upload
from .period import MOST_DAYS

_STANDINGS = [("named", _("个人，实名")), ("sealed", _("单位，加盖公章"))]


class CallForm(BaseForm):
    """Which call a new notice is for."""

    call = SelectField(_("征集"), coerce=int, validators=[InputRequired(_("请选择征集"))])


class NoticeForm(BaseForm):
    """The head of a notice and who stands in it."""

    version = HiddenField()
    title = StringField(
        _("标题"),
        validators=[DataRequired(_("请填写标题")), Length(max=160, message=_("不超过160字"))],
        description=_("例如：2026年第三批拟入库服务商名单公示"),
    )
    text = TextAreaField(
        _("说明"),
        validators=[Length(max=4000, message=_("不超过4000字"))],
        description=_("评价依据、过程等，显示在名单之前"),
    )
    contact = StringField(
        _("受理异议的联系方式"),
        validators=[
            DataRequired(_("请填写联系人和电话、地址")),
            Length(max=120, message=_("不超过120字")),
        ],
        description=_("例如：数字产业处 王同志 0000-12345671，苏江市政务中心3号楼305室"),
    )
    working_days = IntegerField(
        _("公示工作日数"),
        validators=[
            InputRequired(_("请填写公示天数")),
            NumberRange(1, MOST_DAYS, message=_("请填写1至60的整数")),
        ],
    )
    applications = SelectMultipleField(
        _("列入名单的申请"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def to_draft(self) -> NoticeDraft:
        """Return what was typed and ticked."""
        return NoticeDraft(
            title=self.title.data or "",
            text=self.text.data or "",
            contact=self.contact.data or "",
            working_days=self.working_days.data or 0,
            application_ids=tuple(self.applications.data or ()),
        )


class ReasonForm(BaseForm):
    """Words that go with a step, with the version that was seen."""

    version = HiddenField()
    text = TextAreaField(
        validators=[DataRequired(_("请填写内容")), Length(max=4000, message=_("不超过4000字"))]
    )


class AnswerForm(ReasonForm):
    """Words with files: a company's answer, an applicant's appeal."""

    files = MultipleFileField(_("证明材料"))


class ObjectionForm(BaseForm):
    """An objection from anybody; `homepage` is a field people do not see and robots fill in."""

    entry = SelectField(_("对哪一家"), coerce=int, validators=[InputRequired(_("请选择企业"))])
    standing = RadioField(
        _("以什么身份提出"),
        choices=options(_STANDINGS),
        validators=[InputRequired(_("请选择身份"))],
    )
    name = StringField(
        _("姓名或单位名称"),
        validators=[
            DataRequired(_("请填写姓名或单位名称")),
            Length(max=120, message=_("不超过120字")),
        ],
        description=_("保密，不告知被提异议的企业"),
    )
    contact = StringField(
        _("联系方式"),
        validators=[
            DataRequired(_("请填写联系方式")),
            Length(max=120, message=_("不超过120字")),
        ],
        description=_("手机或邮箱，只用于核实和答复"),
    )
    text = TextAreaField(
        _("异议内容"),
        validators=[
            DataRequired(_("请写明异议内容")),
            Length(min=10, max=4000, message=_("请写10至4000字")),
        ],
        description=_("写明事实：哪一项不实、您怎么知道的、有什么可以核实"),
    )
    files = MultipleFileField(
        _("证据材料"),
        description=_("照片会去除拍摄信息，材料名称会改为编号；请勿在材料中留下不愿透露的姓名"),
    )
    consent = BooleanField(_("个人信息"), [DataRequired(_("请先同意，否则无法核实和答复"))])
    homepage = StringField()

    def to_draft(self) -> ObjectionDraft:
        """Return what was typed."""
        return ObjectionDraft(
            standing=self.standing.data,
            name=self.name.data or "",
            contact=self.contact.data or "",
            text=self.text.data or "",
        )


class DecisionForm(BaseForm):
    """The decision on an objection or an appeal."""

    version = HiddenField()
    outcome = StringField()
    after_tier = SelectField(_("改定为"), validate_choice=False)
    text = TextAreaField(
        _("理由"),
        validators=[DataRequired(_("请写明理由")), Length(max=4000, message=_("不超过4000字"))],
    )


def uploads_of(files: Iterable[Any] | None) -> list[Upload]:
    """Return the files of a field that holds several; fields left empty give none."""
    return [
        Upload(item.filename, item.read())
        for item in files or ()
        if isinstance(item, FileStorage) and item.filename
    ]


def whole_number(value: Any) -> int:
    """Return a posted number; 0 for anything that is none."""
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
