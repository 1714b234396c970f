"""Weight sets: named, dated data by which a run is computed and can be computed again.

A weight set says how many of the 100 points each signal may earn and fixes the curves of the signals. Nothing else
in the matcher carries a tunable number.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

WEIGHTS_DIR = Path(__file__).parent / "data" / "weights"
DEFAULT_WEIGHTS = "2026-11-28"
POINTS = 100.0


class WeightsError(ValueError):
    """A weight set cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight set. `points` add up to 100; `settings` are the numbers of the curves."""

    name: str
    dated_on: date
    note: str
    points: Mapping[str, float]
    settings: Mapping[str, float] = field(default_factory=dict)
    tiers: Mapping[str, float] = field(default_factory=dict)

    def setting(self, key: str) -> float:
        """Give one number of a curve; KeyError when the set lacks it."""
        return self.settings[key]


def list_weights(folder: Path = WEIGHTS_DIR) -> list[str]:
    """List the names of the weight sets, oldest first."""
    return sorted(path.stem for path in folder.glob("*.json"))


@lru_cache(maxsize=16)
def load_weights(name: str = DEFAULT_WEIGHTS, folder: Path = WEIGHTS_DIR) -> Weights:
    """Load a weight set by name. Raises WeightsError when it is unknown or does not add up."""
    path = folder / f"{name}.json"
    if "/" in name or not path.is_file():
        raise WeightsError(f"没有名为“{name}”的权重")
    return parse_weights(json.loads(path.read_text(encoding="utf-8")))


def parse_weights(content: Mapping[str, Any]) -> Weights:
    """Read a weight set from its JSON form. Raises WeightsError when the points do not add up to 100."""
    weights = Weights(
        name=str(content["name"]),
        dated_on=date.fromisoformat(str(content["dated_on"])),
        note=str(content.get("note", "")),
        points={key: float(value) for key, value in content["points"].items()},
        settings={key: float(value) for key, value in content["settings"].items()},
        tiers={key: float(value) for key, value in content.get("tiers", {}).items()},
    )
    if any(value < 0 for value in weights.points.values()):
        raise WeightsError(f"权重“{weights.name}”含有负分")
    if abs(sum(weights.points.values()) - POINTS) > 1e-6:
        raise WeightsError(f"权重“{weights.name}”合计不是100分")
    return weights
