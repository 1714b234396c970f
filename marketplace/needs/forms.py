"""The guided form, section by section: shape only. `to_values` gives columns for the services.

A section may be half filled: what is missing is told by `quality` and `checks`, not here.
"""

from __future__ import annotations

from typing import Any

from ..taxonomy.queries import Taxonomy
from .fields import SectionForm
from .forms_problem import DataForm, GoalsForm, ProblemForm, SiteForm
from .forms_terms import BudgetForm, DisclosureForm, MustsForm
from .models import Need

FORMS: dict[str, type[SectionForm]] = {
    "problem": ProblemForm,
    "goals": GoalsForm,
    "data": DataForm,
    "site": SiteForm,
    "budget": BudgetForm,
    "musts": MustsForm,
    "disclosure": DisclosureForm,
}


def form_of(section: str, need: Need, taxonomy: Taxonomy) -> SectionForm:
    """Return the form of a section, filled from the request or else from the row."""
    form = FORMS[section](data=_data_of(section, need))
    form.prepare(need, taxonomy)
    return form


def _data_of(section: str, need: Need) -> dict[str, Any]:
    data = {column: getattr(need, column) for column in FORMS[section].columns}
    data["version"] = str(need.version)
    if section == "goals":
        data["goals"] = [
            {key: "" if value is None else str(value) for key, value in goal.items()}
            for goal in need.goals or ()
        ]
    if section == "budget":
        kind = need.budget_kind
        data |= {
            "budget_min_wan": need.budget_min_yuan,
            "budget_max_wan": need.budget_max_yuan,
            "budget_note": kind if kind in {"approx", "negotiable"} else "",
        }
    if section == "musts":
        data["invite_count"] = str(need.invite_count or "")
        data["must_haves"] = list(need.must_haves or ())
    return data
