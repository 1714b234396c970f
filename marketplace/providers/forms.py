"""Forms of the profile editor: shape only; `to_draft` gives the frozen value."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    Form,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..taxonomy.queries import PROVIDER_TYPE_NAMES, Taxonomy
from ..web.forms import BaseForm, options, trim
from .profiles import CaseDraft, CertificateDraft, OfferingDraft, ProfileDraft
from .vocabulary import DEPLOYMENTS, OFFERING_KINDS, STAFF_BANDS

YES_NO = options([("", _("未说明")), ("yes", _("支持")), ("no", _("不支持"))])
MOST_PRICE_YUAN = 2_000_000_000
"""20亿元; an integer column of PostgreSQL ends at 2,147,483,647."""
MOST_METRICS = 8
PLEASE = _("请填写。")


class TicksField(SelectMultipleField):
    """Several of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: Any, most: int = 99, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def pre_validate(self, form: Any) -> None:
        """Refuse unknown values and more than the most that is allowed."""
        super().pre_validate(form)
        if len(self.data or ()) > self.most:
            raise ValidationError(_("最多选%(most)s项。", most=self.most))


def _yes_no(label: Any) -> SelectField:
    return SelectField(label, choices=YES_NO, default="")


def _tri(value: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(value or "")


def _word(value: bool | None) -> str:
    return {True: "yes", False: "no", None: ""}[value]


class ProfileForm(BaseForm):
    """What a provider says of itself as a whole."""

    summary = StringField(
        _("一句话介绍"),
        [DataRequired(PLEASE), Length(max=120)],
        description=_(
            "做什么、交付什么。例：做铸件和机加件的在线外观检测，光学、模型、剔除一起交。"
        ),
    )
    profile = TextAreaField(
        _("简介"),
        [Length(max=2000)],
        description=_("做过哪些行业、怎么交付、哪些不接。写事实，不写形容词；长短不影响排序。"),
    )
    type_codes = TicksField(_("类别"), most=3)
    industry_codes = TicksField(_("主要行业"), most=5)
    scene_ids = TicksField(_("主要场景"), most=5)
    deployments = TicksField(_("部署方式"), choices=options(DEPLOYMENTS.items()))
    offline = _yes_no(_("断网或隔离网内可用"))
    xinchuang = _yes_no(_("信创适配"))
    nationwide = BooleanField(_("可服务全国"))
    service_regions = TicksField(_("可服务的省份"))
    onsite_hours = StringField(_("到场时间"), [Length(max=120)])
    price_note = StringField(_("价格说明"), [Length(max=200)])
    founded_year = IntegerField(_("成立年份"), [Optional(), NumberRange(1900, 2100)])
    staff_band = SelectField(
        _("人员规模"),
        choices=options([("", _("未说明")), *((band, band) for band in STAFF_BANDS)]),
    )
    address_hint = StringField(_("办公地点"), [Length(max=120)])
    contact_department = StringField(_("对外联系部门"), [Length(max=60)])
    contact_phone = StringField(_("对外联系电话"), [Length(max=40)])

    def offer(self, taxonomy: Taxonomy) -> ProfileForm:
        """Fill the choices that come from the taxonomy."""
        self.type_codes.choices = options(PROVIDER_TYPE_NAMES.items())
        _offer_scope(self, taxonomy)
        self.service_regions.choices = options(
            (code, region.name)
            for code, region in taxonomy.regions.items()
            if region.level == "province"
        )
        return self

    def show(self, draft: ProfileDraft) -> ProfileForm:
        """Fill the fields from a draft, unless they come from a submission."""
        for name in _PROFILE_TEXTS:
            getattr(self, name).data = getattr(draft, name)
        for name in ("type_codes", "industry_codes", "scene_ids", "deployments"):
            getattr(self, name).data = list(getattr(draft, name))
        self.offline.data, self.xinchuang.data = _word(draft.offline), _word(draft.xinchuang)
        self.nationwide.data = "100000" in draft.service_regions
        self.service_regions.data = [code for code in draft.service_regions if code != "100000"]
        return self

    def to_draft(self, draft: ProfileDraft) -> ProfileDraft:
        """Return the draft with this form's part replaced."""
        regions = ["100000"] if self.nationwide.data else list(self.service_regions.data or ())
        return replace(
            draft,
            **{name: getattr(self, name).data or _empty(name) for name in _PROFILE_TEXTS},
            type_codes=tuple(self.type_codes.data or ()),
            industry_codes=tuple(self.industry_codes.data or ()),
            scene_ids=tuple(self.scene_ids.data or ()),
            deployments=tuple(self.deployments.data or ()),
            offline=_tri(self.offline.data),
            xinchuang=_tri(self.xinchuang.data),
            service_regions=tuple(regions),
        )


_PROFILE_TEXTS = (
    "summary",
    "profile",
    "onsite_hours",
    "price_note",
    "founded_year",
    "staff_band",
    "address_hint",
    "contact_department",
    "contact_phone",
)


def _empty(name: str) -> Any:
    return None if name == "founded_year" else ""


def _offer_scope(form: Any, taxonomy: Taxonomy) -> None:
    form.scene_ids.choices = options((scene.id, scene.name) for scene in taxonomy.scenes.values())
    form.industry_codes.choices = options(
        (item.code, f"{item.code} {item.name}") for item in taxonomy.industries.values()
    )


class OfferingForm(BaseForm):
    """One product or solution; prices in 万元."""

    kind = SelectField(_("形态"), choices=options(OFFERING_KINDS.items()))
    name = StringField(_("名称"), [DataRequired(PLEASE), Length(max=120)])
    summary = TextAreaField(
        _("说明"),
        [DataRequired(PLEASE), Length(max=1200)],
        description=_("解决什么问题、在什么条件下用、指标能到多少、哪些情况不适用。"),
    )
    scene_ids = TicksField(_("场景"), most=5)
    industry_codes = TicksField(_("行业"), most=8)
    deployments = TicksField(_("部署方式"), choices=options(DEPLOYMENTS.items()))
    offline = _yes_no(_("断网或隔离网内可用"))
    xinchuang = _yes_no(_("信创适配"))
    price_min_wan = StringField(_("价格自（万元）"), [Length(max=20)])
    price_max_wan = StringField(_("价格至（万元）"), [Length(max=20)])
    price_basis = StringField(
        _("计价方式"), [Length(max=120)], description=_("例：按工位；按年订阅。")
    )
    filing_number = StringField(_("模型或算法备案号"), [Length(max=120)])

    def offer(self, taxonomy: Taxonomy) -> OfferingForm:
        """Fill the choices that come from the taxonomy."""
        _offer_scope(self, taxonomy)
        return self

    def validate_price_min_wan(self, field: Any) -> None:
        """Take a non-negative number of 万元."""
        _wan(field.data)

    def validate_price_max_wan(self, field: Any) -> None:
        """Take a number of 万元 not below the lower one."""
        high, low = _wan(field.data), None
        try:
            low = _wan(self.price_min_wan.data)
        except ValidationError:
            return
        if low is not None and high is not None and high < low:
            raise ValidationError(_("不能低于起价。"))

    def show(self, draft: OfferingDraft) -> OfferingForm:
        """Fill the fields from a draft."""
        for name in ("kind", "name", "summary", "price_basis", "filing_number"):
            getattr(self, name).data = getattr(draft, name)
        for name in ("scene_ids", "industry_codes", "deployments"):
            getattr(self, name).data = list(getattr(draft, name))
        self.offline.data, self.xinchuang.data = _word(draft.offline), _word(draft.xinchuang)
        self.price_min_wan.data = _show_wan(draft.price_min_yuan)
        self.price_max_wan.data = _show_wan(draft.price_max_yuan)
        return self

    def to_draft(self, draft: OfferingDraft) -> OfferingDraft:
        """Return the offering with what the form says."""
        return replace(
            draft,
            kind=self.kind.data,
            name=self.name.data,
            summary=self.summary.data,
            scene_ids=tuple(self.scene_ids.data or ()),
            industry_codes=tuple(self.industry_codes.data or ()),
            deployments=tuple(self.deployments.data or ()),
            offline=_tri(self.offline.data),
            xinchuang=_tri(self.xinchuang.data),
            price_min_yuan=_wan(self.price_min_wan.data),
            price_max_yuan=_wan(self.price_max_wan.data),
            price_basis=self.price_basis.data or "",
            filing_number=self.filing_number.data or "",
        )


def _wan(text: str | None) -> int | None:
    """Return whole yuan for a text in 万元: '38' → 380000; raise ValidationError for nonsense."""
    if not text:
        return None
    try:
        yuan = round(float(text.replace(",", "")) * 10_000)
    except (ValueError, OverflowError):
        raise ValidationError(_("请填数字，单位万元。")) from None
    if not 0 <= yuan <= MOST_PRICE_YUAN:
        raise ValidationError(_("数额超出可填范围。"))
    return yuan


def _show_wan(yuan: int | None) -> str:
    return "" if yuan is None else f"{yuan / 10_000:.4f}".rstrip("0").rstrip(".")


class MetricForm(Form):
    """One figure before and after; all four are words as the client wrote them."""

    name = StringField(_("指标"), [Length(max=40)], filters=[trim])
    before = StringField(_("之前"), [Length(max=20)], filters=[trim])
    after = StringField(_("之后"), [Length(max=20)], filters=[trim])
    unit = StringField(_("单位"), [Length(max=20)], filters=[trim])


class CaseForm(BaseForm):
    """One delivered project."""

    title = StringField(_("案例名称"), [DataRequired(PLEASE), Length(max=160)])
    client_name = StringField(_("客户名称"), [DataRequired(PLEASE), Length(max=120)])
    client_masked = BooleanField(
        _("客户名称不公开"),
        description=_("勾选后，名称只有本单位和工信局经办人看到，不显示、不导出、不进检索。"),
    )
    client_label = StringField(
        _("对外称呼"), [Length(max=60)], description=_("例：某汽车底盘件企业。")
    )
    industry_code = SelectField(_("客户行业"), validators=[InputRequired(PLEASE)])
    scene_id = SelectField(_("场景"), validators=[InputRequired(PLEASE)])
    year = IntegerField(_("交付年份"), [DataRequired(PLEASE), NumberRange(2000, 2100)])
    month = IntegerField(_("月份"), [Optional(), NumberRange(1, 12)])
    story = TextAreaField(
        _("做了什么"),
        [DataRequired(PLEASE), Length(max=2000)],
        description=_("原来怎样、装了什么、多久见效、现在还在不在用。"),
    )
    metrics = FieldList(FormField(MetricForm), min_entries=3, max_entries=MOST_METRICS)

    def offer(self, taxonomy: Taxonomy) -> CaseForm:
        """Fill the choices that come from the taxonomy."""
        self.industry_code.choices = options(
            [
                ("", _("请选择")),
                *((item.code, f"{item.code} {item.name}") for item in taxonomy.industries.values()),
            ]
        )
        self.scene_id.choices = options(
            [
                ("", _("请选择")),
                *((scene.id, scene.name) for scene in taxonomy.scenes.values()),
            ]
        )
        return self

    def validate_client_label(self, field: Any) -> None:
        """A masked client needs another name, and not its own."""
        if not self.client_masked.data:
            return
        if not field.data:
            raise ValidationError(_("客户名称不公开时，请写一个对外称呼。"))
        if self.client_name.data and self.client_name.data in field.data:
            raise ValidationError(_("对外称呼里不能出现客户名称。"))

    def validate_story(self, field: Any) -> None:
        """Neither the public story nor the figures may name a masked client."""
        name = self.client_name.data
        if self.client_masked.data and name and name in f"{field.data}{self.title.data}":
            raise ValidationError(_("案例名称或说明里出现了不公开的客户名称，请改用对外称呼。"))
        told = "\n".join(str(text) for row in self.metrics.data for text in row.values() if text)
        if self.client_masked.data and name and name in told:
            raise ValidationError(_("前后数据里出现了不公开的客户名称，请改用对外称呼。"))

    def show(self, draft: CaseDraft) -> CaseForm:
        """Fill the fields from a draft."""
        for name in _CASE_FIELDS:
            getattr(self, name).data = getattr(draft, name)
        while self.metrics.entries:
            self.metrics.pop_entry()
        blanks = [("", "", "", "")] * max(1, 3 - len(draft.metrics))
        for name, before, after, unit in (*draft.metrics, *blanks)[:MOST_METRICS]:
            self.metrics.append_entry(
                {"name": name, "before": before, "after": after, "unit": unit}
            )
        return self

    def add_metric(self) -> None:
        """Add an empty row of figures; none beyond the most a case has."""
        if len(self.metrics.entries) < MOST_METRICS:
            self.metrics.append_entry()

    def to_draft(self, draft: CaseDraft) -> CaseDraft:
        """Return the case with what the form says; metric rows without a name are dropped."""
        return replace(
            draft,
            **{name: getattr(self, name).data for name in _CASE_FIELDS},
            metrics=tuple(
                (row["name"], row["before"] or "", row["after"] or "", row["unit"] or "")
                for row in self.metrics.data
                if row["name"]
            ),
        )


_CASE_FIELDS = (
    "title",
    "client_name",
    "client_masked",
    "client_label",
    "industry_code",
    "scene_id",
    "year",
    "month",
    "story",
)


class CertificateForm(BaseForm):
    """One certificate or filing."""

    name = StringField(_("名称"), [DataRequired(PLEASE), Length(max=120)])
    number = StringField(_("编号"), [Length(max=120)])
    valid_to = DateField(_("有效期至"), [Optional()])

    def offer(self, _taxonomy: Taxonomy) -> CertificateForm:
        """Nothing to choose from."""
        return self

    def show(self, draft: CertificateDraft) -> CertificateForm:
        """Fill the fields from a draft."""
        self.name.data, self.number.data = draft.name, draft.number
        if draft.valid_to:
            self.valid_to.process_formdata([draft.valid_to])
        return self

    def to_draft(self, draft: CertificateDraft) -> CertificateDraft:
        """Return the certificate with what the form says."""
        day = self.valid_to.data
        return replace(
            draft,
            name=self.name.data,
            number=self.number.data or "",
            valid_to=day.isoformat() if day else None,
        )
