"""The application form, section by section: shape only. `to_values` gives parts of the draft.

The forms know only the fields shown here: whatever else is posted (a state, a tier given, an
organisation) has no field to land in. Drafts may be half filled; `checks` tells what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..db import now
from ..providers.models import Case
from ..web.filters import beijing_today
from ..web.forms import BaseForm, options, trim
from .asking import Asked
from .drafting import MOST_WORDS
from .drafts import ApplicationDraft, CaseFacts
from .models import Application

LONG = Length(max=MOST_WORDS, message=_("不超过3000字，较长的内容请作为附件上传。"))
NOTE = Length(max=500, message=_("不超过500字。"))
_EARLIEST = date(2000, 1, 1)


class SectionForm(BaseForm):
    """One section; `version` is the one the person has before them."""

    version = HiddenField(filters=[trim])

    def to_values(self) -> dict[str, Any]:
        """Return the parts of the draft this section writes, as far as they are sound."""
        raise NotImplementedError

    @property
    def seen_version(self) -> int:
        """The version this person had before them; 0 when it was tampered with."""
        return seen_version({"version": self.version.data or ""})


def seen_version(form: Mapping[str, str]) -> int:
    """Return the version a posted form says the person had seen; 0, hence stale, for nonsense."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class TrackForm(SectionForm):
    """Track and tier asked for."""

    track = RadioField(_("赛道"), validate_choice=False)
    asked_tier = RadioField(_("申报等级"), validate_choice=False)

    def to_values(self) -> dict[str, Any]:
        """Return both; what is no choice reads as not chosen."""
        return {
            "track": _chosen(self.track),
            "asked_tier": _chosen(self.asked_tier),
        }


def _chosen(field: RadioField) -> str:
    known = {choice[0] for choice in field.choices}
    return field.data if field.data in known else ""


class YesNoField(SelectField):
    """Yes, no, or not said; its `answer` is True, False or None."""

    def __init__(self, label: Any, **more: Any) -> None:
        choices = [("", _("未填")), ("yes", _("是")), ("no", _("否"))]
        super().__init__(label, choices=options(choices), default="", **more)

    def process_data(self, value: Any) -> None:
        """Take True, False or None from the draft."""
        super().process_data({True: "yes", False: "no"}.get(value, ""))

    @property
    def answer(self) -> bool | None:
        """The answer as the draft keeps it."""
        return {"yes": True, "no": False}.get(self.data)


class CaseForm(BaseForm):
    """What an application adds to one case of the profile."""

    class Meta(BaseForm.Meta):
        """Part of another form: that one carries the token."""

        csrf = False

    chosen = BooleanField(_("列入本次申报"))
    accepted_on = DateField(_("验收日"), [Optional()])
    client_is_sme = YesNoField(_("客户是中小企业"))
    on_time = YesNoField(_("按期交付"))
    first_pass = YesNoField(_("一次通过验收"))
    is_repeat = YesNoField(_("客户复购或推广到别处"))
    client_rating = SelectField(
        _("客户评分"),
        choices=options([("", _("未填")), *((str(n), str(n)) for n in (5, 4, 3, 2, 1))]),
    )
    note = TextAreaField(_("补充说明"), [NOTE])

    def validate_accepted_on(self, field: DateField) -> None:
        """Refuse days no acceptance can have."""
        if field.data and not _EARLIEST <= field.data <= beijing_today(now()):
            raise ValidationError(_("验收日不能晚于今天，也不能早于2000年。"))

    def facts(self, case_id: int) -> CaseFacts:
        """Return the facts as the draft keeps them; a faulty day or note is left out."""
        wrong = set(self.errors)
        day = None if "accepted_on" in wrong else self.accepted_on.data
        rating = self.client_rating.data
        return CaseFacts(
            case_id=case_id,
            accepted_on=day.isoformat() if day else None,
            client_is_sme=self.client_is_sme.answer,
            on_time=self.on_time.answer,
            first_pass=self.first_pass.answer,
            is_repeat=self.is_repeat.answer,
            client_rating=int(rating) if rating in {"1", "2", "3", "4", "5"} else None,
            note="" if "note" in wrong else self.note.data or "",
        )


