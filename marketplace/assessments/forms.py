"""Forms of expert review: shape only. What may be done, and when, is for policy and services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ..errors import InvalidInput
from ..web.forms import BaseForm, options
from .drafts import AgreedMark, ExpertDraft, InterestDraft, Mark, ProposalDraft, VisitDraft
from .vocabulary import INTEREST_NAMES

_LONG = Length(max=2000, message=_("不超过2000字"))


class ExpertForm(BaseForm):
    """What the pool keeps of an expert; `user` only for one not in it yet."""

    version = HiddenField()
    user = SelectField(_("人员"), validators=[Optional()])
    employer = StringField(
        _("工作单位"),
        validators=[
            DataRequired(_("请填写工作单位")),
            Length(max=120, message=_("不超过120字")),
        ],
        description=_("写全称；与申报单位同名的，抽取时自动回避"),
    )
    title = StringField(_("职称或职务"), validators=[Length(max=60, message=_("不超过60字"))])
    industry_codes = SelectMultipleField(_("熟悉的行业"), validators=[Optional()])
    scene_ids = SelectMultipleField(_("熟悉的场景"), validators=[Optional()])
    note = TextAreaField(_("备注"), validators=[_LONG])

    def offer(self, users: Iterable[tuple[str, str]], industries: Any, scenes: Any) -> ExpertForm:
        """Offer people, industries and scenes, each as (value, label)."""
        self.user.choices = options([("", gettext("请选择")), *users])
        self.industry_codes.choices = options(industries)
        self.scene_ids.choices = options(scenes)
        return self

    def to_draft(self) -> ExpertDraft:
        """Return what was typed."""
        return ExpertDraft(
            employer=self.employer.data or "",
            title=self.title.data or "",
            industry_codes=tuple(self.industry_codes.data or ()),
            scene_ids=tuple(self.scene_ids.data or ()),
            note=self.note.data or "",
        )


class InterestForm(BaseForm):
    """One interest, as staff or the expert record it."""

    organisation = StringField(
        _("单位"),
        validators=[DataRequired(_("请填写单位")), Length(max=120, message=_("不超过120字"))],
        description=_("与营业执照一致的全称，或统一社会信用代码"),
    )
    kind = RadioField(
        _("关系"),
        choices=options(INTEREST_NAMES.items()),
        validators=[InputRequired(_("请选择关系"))],
    )
    ended_on = DateField(
        _("合同终止日期"),
        validators=[Optional()],
        description=_("仅合同关系填写；终止满三年后不再回避"),
    )
    note = TextAreaField(_("说明"), validators=[_LONG])

    def to_draft(self) -> InterestDraft:
        """Return what was typed."""
        return InterestDraft(
            organisation=self.organisation.data or "",
            kind=self.kind.data or "",
            ended_on=self.ended_on.data,
            note=self.note.data or "",
        )


class EndForm(BaseForm):
    """The last day an interest stands."""

    until = DateField(_("回避至"), validators=[DataRequired(_("请填写日期"))])


class DrawForm(BaseForm):
    """How many experts to draw, and how many seats the person saw."""

    seats_seen = HiddenField()
    seats = IntegerField(
        _("抽取人数"),
        validators=[
            InputRequired(_("请填写人数")),
            NumberRange(min=1, max=10, message=_("一次抽取1至10人")),
        ],
    )


class WordsForm(BaseForm):
    """A reason or a text, with the version that was seen."""

    version = HiddenField()
    text = TextAreaField(validators=[DataRequired(_("请填写内容")), _LONG])


class OpinionForm(BaseForm):
    """The second person's words; needed only to send back, which the service checks."""

    version = HiddenField()
    text = TextAreaField(_("核准意见"), validators=[_LONG])


class ReturnForm(WordsForm):
    """Which sheet goes back to its expert, and why."""

    seat = RadioField(_("退回哪一位"), validators=[InputRequired(_("请选择一位专家"))])


class VisitForm(BaseForm):
    """What a site check found."""

    version = HiddenField()
    visit_on = DateField(_("核查日期"), validators=[DataRequired(_("请填写核查日期"))])
    visitors = StringField(
        _("核查人员"),
        validators=[
            DataRequired(_("请填写核查人员")),
            Length(max=200, message=_("不超过200字")),
        ],
        description=_("两人以上，用顿号隔开"),
    )
    findings = TextAreaField(_("核查情况"), validators=[DataRequired(_("请填写核查情况")), _LONG])
    confirmed = RadioField(
        _("结论"),
        choices=options([("yes", _("与申报相符")), ("no", _("与申报不符"))]),
        validators=[InputRequired(_("请选择结论"))],
    )

    def to_draft(self) -> VisitDraft:
        """Return what was typed."""
        return VisitDraft(
            visit_on=self.visit_on.data,
            visitors=self.visitors.data or "",
            findings=self.findings.data or "",
            confirmed={"yes": True, "no": False}.get(self.confirmed.data or ""),
        )


class ProposalForm(BaseForm):
    """The tier proposed, with reasons and the gates that were checked."""

    version = HiddenField()
    option = RadioField(_("拟定结果"), validators=[InputRequired(_("请选择拟定结果"))])
    gates = SelectMultipleField(_("准入条件"), validators=[Optional()])
    reasons = TextAreaField(
        _("理由"),
        validators=[
            DataRequired(_("请写明理由")),
            Length(max=8000, message=_("不超过8000字")),
        ],
        description=_("申报单位会看到，请写具体"),
    )
    next_tier = TextAreaField(
        _("下一等级的要求"),
        validators=[Length(max=4000, message=_("不超过4000字"))],
        description=_("申报单位会看到"),
    )

    def to_draft(self) -> ProposalDraft:
        """Return what was typed; an option is written `kind` or `kind:tier`."""
        kind, _colon, tier = (self.option.data or "").partition(":")
        return ProposalDraft(kind, tier or None, self.reasons.data or "", self.next_tier.data or "")


def whole_number(value: Any, default: int = 0) -> int:
    """Return a posted number; `default` for anything that is none."""
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def marks_of(form: Mapping[str, str], codes: Iterable[str]) -> dict[str, Mark]:
    """Return the marks posted as `points-<code>` and `reason-<code>`; InvalidInput for words."""
    return {
        code: Mark(_points(form, f"points-{code}"), form.get(f"reason-{code}", "").strip())
        for code in codes
        if f"points-{code}" in form
    }


def agreed_marks_of(form: Mapping[str, str], codes: Iterable[str]) -> dict[str, AgreedMark]:
    """Return the agreed points posted as `agreed-<code>` and `basis-<code>`."""
    return {
        code: AgreedMark(_points(form, f"agreed-{code}"), form.get(f"basis-{code}", "").strip())
        for code in codes
        if f"agreed-{code}" in form
    }


def _points(form: Mapping[str, str], name: str) -> float | None:
    text = form[name].strip().replace("．", ".")
    if not text:
        return None
    whole, _point, rest = text.partition(".")
    if not (text.isascii() and (whole + rest).isdigit() and len(text) <= 8):
        raise InvalidInput(
            gettext("“%(text)s”不是分数。", text=text[:20]),
            "这次改动没有保存，此前保存的都在。",
            "请填数字，例如7.5。",
        )
    return float(text)
