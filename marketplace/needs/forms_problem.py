"""The sections on the problem itself: what hurts, what shall be, which data, which site."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from ..taxonomy.queries import Taxonomy
from ..web.forms import options
from .fields import (
    LINE,
    LONG,
    SHORT,
    GoalRow,
    SectionForm,
    TicksField,
    Wanted,
    YesNoField,
    industry_choices,
    region_choices,
    same,
    scene_choices,
)
from .models import Need
from .vocabulary import DATA_CLASSES, DEPLOYMENTS

MOST_GOALS = 8


class ProblemForm(SectionForm):
    """What hurts, where, and which scene and trade it belongs to."""

    columns = same("title", "pain", "scene_id", "industry_code", "region_code")
    title = StringField(
        _("需求名称"),
        [Wanted(), SHORT],
        description=_("写明对象和事情，如“压铸转向节外观缺陷在线检测”，不写“智能化升级”。"),
    )
    pain = TextAreaField(
        _("现在的问题"),
        [Wanted(), LONG],
        description=_("按现场的说法写：哪道工序、多少人、多久一次、造成什么后果。不必写成方案。"),
    )
    scene_id = SelectField(_("最接近的场景"), [Optional()])
    industry_code = SelectField(_("所属行业"), [Optional()])
    region_code = SelectField(_("实施地点"), [Optional()])

    def prepare(self, need: Need, taxonomy: Taxonomy) -> None:
        """Offer scenes by stage, industries by section, and the regions of the own province."""
        owner = need.organisation.region_code if need.organisation else None
        self.scene_id.choices = scene_choices(taxonomy)
        self.industry_code.choices = industry_choices(taxonomy)
        self.region_code.choices = region_choices(taxonomy, (need.region_code, owner))

    def value_of(self, column: str) -> Any:
        """Keep a choice left open as None."""
        value = super().value_of(column)
        return (value or None) if column.endswith(("_id", "_code")) else (value or "")


class GoalsForm(SectionForm):
    """What it is now, what it shall be, and how one will know."""

    columns = same("goals", "baseline_source", "success_criterion")
    goals = FieldList(FormField(GoalRow), min_entries=2, max_entries=MOST_GOALS)
    baseline_source = TextAreaField(
        _("基线怎么来的"),
        [LONG],
        description=_("例如：质量部2026年三季度检验台账，按件统计。"),
    )
    success_criterion = TextAreaField(
        _("什么情况算做成了"), [LONG], description=_("供应方看了就知道怎么验收。")
    )

    def value_of(self, column: str) -> Any:
        """Leave empty lines of the grid out."""
        if column != "goals":
            return super().value_of(column) or ""
        rows = (entry.form.to_goal() for entry in self.goals.entries)
        return [goal for goal in rows if goal is not None]


class DataForm(SectionForm):
    """What data there is, and whether it may leave the factory."""

    columns = same("data_kinds", "data_volume", "data_interfaces", "data_may_leave", "data_class")
    data_kinds = TextAreaField(
        _("有哪些数据"), [LONG], description=_("如：缺陷照片、检验台账、设备电流。没有就写没有。")
    )
    data_volume = StringField(
        _("大约多少"), [LINE], description=_("如：照片约4.2万张，其中缺陷1,900张；台账两年。")
    )
    data_interfaces = StringField(
        _("从哪里取"), [LINE], description=_("如：工件二维码、生产系统中间表、设备网口。")
    )
    data_may_leave = YesNoField(_("数据能否出厂"), _("可以"), _("不能"))
    data_class = SelectField(
        _("数据分级"),
        [Optional()],
        choices=options([("", _("还没分级")), *((name, name) for name in DATA_CLASSES)]),
        description=_("按本企业数据分类分级的结果选。"),
    )

    def value_of(self, column: str) -> Any:
        """Keep the answer on leaving the factory as yes, no or open."""
        if column == "data_may_leave":
            return self.data_may_leave.answer
        return super().value_of(column) or ""


class SiteForm(SectionForm):
    """What the site allows: network, home-grown systems, room and hazards."""

    columns = same("network_isolated", "xinchuang_required", "deployments", "site_constraints")
    network_isolated = YesNoField(_("现场网络是否与公网隔离"), _("隔离"), _("不隔离"))
    xinchuang_required = YesNoField(_("是否要求国产化（信创）环境"), _("要求"), _("不要求"))
    deployments = TicksField(
        _("可以接受的部署方式"),
        choices=options(DEPLOYMENTS.items()),
        description=_("不选表示都可以商量。"),
    )
    site_constraints = TextAreaField(
        _("现场还有什么限制"),
        [LONG],
        description=_("如：工位只留1.2米、粉尘大、防爆区、不能停线。"),
    )

    def value_of(self, column: str) -> Any:
        """Keep answers as yes, no or open, and ticks as a list."""
        if column in {"network_isolated", "xinchuang_required"}:
            return self._fields[column].answer
        value = super().value_of(column)
        return list(value or ()) if column == "deployments" else (value or "")
