"""Reads of the merged taxonomy: shipped tables plus the active terms of the database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .loading import (
    Industry,
    Region,
    Scene,
    Stage,
    load_digital_levels,
    load_industries,
    load_provider_types,
    load_regions,
    load_scenes,
    load_size_classes,
    load_stages,
)
from .models import TaxonomyTerm


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All tables a page needs, merged once per request or process."""

    industries: dict[str, Industry]
    scenes: dict[str, Scene]
    stages: dict[str, Stage]
    regions: dict[str, Region]
    chains: dict[str, str]

    def industry_name(self, code: str | None) -> str:
        """Return the division's name, or the code itself when unknown."""
        return self.industries[code].name if code in self.industries else (code or "")

    def scene_name(self, scene_id: str | None) -> str:
        """Return the scene's name, or the id itself when unknown."""
        return self.scenes[scene_id].name if scene_id in self.scenes else (scene_id or "")

    def region_name(self, code: str | None) -> str:
        """Return the region's own name; '100000' is the whole country."""
        if code == "100000":
            return "全国"
        return self.regions[code].name if code in self.regions else (code or "")

    def region_path(self, code: str | None) -> str:
        """Return the name with its prefecture or province before it, e.g. 潍坊市寿光市."""
        region = self.regions.get(code or "")
        if region is None:
            return self.region_name(code)
        parent = self.regions.get(region.parent_code or "")
        return f"{parent.name}{region.name}" if parent else region.name

    def stages_of(self, scene_id: str) -> tuple[str, ...]:
        """Return the ids of the six stages a scene belongs to."""
        scene = self.scenes.get(scene_id)
        if scene is None:
            return ()
        return tuple(
            stage.id
            for stage in self.stages.values()
            if any(_covers(part, scene) for part in stage.miit_stages)
        )

    def regions_under(self, prefix: str) -> list[Region]:
        """Return the regions whose code starts with `prefix`, in code order."""
        return [region for code, region in sorted(self.regions.items()) if code.startswith(prefix)]


def get_taxonomy(session: Session) -> Taxonomy:
    """Return the taxonomy as of now: shipped tables with the bureau's active terms merged in."""
    industries = {item.code: item for item in load_industries()}
    scenes = {item.id: item for item in load_scenes()}
    regions = {item.code: item for item in load_regions()}
    chains: dict[str, str] = {}
    terms = session.scalars(
        select(TaxonomyTerm).where(TaxonomyTerm.active).order_by(TaxonomyTerm.code, TaxonomyTerm.id)
    )
    for term in terms:
        if term.kind == "chain":
            chains[term.code] = term.name
        elif term.kind == "region":
            regions[term.code] = Region(
                term.code, term.name, term.parent_code, _region_level(term.code), False, term.source
            )
        elif term.kind == "industry_alias" and term.code in industries:
            industries[term.code] = _with(industries[term.code], aliases=term.name)
        elif term.kind == "scene_synonym" and term.code in scenes:
            scenes[term.code] = _with(scenes[term.code], synonyms=term.name)
    return Taxonomy(
        industries=industries,
        scenes=scenes,
        stages={item.id: item for item in load_stages()},
        regions=dict(sorted(regions.items())),
        chains=chains,
    )


def _covers(part: str, scene: Scene) -> bool:
    """Whether a part such as 生产作业, 运营管理(产品精准营销) or 生产作业(设备类) covers it."""
    miit_stage, _, inner = part.rstrip(")").partition("(")
    if miit_stage != scene.stage:
        return False
    return not inner or inner == scene.name or (inner[-1] == "类" and inner[:-1] in scene.name)


def _region_level(code: str) -> str:
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def _with(item: Any, **names: str) -> Any:
    [(field, name)] = names.items()
    return replace(item, **{field: (*getattr(item, field), name)})


PROVIDER_TYPE_NAMES = {item.code: item.name for item in load_provider_types()}
SIZE_CLASS_NAMES = {item.code: item.name for item in load_size_classes()}
DIGITAL_LEVEL_NAMES = {item.code: item.name for item in load_digital_levels()}
