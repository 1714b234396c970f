"""Turns a need into what one kind of reader may see; the only place a mask is applied. Pure.

Every value a reader without full sight gets passes through here: texts lose contacts and names,
masked needs show the mask text, or, where none was written, a plain sentence made of scene,
industry and goals, never the raw problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from ..taxonomy.queries import Taxonomy
from .disclosure import (
    BUDGET,
    COMPANY,
    CONTACT,
    DETAIL,
    FULL,
    INTERNAL,
    MASKED,
    NAMELESS,
    RAW,
    REGION,
    SIGHT,
)
from .lifecycle import STATES
from .models import Need
from .naming import first_named, name_parts, region_names, without_contact, without_names
from .shown import ShownGoal, ShownNeed, number_text
from .vocabulary import BUDGET_KINDS, COOPERATIONS, DATA_CLASSES, DEPLOYMENTS

_ALL_GROUPS = frozenset({COMPANY, REGION, BUDGET, DETAIL, CONTACT, INTERNAL})
_FIGURE = re.compile(r"[约≤≥<>＜＞～~不低高大小于超过少多]{0,4}\d[\d.,]{0,11}")
_DETAILS = (
    "baseline_source",
    "success_criterion",
    "data_kinds",
    "data_volume",
    "data_interfaces",
    "site_constraints",
)

Cleaner = Callable[[str], str]


@dataclass(frozen=True)
class Masker:
    """The words masking goes by: the rule set `need_masking` and the taxonomy of the day."""

    taxonomy: Taxonomy
    words: Mapping[str, Any]

    @cached_property
    def regions(self) -> frozenset[str]:
        """Names of all regions, with and without 省, 市, 县."""
        return region_names(region.name for region in self.taxonomy.regions.values())

    def names_of(self, need: Need) -> tuple[str, ...]:
        """Return the pieces of the company's name that would give it away, longest first."""
        names = {need.company_name, need.organisation.name if need.organisation else ""}
        parts: set[str] = set()
        for name in names - {""}:
            parts.update(
                name_parts(
                    name,
                    self.words["organisation_suffixes"],
                    self.regions,
                    self.words["generic_name_words"],
                )
            )
        return tuple(sorted(parts, key=lambda item: (-len(item), item)))

    def label_of(self, need: Need) -> str:
        """Return the words that stand for the company; never one that names it."""
        label = need.mask_label.strip()
        if label and not first_named(label, self.names_of(need)):
            return label
        return self.plain_label(need)

    def plain_label(self, need: Need) -> str:
        """Return the label made from the industry: '34' → '某通用设备制造企业'."""
        if need.industry_code not in self.taxonomy.industries:
            return _("某制造企业")
        trade = self.taxonomy.industry_name(need.industry_code).removesuffix("业")
        return _("某%(trade)s企业", trade=trade)

    def show(self, need: Need, reader: str, level: str = "") -> ShownNeed | None:
        """Return the need as that kind of reader sees it; None when it does not exist for them.

        `level` asks what they would see if the need were disclosed at that level instead.
        """
        sight = SIGHT.get((level or need.disclosure, reader))
        if sight is None:
            return None
        form, groups = sight
        clean = self._cleaner(need, form)
        shown = self._open_part(need, reader, form, clean)
        return replace(
            shown,
            withheld=_ALL_GROUPS - groups,
            **self._company(need, groups),
            **_region(need, groups, self.taxonomy),
            **_budget(need, groups),
            **_detail(need, groups, clean),
            **_handling(need, groups),
        )

    def bodies(self, need: Need) -> dict[str, str]:
        """Return, by form, everything a search may look through for readers of that form.

        Always in Chinese, whatever language the person who publishes reads the site in.
        """
        with force_locale("zh_Hans_CN"):
            return {form: self._body(need, form) for form in (FULL, NAMELESS, MASKED)}

    def _cleaner(self, need: Need, form: str) -> Cleaner:
        if form == RAW:
            return lambda text: text
        contact = (need.contact_name, need.contact_phone)
        if form == FULL:
            return lambda text: without_contact(text, *contact)
        parts, label = self.names_of(need), self.label_of(need)
        return lambda text: without_names(without_contact(text, *contact), parts, label)

    def _open_part(self, need: Need, reader: str, form: str, clean: Cleaner) -> ShownNeed:
        goals = self.masked_goals(need) if form == MASKED else _goals(need, clean)
        title, text = (
            self._masked_words(need, clean, goals)
            if form == MASKED
            else (clean(need.title), clean(need.pain))
        )
        return ShownNeed(
            number=need.number,
            version=need.version,
            state=need.state,
            state_name=str(STATES[need.state]),
            disclosure=need.disclosure,
            reader=reader,
            title=title,
            text=text,
            company=self.label_of(need),
            company_masked=True,
            industry_code=need.industry_code,
            industry=self.taxonomy.industry_name(need.industry_code),
            scene_id=need.scene_id,
            scene=self.taxonomy.scene_name(need.scene_id),
            stages=self.taxonomy.stages_of(need.scene_id) if need.scene_id else (),
            goals=goals,
            cooperation=_known(need.cooperation, COOPERATIONS),
            deployments=tuple(code for code in DEPLOYMENTS if code in (need.deployments or ())),
            data_may_leave=need.data_may_leave,
            network_isolated=need.network_isolated,
            xinchuang_required=need.xinchuang_required,
            data_class=_known(need.data_class, DATA_CLASSES),
            start_by=need.start_by,
            finish_by=need.finish_by,
            published_at=need.published_at,
            valid_until=need.valid_until,
        )

    def _masked_words(
        self, need: Need, clean: Cleaner, goals: tuple[ShownGoal, ...]
    ) -> tuple[str, str]:
        title, text = clean(need.mask_title.strip()), clean(need.mask_pain.strip())
        return title or self.plain_title(need), text or self.plain_text(need, goals)

    def plain_title(self, need: Need) -> str:
        """Return a title that gives nothing away: '在线智能检测需求（金属制品业）'."""
        scene = self.taxonomy.scene_name(need.scene_id) if need.scene_id else ""
        trade = self.taxonomy.industry_name(need.industry_code)
        if scene and trade:
            return _("%(scene)s需求（%(trade)s）", scene=scene, trade=trade)
        if scene or trade:
            return _("%(what)s智能化需求", what=scene or trade)
        return _("智能化改造需求")

    def plain_text(self, need: Need, goals: tuple[ShownGoal, ...]) -> str:
        """Return a description of scene, industry, goals and hard constraints, free of names."""
        sentences = [_("%(label)s提出。", label=self.plain_label(need))]
        if need.scene_id:
            scene = self.taxonomy.scene_name(need.scene_id)
            sentences.append(_("场景：%(scene)s。", scene=scene))
        if goals:
            lines = "；".join(goal.line for goal in goals)
            sentences.append(_("目标：%(goals)s。", goals=lines))
        if need.data_may_leave is False:
            sentences.append(_("数据不出厂。"))
        if need.network_isolated:
            sentences.append(_("现场网络与公网隔离。"))
        sentences.append(_("详细情况由经办人转达。"))
        return "".join(sentences)

    def masked_goals(self, need: Need) -> tuple[ShownGoal, ...]:
        """Return the goals without names: of each indicator only the known measure it ends with.

        '油孔毛刺漏检率' → '漏检率'. An indicator that ends with no known measure is left out, and
        so are units and figures that are more than a unit and a figure.
        """
        measures = sorted(self.words["measures"], key=len, reverse=True)
        units = set(self.words["units"])
        goals = []
        for goal in need.goals or ():
            indicator = str(goal.get("indicator") or "").strip()
            known = next((word for word in measures if indicator.endswith(word)), None)
            if known is None:
                continue
            unit = str(goal.get("unit") or "").strip()
            plain = all(part in units for part in unit.split("/"))
            goals.append(
                ShownGoal(
                    known,
                    _figure(goal.get("baseline")),
                    _figure(goal.get("target")),
                    unit if plain else "",
                )
            )
        return tuple(goals)

    def _company(self, need: Need, groups: frozenset[str]) -> dict[str, Any]:
        if COMPANY not in groups:
            return {}
        name = need.company_name or (need.organisation.name if need.organisation else "")
        return {"company": name, "company_masked": False}

    def _body(self, need: Need, form: str) -> str:
        clean = self._cleaner(need, form)
        shown = self._open_part(need, "", form, clean)
        pieces = [shown.title, shown.text, shown.goal_line, shown.scene, shown.industry]
        if form == FULL:
            pieces += [need.company_name, self.taxonomy.region_path(need.region_code)]
        else:
            pieces.append(shown.company)
        if form != MASKED:
            pieces += [clean(getattr(need, name)) for name in _DETAILS]
            pieces += [clean(item) for item in (*need.must_haves, *need.nice_to_haves)]
        return "\n".join(piece for piece in pieces if piece)