class TextsForm(SectionForm):
    """Texts by code: statements of indicators, or explanations of a supplement."""

    part = "statements"
    codes: tuple[str, ...] = ()

    def to_values(self) -> dict[str, Any]:
        """Return the texts by code."""
        return {self.part: {code: self.field_of(code).data or "" for code in self.codes}}

    def field_of(self, code: str) -> Any:
        """Return the field of one code."""
        return self._fields[f"text_{code}"]


class CasesForm(SectionForm):
    """The cases of the profile, each to be put forward or not."""

    case_ids: tuple[int, ...] = ()

    def to_values(self) -> dict[str, Any]:
        """Return the facts of the cases put forward."""
        chosen = [case_id for case_id in self.case_ids if self.form_of(case_id).chosen.data]
        return {"cases": tuple(self.form_of(case_id).facts(case_id) for case_id in chosen)}

    def form_of(self, case_id: int) -> CaseForm:
        """Return the fields of one case."""
        form: CaseForm = self._fields[f"case_{case_id}"].form
        return form


class TicksField(SelectMultipleField):
    """Several of a list, as tick boxes; what is not in the list is left out by the service."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class DeclarationsForm(SectionForm):
    """The declarations signed."""

    declarations = TicksField(_("承诺"), validate_choice=False)

    def to_values(self) -> dict[str, Any]:
        """Return the codes ticked."""
        return {"declarations": tuple(self.declarations.data or ())}


def form_of(section: str, application: Application, asked: Asked) -> SectionForm | None:
    """Return the form of a section, filled from the request or else the draft; None without one."""
    draft = ApplicationDraft.from_body(application.draft)
    version = {"version": str(application.version)}
    if section == "track":
        form = TrackForm(data={**version, "track": draft.track, "asked_tier": draft.asked_tier})
        form.track.choices = [(code, code) for code in application.call.tracks]
        form.asked_tier.choices = list(asked.tiers.items())
        return form
    if section == "cases":
        return _cases_form(application.provider.cases, draft, version)
    if section == "statements":
        labels = {item.code: item.name for item in asked.judged}
        return texts_form("statements", labels, draft.statements, version)
    if section == "explanations":
        labels = {code: code for code in draft.explanations}
        return texts_form("explanations", labels, draft.explanations, version)
    if section == "declarations":
        signed = DeclarationsForm(data={**version, "declarations": list(draft.declarations)})
        signed.declarations.choices = [(item["code"], item["text"]) for item in asked.declarations]
        return signed
    return None


def texts_form(
    part: str, labels: Mapping[str, str], texts: Mapping[str, str], version: Mapping[str, str]
) -> TextsForm:
    """Return a form with a text for each label."""
    fields: dict[str, Any] = {
        f"text_{code}": TextAreaField(label, [LONG]) for code, label in labels.items()
    }
    kind = type("TextsOfForm", (TextsForm,), {**fields, "part": part, "codes": tuple(labels)})
    data = {f"text_{code}": texts.get(code, "") for code in labels}
    form: TextsForm = kind(data={**version, **data})
    return form


def _cases_form(
    cases: Sequence[Case], draft: ApplicationDraft, version: Mapping[str, str]
) -> CasesForm:
    facts = {item.case_id: item for item in draft.cases}
    fields: dict[str, Any] = {
        f"case_{case.id}": FormField(CaseForm, gettext("案例“%(title)s”", title=case.title))
        for case in cases
    }
    ids = tuple(case.id for case in cases)
    kind = type("CasesOfForm", (CasesForm,), {**fields, "case_ids": ids})
    data = {f"case_{case.id}": _case_data(facts.get(case.id)) for case in cases}
    form: CasesForm = kind(data={**version, **data})
    return form


def _case_data(facts: CaseFacts | None) -> dict[str, Any]:
    if facts is None:
        return {"chosen": False}
    day = facts.accepted_on
    return {
        "chosen": True,
        "accepted_on": date.fromisoformat(day) if day else None,
        "client_is_sme": facts.client_is_sme,
        "on_time": facts.on_time,
        "first_pass": facts.first_pass,
        "is_repeat": facts.is_repeat,
        "client_rating": str(facts.client_rating or ""),
        "note": facts.note,
    }


def wrong_labels(form: Form) -> list[str]:
    """Return the labels of the fields that have errors, of nested forms as well."""
    labels: list[str] = []
    for field in form:
        if isinstance(field, FormField):
            labels += wrong_labels(field.form)
        elif field.errors:
            labels.append(str(field.label.text))
    return labels
