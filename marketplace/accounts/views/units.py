"""The bureau's units and the regions they serve."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...db import db
from ...taxonomy.queries import get_taxonomy
from ...web.viewer import current_viewer
from ..forms import UnitForm
from ..models import Unit
from ..queries import list_units
from ..services.staff import change_unit, create_unit
from .room import room


@room.get("/admin/units", permission="site:staff:view")
def units() -> ResponseReturnValue:
    """Show the units."""
    return _page()


@room.post("/admin/units", permission="site:unit:edit")
def add_unit() -> ResponseReturnValue:
    """Add a unit."""
    form = UnitForm(get_taxonomy(db.session))
    if not form.validate_on_submit():
        return _page(form), 422
    create_unit(db.session, current_viewer(), form.name.data or "", form.region_code.data, None)
    flash(_("单位已添加。"), "success")
    return redirect(url_for("accounts.units"), 303)


@room.get("/admin/units/<int:unit_id>", permission="site:unit:edit")
def edit_unit(unit_id: int) -> ResponseReturnValue:
    """Show one unit for changing."""
    unit = db.get_or_404(Unit, unit_id)
    return _unit_page(unit, UnitForm(get_taxonomy(db.session), obj=unit))


@room.post("/admin/units/<int:unit_id>", permission="site:unit:edit")
def save_unit(unit_id: int) -> ResponseReturnValue:
    """Rename a unit or change its region."""
    unit = db.get_or_404(Unit, unit_id)
    form = UnitForm(get_taxonomy(db.session))
    if not form.validate_on_submit():
        return _unit_page(unit, form), 422
    change_unit(db.session, current_viewer(), unit_id, form.name.data or "", form.region_code.data)
    flash(_("单位已修改，本单位人员能办理的范围随即改变。"), "success")
    return redirect(url_for("accounts.units"), 303)


def _page(form: UnitForm | None = None) -> str:
    taxonomy = get_taxonomy(db.session)
    rows = [(unit, taxonomy.region_path(unit.region_code)) for unit in list_units(db.session)]
    return render_template(
        "pages/accounts/units.html",
        rows=rows,
        form=form or UnitForm(taxonomy, formdata=None),
    )


def _unit_page(unit: Unit, form: UnitForm) -> str:
    return render_template("pages/accounts/unit.html", unit=unit, form=form)