def _goals(need: Need, clean: Cleaner) -> tuple[ShownGoal, ...]:
    goals = []
    for goal in need.goals or ():
        values = (number_text(goal.get(key)) for key in ("indicator", "baseline", "target", "unit"))
        goals.append(ShownGoal(*(clean(value) for value in values)))
    return tuple(goal for goal in goals if goal.indicator or goal.target)


def _known(code: str, vocabulary: Container[str]) -> str:
    """Return the code if it is one of ours: an import may have left free text in its place."""
    return code if code in vocabulary else ""


def _figure(value: Any) -> str:
    text = number_text(value)
    return text if _FIGURE.fullmatch(text) else ""


def _region(need: Need, groups: frozenset[str], taxonomy: Taxonomy) -> dict[str, Any]:
    if REGION not in groups:
        return {}
    name = taxonomy.region_path(need.region_code) if need.region_code else ""
    if not name and COMPANY in groups:
        name = need.region_text
    return {"region_code": need.region_code, "region": name}


def _budget(need: Need, groups: frozenset[str]) -> dict[str, Any]:
    if BUDGET not in groups:
        return {}
    names = ("budget_min_yuan", "budget_max_yuan", "budget_secured")
    return {
        **{name: getattr(need, name) for name in names},
        "budget_kind": _known(need.budget_kind, BUDGET_KINDS),
    }


def _detail(need: Need, groups: frozenset[str], clean: Cleaner) -> dict[str, Any]:
    if DETAIL not in groups:
        return {}
    return {
        **{name: clean(getattr(need, name)) for name in _DETAILS},
        "must_haves": tuple(clean(item) for item in need.must_haves or ()),
        "nice_to_haves": tuple(clean(item) for item in need.nice_to_haves or ()),
        "invite_count": need.invite_count,
    }


def _handling(need: Need, groups: frozenset[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if INTERNAL in groups:
        shown = {
            "uscc": need.company_uscc,
            "size_class": need.size_class,
            "digital_level": need.digital_level,
            "voucher": need.voucher,
        }
    if CONTACT in groups:
        shown |= {"contact_name": need.contact_name, "contact_phone": need.contact_phone}
    return shown
