"""Marks texts that are translated where they are shown; imports nothing.

`gettext` translates at once and needs a request; tables and pure modules are read before there
is one. What they hold is marked here, so that it stands in the catalogue, and goes through
`gettext` on the page.
"""

from __future__ import annotations


def N_(text: str) -> str:
    """Return the text unchanged; the name tells `flask translations extract` to take it along."""
    return text
