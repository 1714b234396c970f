"""The one thing that goes into the index: a document with a version.

A document is a plain value made by the caller from a committed row. This
module checks its shape; it may not read files, tokenise or score.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["profile", "offering", "case"]
KINDS: frozenset[str] = frozenset(get_args(Kind))

# Facet postings are kept under "name=value"; a line break separates entries on disk.
_FORBIDDEN_IN_KEYS = ("\n", "\r", "\0")


@dataclass(frozen=True, slots=True)
class Document:
    """A searchable text about a provider.

    ``ref`` is unique in the index (``"case:17"``), ``version`` is the row's version and
    is what reconciling compares. ``facets`` hold codes, never text for people; documents that
    share the values of the first facets come to lie side by side, so that looking among them
    alone costs less: name first the facets most asked for.
    """

    ref: str
    provider_id: str
    kind: Kind
    version: int
    title: str
    body: str
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of document: {self.kind!r}")
        for key in (self.ref, self.provider_id):
            _check_key(key)
        for name, values in self.facets.items():
            if "=" in name:
                raise ValueError(f"a facet name may not contain '=': {name!r}")
            _check_key(name)
            for value in values:
                _check_key(value)

    def labels(self) -> tuple[str, ...]:
        """List the facets, and the kind among them, as sorted ``name=value`` labels."""
        pairs = {label("kind", self.kind)}
        pairs.update(label(name, value) for name, values in self.facets.items() for value in values)
        return tuple(sorted(pairs))

    def order(self) -> tuple[tuple[str, ...], ...]:
        """Give what documents are laid down by: the values of facets, the first named first."""
        return tuple(self.facets.values())


def label(name: str, value: str) -> str:
    """Join a facet name and a value the way the index stores them."""
    return f"{name}={value}"


def _check_key(key: str) -> None:
    if not key or any(mark in key for mark in _FORBIDDEN_IN_KEYS):
        raise ValueError(f"empty key or line break in a key: {key!r}")
