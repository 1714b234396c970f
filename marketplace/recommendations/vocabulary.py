"""Hands the taxonomy's names to the matcher, which knows no other room."""

from __future__ import annotations

from functools import lru_cache

from ..matching.facts import Vocabulary
from ..taxonomy.loading import (
    Industry,
    Scene,
    load_industries,
    load_provider_types,
    load_scenes,
)


@lru_cache(maxsize=8)
def build_vocabulary(scenes: tuple[Scene, ...], industries: tuple[Industry, ...]) -> Vocabulary:
    """Build the matcher's vocabulary from scenes and industries, the bureau's own included.

    The same ones give the same object.
    """
    return Vocabulary(
        scenes={item.id: item.name for item in scenes},
        industries={item.code: item.name for item in industries},
        scene_words={item.id: item.synonyms for item in scenes if item.synonyms},
        industry_words={item.code: item.aliases for item in industries if item.aliases},
        provider_types={item.code: item.name for item in load_provider_types()},
    )


def shipped_vocabulary() -> Vocabulary:
    """Build the vocabulary of the shipped taxonomy, without a database."""
    return build_vocabulary(tuple(load_scenes()), tuple(load_industries()))
