"""Forms of calls: shape only. Times are typed and shown in Beijing time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from ..providers.forms import TicksField
from ..rubrics.queries import RubricInForce
from ..taxonomy.queries import Taxonomy
from ..web.filters import BEIJING
from ..web.forms import BaseForm, options, trim
from .drafts import CallDraft
from .materials import TRACKS, with_codes

MOST_MATERIALS = 15
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEXT = Length(max=4000, message=_("不超过4000字"))


class BeijingField(DateTimeLocalField):
    """A moment typed in Beijing time; `moment` is the instant."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(label, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more)

    def process_data(self, value: datetime | None) -> None:
        """Take the instant of the row as its time in Beijing."""
        self.data = value.astimezone(BEIJING).replace(tzinfo=None) if value else None

    @property
    def moment(self) -> datetime:
        """The instant that was typed; only after validation."""
        assert self.data is not None
        return self.data.replace(tzinfo=BEIJING)

    def pre_validate(self, form: Form) -> None:
        """Refuse years no call is in, which no zone can be reckoned for either."""
        if self.data and not 2000 <= self.data.year <= 2099:
            raise ValidationError(_("年份应在2000至2099之间"))


class MaterialRow(BaseForm):
    """One material: what it is called, what to know, whether it must be there, for which tracks."""

    class Meta(BaseForm.Meta):
        """Part of another form: that one carries the token."""

        csrf = False

    code = HiddenField()
    name = StringField(_("材料名称"), [Length(max=60, message=_("不超过60字"))], filters=[trim])
    hint = StringField(_("要求"), [Length(max=300, message=_("不超过300字"))], filters=[trim])
    required = BooleanField(_("必交"))
    tracks = TicksField(_("适用赛道"), choices=options((track, track) for track in TRACKS))

    def to_row(self) -> dict[str, Any]:
        """Return the material as a call keeps it; all tracks ticked are kept as none."""
        tracks = list(self.tracks.data or ())
        code = self.code.data or ""
        return {
            "code": code if _CODE.fullmatch(code) else "",
            "name": self.name.data or "",
            "hint": self.hint.data or "",
            "required": bool(self.required.data),
            "tracks": [] if len(tracks) == len(TRACKS) else tracks,
        }


class CallForm(BaseForm):
    """A call as staff write it."""

    version = HiddenField()
    title = StringField(
        _("征集名称"),
        [DataRequired(_("请填写征集名称")), Length(max=160, message=_("不超过160字"))],
        description=_("例如：铸造行业人工智能服务商征集（2026年第一批）"),
    )
    batch = StringField(
        _("批次"),
        [Length(max=60, message=_("不超过60字"))],
        description=_("例如：2026年第一批；编号在发布时自动编定"),
    )
    summary = TextAreaField(
        _("征集内容"),
        [_TEXT],
        description=_("为哪些企业的什么问题找服务商，需要交付什么。"),
    )
    conditions = TextAreaField(
        _("申请条件"),
        [_TEXT],
        description=_(
            "只写与服务能力直接相关的条件。注册地、本地业绩、指定品牌、所有制、"
            "注册资本和成立年限不能作条件，保存时会检查。"
        ),
    )
    industry_codes = TicksField(_("行业"), most=12)
    scene_ids = TicksField(_("场景"), most=12)
    tracks = TicksField(_("赛道"), choices=options((track, track) for track in TRACKS))
    opens_at = BeijingField(_("开放时间"), validators=[InputRequired(_("请填写开放时间"))])
    closes_at = BeijingField(_("截止时间"), validators=[InputRequired(_("请填写截止时间"))])
    review_by = DateField(
        _("评审完成日期"), [Optional()], description=_("预计完成评审的日期，会公布")
    )
    rubric_number = SelectField(_("评价标准"), [Optional()])
    site_check_percent = IntegerField(
        _("现场核查比例"),
        [
            InputRequired(_("请填写0至100的整数")),
            NumberRange(0, 100, message=_("请填写0至100的整数")),
        ],
    )
    contact = StringField(
        _("联系方式"),
        [Length(max=120, message=_("不超过120字"))],
        description=_("公开显示，写办公电话，不写个人手机"),
    )
    materials = FieldList(FormField(MaterialRow), max_entries=MOST_MATERIALS)

    def validate_closes_at(self, field: BeijingField) -> None:
        """Refuse an end that is not after the beginning."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("截止时间应晚于开放时间"))

    def offer(self, taxonomy: Taxonomy, rubrics: list[RubricInForce]) -> None:
        """Offer what a call may choose from; values no longer offered stay choosable."""
        self.industry_codes.choices = options(
            (item.code, f"{item.code} {item.name}") for item in taxonomy.industries.values()
        )
        self.scene_ids.choices = options(
            (scene.id, scene.name) for scene in taxonomy.scenes.values()
        )
        choices = {item.number: f"{item.number} {item.label}" for item in rubrics}
        chosen = self.rubric_number.data
        if chosen and chosen not in choices and not self.is_submitted():
            choices[chosen] = chosen
        self.rubric_number.choices = options(choices.items())

    def add_material(self) -> None:
        """Add an empty row; none beyond the most a call has."""
        if len(self.materials.entries) < MOST_MATERIALS:
            self.materials.append_entry({"tracks": list(TRACKS)})

    def to_draft(self) -> CallDraft:
        """Return what was typed; materials without a name are dropped."""
        return CallDraft(
            title=self.title.data,
            batch=self.batch.data or "",
            summary=self.summary.data or "",
            conditions=self.conditions.data or "",
            industry_codes=tuple(self.industry_codes.data or ()),
            scene_ids=tuple(self.scene_ids.data or ()),
            tracks=tuple(self.tracks.data or ()),
            materials=with_codes(entry.form.to_row() for entry in self.materials.entries),
            rubric_number=self.rubric_number.data or "",
            opens_at=self.opens_at.moment,
            closes_at=self.closes_at.moment,
            review_by=self.review_by.data,
            site_check_percent=self.site_check_percent.data,
            contact=self.contact.data or "",
        )


def material_rows(materials: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return materials as the form shows them: no tracks means all are ticked."""
    return [{**row, "tracks": list(row.get("tracks") or TRACKS)} for row in materials]


class PublishForm(BaseForm):
    """The last question before a call is published."""

    version = HiddenField()
    confirmation = TextAreaField(
        _("保留这些条件的理由"), [Length(max=1000, message=_("不超过1000字"))]
    )


class CancelForm(BaseForm):
    """Why a call is called off."""

    version = HiddenField()
    reason = TextAreaField(
        _("取消原因"),
        [DataRequired(_("请写明取消原因")), Length(max=1000, message=_("不超过1000字"))],
    )


class ExtendForm(BaseForm):
    """A later end, and why."""

    version = HiddenField()
    closes_at = BeijingField(_("新的截止时间"), validators=[InputRequired(_("请填写截止时间"))])
    reason = TextAreaField(
        _("延期原因"),
        [DataRequired(_("请写明延期原因")), Length(max=1000, message=_("不超过1000字"))],
    )


def seen_version(form: Any) -> int:
    """Return the version a form was made from; 0, which no row has, for nonsense."""
    text = str(form.version.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
