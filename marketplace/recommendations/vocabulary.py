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
from ..taxonomy.queries import Taxonomy


def build_vocabulary(taxonomy: Taxonomy) -> Vocabulary:
    """Build the matcher's vocabulary from the taxonomy, the bureau's own scenes and industries included.

    The same ones give the same object.
    """
    return _built(tuple(taxonomy.scenes.values()), tuple(taxonomy.industries.values()))


@lru_cache(maxsize=8)
def _built(scenes: tuple[Scene, ...], industries: tuple[Industry, ...]) -> Vocabulary:
    return Vocabulary(
        scenes={item.id: item.name for item in scenes},
        industries={item.code: item.name for item in industries},
        scene_words={item.id: item.synonyms for item in scenes if item.synonyms},
        industry_words={item.code: item.aliases for item in industries if item.aliases},
        provider_types={item.code: item.name for item in load_provider_types()},
    )


def shipped_vocabulary() -> Vocabulary:
    """Build the vocabulary of the shipped taxonomy, without a database."""
    return _built(tuple(load_scenes()), tuple(load_industries()))
