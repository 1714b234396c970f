"""What the address of the catalogue says: search words, facets, order. Shape only."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from .queries import FACETS, Filter

SORTS = ("best", "tier", "cases", "name")
MOST_WORDS = 120


def read_filter(args: MultiDict[str, str]) -> Filter:
    """Return the filter an address asks for; unknown facets are ignored, codes kept short."""
    return Filter(
        words=args.get("q", "").replace("\x00", "").strip()[:MOST_WORDS],
        chosen={
            facet: tuple(dict.fromkeys(code for code in args.getlist(facet) if 0 < len(code) <= 20))
            for facet in FACETS
            if args.getlist(facet)
        },
    )


def address_of(wanted: Filter, sort: str) -> dict[str, Any]:
    """Return the query parameters that ask for this filter and order, and nothing else.

    What else stood in the address is dropped: `url_for` would take names such as `_scheme` or
    `endpoint` for its own.
    """
    values = {"q": wanted.words, **{facet: list(codes) for facet, codes in wanted.chosen.items()}}
    return {**{name: value for name, value in values.items() if value}, "sort": sort}


def read_sort(args: MultiDict[str, str], words: str) -> str:
    """Return the order asked for: by relevance when there are words, by tier otherwise."""
    asked = args.get("sort", "")
    if asked not in SORTS or (asked == "best" and not words):
        return "best" if words else "tier"
    return asked
