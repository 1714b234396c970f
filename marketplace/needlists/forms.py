"""Forms of lists: shape only. What may be done, and when, is for policy and services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from ..web.forms import BaseForm
from .drafts import ListDraft


class ListForm(BaseForm):
    """The head of a list."""

    version = HiddenField()
    title = StringField(
        _("清单名称"),
        validators=[DataRequired(_("请填写清单名称")), Length(max=160, message=_("不超过160字"))],
        description=_("例如：动力装备产业链智能化改造需求清单（第二批）"),
    )
    chain_code = SelectField(_("产业链"), validators=[Optional()])
    event = StringField(_("发布活动"), validators=[Length(max=160, message=_("不超过160字"))])
    valid_to = DateField(
        _("有效期至"),
        validators=[Optional()],
        description=_("过期后页面仍在，标明已过有效期"),
    )
    owner_office = StringField(
        _("责任处室"), validators=[Length(max=120, message=_("不超过120字"))]
    )
    phone = StringField(_("联系电话"), validators=[Length(max=40, message=_("不超过40字"))])

    def offer_chains(self, chains: Mapping[str, str]) -> None:
        """Offer the bureau's chains; a code no longer offered stays choosable."""
        choices = [("", gettext("不限产业链")), *chains.items()]
        if self.chain_code.data and self.chain_code.data not in chains:
            choices.append((self.chain_code.data, self.chain_code.data))
        self.chain_code.choices = choices

    def to_draft(self) -> ListDraft:
        """Return what was typed."""
        return ListDraft(
            title=self.title.data,
            chain_code=self.chain_code.data or None,
            event=self.event.data or "",
            valid_to=self.valid_to.data,
            owner_office=self.owner_office.data or "",
            phone=self.phone.data or "",
        )


class ReasonForm(BaseForm):
    """A reason or a text, with the version that was seen."""

    version = HiddenField()
    text = TextAreaField(
        validators=[
            DataRequired(_("请填写内容")),
            Length(max=2000, message=_("不超过2000字")),
        ]
    )


def whole_number(value: Any, default: int = 0) -> int:
    """Return a posted number; `default` for anything that is none."""
    text = str(value or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


def places_of(form: MultiDict[str, str]) -> dict[int, int]:
    """Return the places typed beside entries: `place-17` = '3' → {17: 3}."""
    return {
        whole_number(name.removeprefix("place-")): whole_number(value, 9_999_999)
        for name, value in form.items()
        if name.startswith("place-") and value.strip()
    }
