"""The editor of a draft: which leaves can be edited, and how they stand on the page; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..rules.shape import Leaf, leaves

_EDITABLE: Final = re.compile(
    r"label|source|step|dimensions\.\d+\.points|tracks\.\d+\.(for|points\.\w+|full\.\w+)"
    r"|bands\.\d+\.line|gates\.\d+\.text|indicators\.\d+\.(name|guidance\.\d+\.text)"
    r"|figures\.(weights\.)?\w+|fairness\.(tolerance|young_years)"
)
"""Codes, modes and the order of things are no text to edit: scores kept elsewhere name them."""


def editable(body: Mapping[str, Any]) -> dict[str, Leaf]:
    """Return the leaves of a body that the editor offers, by path."""
    return {path: leaf for path, leaf in leaves(body) if _EDITABLE.fullmatch(path)}


def edits_of(body: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed for the leaves offered; anything else posted is ignored."""
    return {path: form[f"leaf-{path}"] for path in editable(body) if f"leaf-{path}" in form}


def weight_groups(body: Mapping[str, Any], edits: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the points, one group a dimension: rows of cells, and the sum of each track."""
    groups = []
    for at, dimension in enumerate(body["dimensions"]):
        rows = [
            {
                "code": item["code"],
                "name": item["name"],
                "mode": item["mode"],
                "cells": [
                    _cell(
                        edits,
                        f"tracks.{place}.points.{item['code']}",
                        track["points"][item["code"]],
                    )
                    | {"track": track["code"]}
                    for place, track in enumerate(body["tracks"])
                ],
            }
            for item in body["indicators"]
            if item["dimension"] == dimension["name"]
        ]
        whole = _cell(edits, f"dimensions.{at}.points", dimension["points"])
        groups.append(
            {
                "name": dimension["name"],
                "whole": whole,
                "rows": rows,
                "sums": _sums(rows, _decimal(whole["value"])),
            }
        )
    return groups


def _cell(edits: Mapping[str, str], path: str, leaf: Leaf) -> dict[str, Any]:
    return {
        "path": path,
        "value": edits.get(path, f"{leaf:g}" if isinstance(leaf, float) else str(leaf)),
    }


def _sums(rows: list[dict[str, Any]], wanted: Decimal) -> list[dict[str, Any]]:
    columns = zip(*(row["cells"] for row in rows), strict=True)
    sums = [sum((_decimal(cell["value"]) for cell in column), Decimal(0)) for column in columns]
    return [{"sum": f"{value.normalize():f}", "holds": value == wanted} for value in sums]


def track_totals(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sum of every track over all groups, and whether it is 100."""
    columns = zip(*(group["sums"] for group in groups), strict=True)
    totals = [sum((_decimal(item["sum"]) for item in column), Decimal(0)) for column in columns]
    return [{"sum": f"{value.normalize():f}", "holds": value == 100} for value in totals]


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return Decimal(0)
    return value if value.is_finite() else Decimal(0)


def value_of(body: Mapping[str, Any], edits: Mapping[str, str], path: str) -> str:
    """Return what the editor shows for a leaf: what was typed, or what is kept."""
    return str(_cell(edits, path, editable(body)[path])["value"])
