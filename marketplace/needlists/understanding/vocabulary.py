"""The taxonomy as the interpreters need it, built once from the shipped or merged tables.

Takes rows of any shape that has the right names; never reads a database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from marketplace.taxonomy.loading import load_industries, load_regions, load_scenes

from .industry import IndustryNames, IndustryRow
from .region import Places, RegionRow
from .text import plain


class SceneRow(Protocol):
    """What is needed of a scene: its id, name and other names."""

    @property
    def id(self) -> str:
        """S01 to S40."""

    @property
    def name(self) -> str:
        """The full name."""

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Other names."""


@dataclass(frozen=True)
class Vocabulary:
    """Industries, regions and scenes, ready for reading cells."""

    industries: IndustryNames
    places: Places
    scenes: dict[str, str]

    @classmethod
    def of(
        cls,
        industries: Iterable[IndustryRow],
        regions: Iterable[RegionRow],
        scenes: Iterable[SceneRow],
    ) -> Vocabulary:
        """Build from rows; a bureau's own aliases and zones come in with them."""
        names: dict[str, str] = {}
        for scene in scenes:
            for word in (scene.name, *scene.synonyms, scene.id):
                names.setdefault(plain(word).lower(), scene.id)
        return cls(IndustryNames.of(industries), Places.of(regions), names)


@cache
def shipped_vocabulary() -> Vocabulary:
    """Return the vocabulary of the shipped taxonomy alone."""
    return Vocabulary.of(load_industries(), load_regions(), load_scenes())
