"""The sample form of the style guide: one field of every kind, filled in with mistakes.

Shape and sample values only; nothing is ever stored.
"""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..web.forms import BaseForm, options
from ..web.paging import Page


class SampleGoal(Form):
    """One row of the goal grid."""

    metric = StringField("指标")
    baseline = StringField("现在")
    target = StringField("目标")
    unit = StringField("单位")


class SampleForm(BaseForm):
    """A field of every kind the form macros know."""

    uscc = StringField(
        "统一社会信用代码",
        [InputRequired(), Length(18, 18, "应为18位，现在是17位，请对照营业执照核对")],
        description="18位，字母大写，不含I、O、Z、S、V",
    )
    starts_on = DateField("最迟启动时间", [Optional()])
    budget_min = DecimalField("预算下限", [Optional()])
    budget_max = DecimalField(
        "预算上限", [Optional(), NumberRange(min=40, message="应不小于下限40")]
    )
    industry = SelectField(
        "所属行业", [InputRequired()], choices=options([("36", "36 汽车制造业")])
    )
    deployments = SelectMultipleField(
        "可接受的部署方式",
        [Optional()],
        choices=options([("cloud", "云"), ("onprem", "本地"), ("edge", "边缘")]),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    cooperation = RadioField(
        "合作方式",
        [InputRequired("请选择一种合作方式")],
        choices=options([("purchase", "采购"), ("joint_rd", "联合研发"), ("jiebang", "揭榜")]),
    )
    problem = TextAreaField(
        "问题是什么",
        [InputRequired()],
        description="用车间里的话写：哪道工序、谁在做、出了什么后果。",
    )
    attachment = FileField("附件", description="PDF、图片或 Excel，单个不超过10 MB。")
    consent = BooleanField("已阅读并同意公开级别说明", [InputRequired("请勾选后提交")])
    goals = FieldList(FormField(SampleGoal))
    disclosure = RadioField(
        "选择公开级别",
        choices=options(
            [
                ("public", "公开"),
                ("masked", "脱敏"),
                ("listed", "仅库内"),
                ("bureau", "仅局内"),
            ]
        ),
    )


_FILLED_IN = MultiDict(
    {
        "uscc": "91320999MA2XQC013",
        "budget_min": "40",
        "budget_max": "8",
        "industry": "36",
        "deployments": "onprem",
        "problem": "两条精加工线三班目检，每班9人。",
        "goals-0-metric": "漏检率",
        "goals-0-baseline": "1.6",
        "goals-0-target": "0.3",
        "goals-0-unit": "%",
        "goals-1-metric": "单件检测时间",
        "goals-1-baseline": "26",
        "goals-1-target": "10",
        "goals-1-unit": "",
        "disclosure": "masked",
    }
)


def sample_context() -> dict[str, Any]:
    """Return what the style guide shows: the form after a failed check, and a page of a list."""
    form = SampleForm(formdata=_FILLED_IN, meta={"csrf": False})
    form.validate()
    return {"sample_form": form, "sample_page": Page([], number=2, size=20, total=173)}
