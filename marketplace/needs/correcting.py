"""The reviewer's form for mask texts and classification; shape only."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from ..taxonomy.queries import Taxonomy
from .fields import (
    LONG,
    SHORT,
    SectionForm,
    industry_choices,
    region_choices,
    same,
    scene_choices,
)
from .models import Need


class CorrectionForm(SectionForm):
    """What staff may put right for the owner: the words for the public, scene, trade, county."""

    columns = same(
        "scene_id", "industry_code", "region_code", "mask_label", "mask_title", "mask_pain"
    )
    scene_id = SelectField(_("场景"), [Optional()])
    industry_code = SelectField(_("行业"), [Optional()])
    region_code = SelectField(_("县区"), [Optional()])
    mask_label = StringField(_("对外称呼"), [Length(max=60, message=_("不超过60字。"))])
    mask_title = StringField(_("公众版名称"), [SHORT])
    mask_pain = TextAreaField(_("公众版说明"), [LONG])

    def prepare(self, need: Need, taxonomy: Taxonomy, near: str | None = None) -> None:
        """Offer scenes by stage, industries by section, and the regions near the need's own."""
        self.scene_id.choices = scene_choices(taxonomy)
        self.industry_code.choices = industry_choices(taxonomy)
        self.region_code.choices = region_choices(taxonomy, (near or need.region_code,))

    def value_of(self, column: str) -> Any:
        """Keep a choice left open as None."""
        value = super().value_of(column)
        return (value or None) if column.endswith(("_id", "_code")) else (value or "")
