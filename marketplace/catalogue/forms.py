"""What the address of the catalogue says: search words, facets, order. Shape only."""

from __future__ import annotations

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


def read_sort(args: MultiDict[str, str], words: str) -> str:
    """Return the order asked for: by relevance when there are words, by tier otherwise."""
    asked = args.get("sort", "")
    if asked not in SORTS or (asked == "best" and not words):
        return "best" if words else "tier"
    return asked
