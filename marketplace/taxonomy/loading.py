"""The taxonomy as shipped: read-only tables from `data/*.csv`, each row with its source.

What a bureau adds (chains, extra aliases, functional zones) lives in the database and is
merged by `taxonomy.queries`; this module never touches the database.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Industry:
    """One of the 41 divisions of GB/T 4754-2017, sections B, C and D."""

    code: str
    name: str
    section: str
    section_name: str
    aliases: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Scene:
    """One of the 40 typical scenes of the 2025 reference guide; `stage` is its MIIT link."""

    id: str
    name: str
    stage: str
    synonyms: tuple[str, ...]
    wording_note: str
    source: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One of the six stages the province names (精研发 … 深协同)."""

    id: str
    slogan: str
    name: str
    miit_stages: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region of GB/T 2260 or, where `official` is false, a functional zone."""

    code: str
    name: str
    parent_code: str | None
    level: str
    official: bool
    source: str


@dataclass(frozen=True, slots=True)
class ProviderType:
    """A type of provider, T1 to T10."""

    code: str
    name: str
    scope: str
    source: str


@dataclass(frozen=True, slots=True)
class Level:
    """A named class with its rule: size classes and digital levels."""

    code: str
    name: str
    definition: str
    source: str


def _rows(name: str) -> list[dict[str, str]]:
    text = files("marketplace.taxonomy").joinpath("data", f"{name}.csv").read_text("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())


@cache
def load_industries() -> tuple[Industry, ...]:
    """Return the 41 industry divisions in code order."""
    return tuple(
        Industry(
            code=row["code"],
            name=row["name"],
            section=row["section"],
            section_name=row["section_name"],
            aliases=_split(row["loose_aliases_editorial"], ","),
            source=row["source"],
        )
        for row in _rows("industry_divisions_41")
    )


@cache
def load_scenes() -> tuple[Scene, ...]:
    """Return the 40 scenes S01 to S40."""
    return tuple(
        Scene(
            id=row["scene_id"],
            name=row["name"],
            stage=row["stage"],
            synonyms=_split(row["synonyms_editorial"], "|"),
            wording_note=row["wording_note"],
            source=row["source"],
        )
        for row in _rows("scenes_miit_2025_40")
    )


@cache
def load_stages() -> tuple[Stage, ...]:
    """Return the six stages P1 to P6."""
    return tuple(
        Stage(
            id=row["id"],
            slogan=row["slogan"],
            name=row["mapped_stage_editorial"],
            miit_stages=_split(row["miit_stage_ids_editorial"], ";"),
            source=row["source"],
        )
        for row in _rows("stages_6")
    )


@cache
def load_regions() -> tuple[Region, ...]:
    """Return provinces, Shandong's prefectures and counties, and Weihai's zones, by code."""
    regions: dict[str, Region] = {}
    for row in _rows("provinces"):
        regions[row["code"]] = Region(
            row["code"], row["name"], None, "province", True, row["source"]
        )
    for row in _rows("shandong_prefectures_16"):
        regions[row["code"]] = Region(
            row["code"], row["name"], row["province_code"], "prefecture", True, row["source"]
        )
    for row in _rows("prefectures_other"):
        regions[row["code"]] = Region(
            row["code"], row["name"], row["province_code"], "prefecture", True, row["source"]
        )
    for row in _rows("shandong_counties"):
        regions[row["code"]] = Region(
            row["code"], row["name"], row["prefecture_code"], "county", True, row["source"]
        )
    for row in _rows("weihai_districts"):
        official = row["code_basis"].startswith("GB/T 2260")
        regions.setdefault(
            row["code"],
            Region(row["code"], row["name"], row["parent_code"], "county", official, row["source"]),
        )
    return tuple(regions[code] for code in sorted(regions))


@cache
def load_provider_types() -> tuple[ProviderType, ...]:
    """Return the ten provider types T1 to T10."""
    return tuple(
        ProviderType(row["code"], row["name"], row["scope_editorial"], row["source"])
        for row in _rows("provider_types")
    )


_SIZE_CODES = {"大型": "large", "中型": "medium", "小型": "small", "微型": "micro"}
_DIGITAL_CODES = {"一级": "1", "二级": "2", "三级": "3", "四级": "4"}


@cache
def load_size_classes() -> tuple[Level, ...]:
    """Return the four size classes of industrial firms (国统字〔2017〕213号), large first."""
    return tuple(
        Level(
            _SIZE_CODES[row["class"]],
            row["class"],
            f"从业人员 {row['employees_X']}；营业收入（万元）{row['revenue_Y_wan_yuan']}；{row['rule']}",
            row["source"],
        )
        for row in _rows("enterprise_size_industrial")
    )


@cache
def load_digital_levels() -> tuple[Level, ...]:
    """Return the four digital levels of small and medium firms, lowest first."""
    return tuple(
        Level(
            _DIGITAL_CODES[row["level"]],
            row["level"],
            f"{row['score_range_2022']}：{row['definition_2022']}",
            row["source"],
        )
        for row in _rows("digital_level_sme")
    )
