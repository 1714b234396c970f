"""The base of all forms: CSRF and trimmed text; shape only, no rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, PasswordField, StringField
from wtforms.fields.choices import SelectChoice

from ..errors import DuijieError, InvalidInput


def trim(value: Any) -> Any:
    """Strip white space and drop NUL bytes, which PostgreSQL refuses."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


class BaseForm(FlaskForm):
    """A form whose text fields are trimmed; WTForms' own messages follow the site's language."""

    class Meta(FlaskForm.Meta):
        """Trim every field that has no filters of its own."""

        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Field:
            """Add the trimming filter, then bind as WTForms does."""
            if _takes_text(unbound) and "filters" not in unbound.kwargs:
                options = {**options, "filters": [trim]}
            return unbound.bind(form=form, **options)


def _takes_text(unbound: Any) -> bool:
    kind = unbound.field_class
    return issubclass(kind, StringField) and not issubclass(kind, PasswordField)


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Return the choices of a select field from (value, label) pairs, e.g. `names.items()`."""
    return [SelectChoice(value, label) for value, label in pairs]


def tried(
    form: BaseForm,
    name: str,
    verb: Callable[[], Any],
    refusal: type[InvalidInput] = InvalidInput,
) -> Any:
    """Do what a form asks and return it; a refusal is told at the named field, and None returned."""
    return tried_at(form, {refusal: name}, verb)


def tried_at(
    form: BaseForm, fields: Mapping[type[DuijieError], str], verb: Callable[[], Any]
) -> Any:
    """Do as `tried` where several may be refused: each at its field, by the first kind that it is of."""
    try:
        return verb() or True
    except tuple(fields) as problem:
        field = form[next(name for kind, name in fields.items() if isinstance(problem, kind))]
        next_step = _(problem.next_step) if problem.next_step else ""
        field.errors = [*field.errors, _(problem.what) + next_step]
        return None
