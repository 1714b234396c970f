"""Addresses of pages in other rooms, by name; None where a room has no such page (yet)."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for


def page_url(endpoint: str, **values: Any) -> str | None:
    """Return the address of a page by its endpoint, or None when there is none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def need_url(number: str) -> str | None:
    """Return the address of a need's page."""
    return page_url("needs.show", number=number)


def matches_url(list_id: int) -> str | None:
    """Return the address of the providers ranked for every row of a list."""
    return page_url("recommendations.list_matches", list_id=list_id)
