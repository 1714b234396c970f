"""The forms of the case page; shape only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from ..web.forms import BaseForm, trim
from .supplements import Item

FREE_ROWS = 2
"""Rows for what no rule asks for."""


class VersionedForm(BaseForm):
    """A form that carries the version of the application the person saw."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version seen; 0, which no row has, for anything that is no number."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class ItemForm(Form):
    """One thing that may be asked for."""

    code = HiddenField()
    wanted = BooleanField(_("要补"))
    ask = StringField(_("补什么"), [Length(max=300)], filters=[trim])


class AskForm(VersionedForm):
    """What is missing, item by item."""

    words = TextAreaField(
        _("给企业的话"), [InputRequired(_("请写明要补什么、为什么")), Length(max=2000)]
    )
    items = FieldList(FormField(ItemForm), max_entries=40)

    def offer(self, rules: Mapping[str, str]) -> None:
        """Add a row for each rule (code → what to write first), and a few free ones."""
        free = {f"Q-{number}": "" for number in range(1, FREE_ROWS + 1)}
        for code, ask in {**rules, **free}.items():
            self.items.append_entry({"code": code, "wanted": code in rules, "ask": ask})

    def to_items(self) -> Sequence[Item]:
        """Return what was ticked; a free row counts as ticked once it is filled in."""
        return [
            Item(str(entry.form.code.data or ""), str(entry.form.ask.data or ""))
            for entry in self.items
            if entry.form.ask.data
            and (entry.form.wanted.data or str(entry.form.code.data or "").startswith("Q-"))
        ]


class ExtendForm(VersionedForm):
    """More working days for the provider."""

    days = IntegerField(
        _("延长几个工作日"), [InputRequired(_("请填写工作日数")), NumberRange(1, 60)], default=3
    )
    reason = TextAreaField(_("延长原因"), [InputRequired(_("请写明延长的原因")), Length(max=1000)])


class RejectForm(VersionedForm):
    """Words beside the rules that are quoted."""

    words = TextAreaField(_("补充说明"), [Length(max=2000)])
