"""Hands the taxonomy's names to the matcher, which knows no other room."""

from __future__ import annotations

from collections.abc import Iterable

from ..matching.facts import Vocabulary
from ..taxonomy.loading import (
    Industry,
    Scene,
    load_industries,
    load_provider_types,
    load_scenes,
)


def build_vocabulary(scenes: Iterable[Scene], industries: Iterable[Industry]) -> Vocabulary:
    """Build the matcher's vocabulary from scenes and industries, the bureau's own included."""
    scenes, industries = tuple(scenes), tuple(industries)
    return Vocabulary(
        scenes={item.id: item.name for item in scenes},
        industries={item.code: item.name for item in industries},
        scene_words={item.id: item.synonyms for item in scenes if item.synonyms},
        industry_words={item.code: item.aliases for item in industries if item.aliases},
        provider_types={item.code: item.name for item in load_provider_types()},
    )


def shipped_vocabulary() -> Vocabulary:
    """Build the vocabulary of the shipped taxonomy, without a database."""
    return build_vocabulary(load_scenes(), load_industries())
