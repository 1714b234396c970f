"""Sources of vectors: what they have in common, and the one the settings ask for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from .in_process import InProcess
from .remote import Remote
from .settings import ADDRESS, IN_PROCESS, Settings
from .vectors import Floats


class Source(Protocol):
    """Turns texts into vectors of length 1; raises EmbeddingFault."""

    def embed(self, texts: Sequence[str], *, query: bool, dimension: int | None = None) -> Floats:
        """Give a vector a text, shape (texts, dimension). Needs are queries, providers' texts are not.

        `dimension` is that of the vectors already kept, if any: another one is a fault.
        """


def open_source(settings: Settings) -> Source | None:
    """Give the source of the settings; None when embeddings are off."""
    if settings.kind == IN_PROCESS:
        return InProcess()
    return Remote(settings) if settings.kind == ADDRESS else None
