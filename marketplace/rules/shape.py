"""The shape of a rule set: its leaves as editable lines, and whether an edit keeps the shape.

Pure. A leaf's path is written with dots: `tiers.0.name`.
"""

from __future__ import annotations

import copy
import math
from typing import Any

Leaf = str | int | float | bool


def leaves(body: Any, path: str = "") -> list[tuple[str, Leaf]]:
    """Return all leaves with their paths, in the order they are written."""
    if isinstance(body, dict):
        items = [(f"{path}.{key}" if path else str(key), value) for key, value in body.items()]
    elif isinstance(body, list):
        items = [(f"{path}.{place}", value) for place, value in enumerate(body)]
    else:
        return [] if body is None else [(path, body)]
    return [leaf for item_path, value in items for leaf in leaves(value, item_path)]


def with_leaves(body: dict[str, Any], edits: dict[str, str]) -> dict[str, Any]:
    """Return the body with leaves replaced by what was typed, each in the leaf's own type.

    Raises ValueError naming the path whose text does not fit the type.
    """
    changed = copy.deepcopy(body)
    for path, leaf in leaves(body):
        if path in edits:
            _put(changed, path, _typed(path, leaf, edits[path]))
    return changed


def _typed(path: str, leaf: Leaf, text: str) -> Leaf:
    text = text.strip()
    try:
        if isinstance(leaf, bool):
            return {"true": True, "false": False}[text.lower()]
        if isinstance(leaf, int):
            return int(text) if text.lstrip("-").isdigit() else _finite(text)
        if isinstance(leaf, float):
            return _finite(text)
    except (ValueError, KeyError, OverflowError):
        raise ValueError(path) from None
    return text


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _put(body: Any, path: str, value: Leaf) -> None:
    *way, last = path.split(".")
    for step in way:
        body = body[int(step)] if isinstance(body, list) else body[step]
    if isinstance(body, list):
        body[int(last)] = value
    else:
        body[last] = value


def differences(model: Any, body: Any, path: str = "") -> list[str]:
    """Return the paths where `body` has another shape than `model`.

    Dictionaries need the same keys; lists may differ in length, their items must look like the
    model's first; numbers may be whole or not, but are finite: JSON has no other.
    """
    if isinstance(model, dict):
        if not isinstance(body, dict) or model.keys() != body.keys():
            return [path or "."]
        parts = [(model[key], body[key], f"{path}.{key}" if path else key) for key in model]
    elif isinstance(model, list):
        if not isinstance(body, list):
            return [path]
        parts = [(model[0], item, f"{path}.{place}") for place, item in enumerate(body) if model]
    else:
        return [] if _same_kind(model, body) else [path]
    return [found for part in parts for found in differences(*part)]


def _same_kind(model: Any, body: Any) -> bool:
    if isinstance(body, float) and not math.isfinite(body):
        return False
    if model is None or body is None:
        return True
    number = (int, float)
    if isinstance(model, bool) or isinstance(body, bool):
        return isinstance(model, bool) and isinstance(body, bool)
    if isinstance(model, number):
        return isinstance(body, number)
    return isinstance(body, type(model))


def changed_leaves(before: Any, after: Any) -> list[tuple[str, str, str]]:
    """Return (path, before, after) of every leaf that differs; what is missing reads empty."""
    old, new = dict(leaves(before)), dict(leaves(after))
    return [
        (path, str(old.get(path, "")), str(new.get(path, "")))
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]
