"""Settles what a weight set and a day make of the providers before any need is known; done once and kept.

What a case is worth, how far a text was checked, who may be placed, which tier counts how much.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from . import signals as sg
from .kernels import Floats, fixed
from .prepared import KIND_PLACE, NO_YEAR, TRUST, Prepared
from .tables import PROVIDER_KNOWN, TEXT_KNOWN, Curves, Table
from .units import CASE
from .weights import Weights

MOST_KEPT = 4
MOST_VIEWS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Standpoint:
    """Providers seen under one weight set on one day, ready for any need.

    `discounts` keeps the discount of ordinary trade by the kinds a need excuses, `distances` those from a region.
    """

    weights: Weights
    as_of: date
    curves: Curves
    most: NDArray[np.float64]
    texts: Table
    providers: Table
    discounts: dict[frozenset[str], Floats] = field(default_factory=dict)
    distances: dict[str, Floats] = field(default_factory=dict)

    def discount(self, excused: frozenset[str], prepared: Prepared) -> Floats:
        """Give each provider's discount for a need that asks for some ordinary kinds of business."""
        found = self.discounts.get(excused)
        if found is None:
            found = fixed(sg.ordinary_discount(excused, prepared, self.weights), np.float32)
            if len(self.discounts) >= MOST_VIEWS:
                self.discounts.clear()
            self.discounts[excused] = found
        return found

    def distance(self, region: str, prepared: Prepared) -> Floats:
        """Give how near each provider is to a region; nothing when the weight set does not ask."""
        if not region or not self.weights.points.get(sg.DISTANCE):
            return _NOTHING
        found = self.distances.get(region)
        if found is None:
            found = fixed(sg.distance(region, prepared), np.float32)
            if len(self.distances) >= MOST_VIEWS:
                self.distances.clear()
            self.distances[region] = found
        return found


_NOTHING: Floats = fixed(np.zeros(0), np.float32)


def settle(prepared: Prepared, weights: Weights, as_of: date) -> Standpoint:
    """See providers under a weight set on a day; the last few such views are kept with them."""
    kept: Standpoint
    for kept in prepared.standpoints:
        if kept.weights is weights and kept.as_of == as_of:
            return kept
    most = np.array([weights.points.get(key, 0.0) for key in sg.ORDER], dtype=np.float64)
    made = Standpoint(
        weights=weights,
        as_of=as_of,
        curves=curves_of(weights),
        most=fixed(most, np.float64),
        texts=_known_texts(prepared, weights, as_of),
        providers=_known_providers(prepared, weights, as_of),
    )
    prepared.standpoints.insert(0, made)
    del prepared.standpoints[MOST_KEPT:]
    return made


def curves_of(weights: Weights) -> Curves:
    """Give a weight set as plain numbers."""
    settings = {name.replace(".", "_"): value for name, value in weights.settings.items()}
    # Sets made before full embeddings could be had give them nothing.
    return Curves(**{name: ({"text_semantic": 0.0} | settings)[name] for name in Curves._fields})


def _known_texts(prepared: Prepared, weights: Weights, as_of: date) -> Table:
    known = np.zeros(len(prepared.unit_refs), dtype=TEXT_KNOWN)
    known["limiting"] = prepared.unit_kind != KIND_PLACE[CASE]
    known["case_worth"] = _case_worth(prepared, weights, as_of)
    known["checked"] = prepared.unit_trust / max(TRUST.values())
    known["price"] = np.nan_to_num(prepared.unit_price, nan=np.inf)
    known["abilities"] = prepared.unit_abilities
    known.flags.writeable = False
    return known


def _known_providers(prepared: Prepared, weights: Weights, as_of: date) -> Table:
    known = np.zeros(len(prepared), dtype=PROVIDER_KNOWN)
    if len(prepared):
        tiers = np.array([weights.tiers.get(name, 0.0) for name in prepared.tier_names])
        known["start"] = prepared.starts
        known["end"] = np.append(prepared.starts[1:], len(prepared.unit_refs))
        known["anywhere"] = np.bitwise_or.reduceat(prepared.unit_abilities, prepared.starts)
        known["listed"] = prepared.listed & (prepared.valid_until >= as_of.toordinal())
        known["tier"] = tiers[prepared.tiers]
        known["claim"] = _claim_worth(prepared, weights)
    known.flags.writeable = False
    return known


def _case_worth(prepared: Prepared, weights: Weights, as_of: date) -> NDArray[np.float64]:
    """Value each case by who checked it and its age; 0 for other texts."""
    trust = np.array(
        [weights.setting(f"cases.{name}") for name in sorted(TRUST, key=lambda name: TRUST[name])]
    )
    worth: NDArray[np.float64] = trust[prepared.unit_trust] * _recency(
        prepared.unit_year, weights, as_of
    )
    return np.where(prepared.unit_kind == KIND_PLACE[CASE], worth, 0.0)


def _recency(years: NDArray[np.int16], weights: Weights, as_of: date) -> NDArray[np.float64]:
    """Count a case in full for some years, then less, never below a floor; an undated one in between."""
    new, old = weights.setting("cases.recent_years"), weights.setting("cases.old_years")
    age = np.clip((as_of.year - years.astype(np.float64) - new) / (old - new), 0, 1)
    value: NDArray[np.float64] = 1 - (1 - weights.setting("cases.old")) * age
    value[years == NO_YEAR] = weights.setting("cases.undated")
    return value


def _claim_worth(prepared: Prepared, weights: Weights) -> NDArray[np.float64]:
    """Value the claims of scenes: as far as texts bear them out; 3 of them count in full, n of them √(3/n)."""
    believed = 1 - weights.setting("unsupported.cost") * prepared.unsupported_share
    several = np.sqrt(3 / np.maximum(prepared.claim_count, 1).astype(np.float64))
    return np.asarray(believed * np.minimum(1, several), dtype=np.float64)
