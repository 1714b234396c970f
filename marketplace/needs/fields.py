"""What the sections of the need form are built from: fields, their base, choices; shape only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from wtforms import (
    Field,
    Form,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from ..taxonomy.queries import Taxonomy
from ..web.forms import BaseForm, options, trim
from .models import Need

MOST_WAN = Decimal(1_000_000)
"""Ten thousand million yuan: more is a slip of the unit."""
LONG = Length(max=4000, message=_("不超过4000字，长材料可在对接时再给。"))
SHORT = Length(max=160, message=_("不超过160字。"))
LINE = Length(max=200, message=_("不超过200字。"))


class Wanted:
    """Marks a field a need cannot go without; drafts may still leave it empty."""

    field_flags = {"required": True}  # noqa: RUF012 -- WTForms reads it from the instance

    def __call__(self, form: Form, field: Field) -> None:
        """Let everything pass: what is missing is told when the need is submitted."""


class TicksField(SelectMultipleField):
    """Several of a list, as tick boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class YesNoField(RadioField):
    """Yes, no, or not decided yet; its value is True, False or None."""

    def __init__(self, label: Any, yes: Any, no: Any, **more: Any) -> None:
        choices = [("yes", yes), ("no", no), ("", _("还没定"))]
        super().__init__(label, choices=options(choices), default="", **more)

    def process_data(self, value: Any) -> None:
        """Take True, False or None from the row."""
        super().process_data({True: "yes", False: "no"}.get(value, ""))

    @property
    def answer(self) -> bool | None:
        """The answer as the row keeps it."""
        return {"yes": True, "no": False}.get(self.data)


class WanField(StringField):
    """An amount in 万元, with up to four decimals; `yuan` is the whole amount in yuan."""

    def process_data(self, value: Any) -> None:
        """Take whole yuan from the row."""
        plain = "" if value is None else f"{Decimal(value) / 10000:f}"
        self.data = plain.rstrip("0").rstrip(".") if "." in plain else plain

    @property
    def yuan(self) -> int | None:
        """Whole yuan; None when nothing, or nothing sensible, was filled in."""
        amount = self._amount()
        return None if amount is None else int(amount * 10000)

    def _amount(self) -> Decimal | None:
        plain = str(self.data or "").replace(",", "").replace("，", "").removesuffix("万元")
        try:
            amount = Decimal(plain)
        except InvalidOperation:
            return None
        return amount if amount.is_finite() and 0 <= amount <= MOST_WAN else None

    def pre_validate(self, form: Form) -> None:
        """Refuse what is no amount, with the example that puts it right."""
        if self.data and self._amount() is None:
            raise ValidationError(_("请填数字，单位是万元，如 40 或 12.5。"))


class GoalRow(BaseForm):
    """One indicator: what it is now, what it shall be, in which unit."""

    class Meta(BaseForm.Meta):
        """Part of another form: that one carries the token."""

        csrf = False

    indicator = StringField(_("指标"), [Length(max=40, message=_("指标名称不超过40字。"))])
    baseline = StringField(_("现在"), [Length(max=20, message=_("不超过20字。"))])
    target = StringField(_("目标"), [Length(max=20, message=_("不超过20字。"))])
    unit = StringField(_("单位"), [Length(max=20, message=_("不超过20字。"))])

    def to_goal(self) -> dict[str, Any] | None:
        """Return the goal as the row keeps it: figures as numbers; None when the line is empty."""
        if not any((self.indicator.data, self.baseline.data, self.target.data)):
            return None
        return {
            "indicator": self.indicator.data or "",
            "baseline": _figure(self.baseline.data),
            "target": _figure(self.target.data),
            "unit": self.unit.data or "",
        }


def _figure(text: str | None) -> int | float | str | None:
    """'1.6' → 1.6, '26' → 26, '约26' → '约26', '' → None."""
    if not text:
        return None
    plain = text.replace(",", "").replace("，", "")
    try:
        value = float(plain)
    except ValueError:
        return text
    if value != value or value in (float("inf"), float("-inf")):
        return text
    return int(value) if value.is_integer() and "e" not in plain.lower() else value


class SectionForm(BaseForm):
    """One section; `columns` maps each column to the fields it comes from."""

    columns: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    version = HiddenField(filters=[trim])

    def prepare(self, need: Need, taxonomy: Taxonomy) -> None:
        """Fill in choices that come from the taxonomy."""

    def value_of(self, column: str) -> Any:
        """Return the value of one column."""
        return self._fields[self.columns[column][0]].data

    def to_values(self, *, sound_only: bool = False) -> dict[str, Any]:
        """Return the columns; with `sound_only` those whose fields have no error."""
        return {
            column: self.value_of(column)
            for column, fields in self.columns.items()
            if not (sound_only and any(self._fields[name].errors for name in fields))
        }

    @property
    def seen_version(self) -> int:
        """The version this person had before them; 0 when it was tampered with."""
        return seen_version({"version": self.version.data or ""})


def seen_version(form: Mapping[str, str]) -> int:
    """Return the version a posted form says the person had seen; 0, hence stale, for nonsense."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def same(*names: str) -> dict[str, tuple[str, ...]]:
    """Return the mapping of columns that come from the field of the same name."""
    return {name: (name,) for name in names}


def scene_choices(taxonomy: Taxonomy) -> list[SelectChoice]:
    """Return the 40 scenes grouped by stage."""
    return [
        SelectChoice("", str(_("还不确定"))),
        *(
            SelectChoice(scene.id, scene.name, optgroup=scene.stage)
            for scene in taxonomy.scenes.values()
        ),
    ]


def industry_choices(taxonomy: Taxonomy) -> list[SelectChoice]:
    """Return the industries by section."""
    return [
        SelectChoice("", str(_("请选择"))),
        *(
            SelectChoice(item.code, item.name, optgroup=item.section_name)
            for item in taxonomy.industries.values()
        ),
    ]


def region_choices(taxonomy: Taxonomy, near: Iterable[str | None]) -> list[SelectChoice]:
    """Return prefectures and counties of the provinces of the codes in `near`; all when none."""
    provinces = {code[:2] for code in near if code}
    choices = [SelectChoice("", str(_("请选择")))]
    for code, region in taxonomy.regions.items():
        if region.level == "province" or (provinces and code[:2] not in provinces):
            continue
        group = code if region.level == "prefecture" else (region.parent_code or "")
        choices.append(SelectChoice(code, region.name, optgroup=taxonomy.region_name(group)))
    return choices
