"""The site's own taxonomy as the readers of cells need it.

A region the bureau itself keeps under a code counts as decided when a cell names it; functional
zones of the shipped tables have no such decision behind them and stay open. Pure.
"""

from __future__ import annotations

from dataclasses import replace

from ..taxonomy.loading import load_regions
from ..taxonomy.queries import Taxonomy
from .understanding import Vocabulary


def vocabulary_of(taxonomy: Taxonomy) -> Vocabulary:
    """Return industries, regions and scenes with the bureau's own terms merged in."""
    shipped = {region.code for region in load_regions()}
    regions = [
        region if region.official or region.code in shipped else replace(region, official=True)
        for region in taxonomy.regions.values()
    ]
    return Vocabulary.of(taxonomy.industries.values(), regions, taxonomy.scenes.values())
