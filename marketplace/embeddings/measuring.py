"""Vectors of a judged set, computed while one waits, to measure what they are worth; nothing is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from ..matching.facts import NeedFacts
from ..matching.prepared import Prepared
from ..matching.semantics import Rows, cosines_of, in_steps, semantic_of
from ..search.documents import Document
from .sources import Source
from .texts import document_text, need_text
from .vectors import Floats, pack, unpack

AT_ONCE = 16


def nearness_in(
    documents: Iterable[Document], source: Source
) -> Callable[[NeedFacts, Prepared], Floats | None]:
    """Return what tells how near the providers of a judged set are to a need, as a ranking would be told.

    The vectors go through the form they are kept in. Raises EmbeddingFault.
    """
    told = list(documents)
    found = _embed(source, [document_text(document) for document in told], query=False)
    whole = in_steps(found)
    row_of = {document.ref: row for row, document in enumerate(told)}

    def nearness(need: NeedFacts, prepared: Prepared) -> Floats | None:
        places = [row_of[ref] for ref in prepared.unit_refs]
        rows = Rows(whole.values[places], whole.steps[places])
        vector = _embed(source, [need_text(need.title, need.description)], query=True)[0]
        held = np.ones(len(places), dtype=np.bool_)
        return semantic_of(cosines_of(rows, vector), held, prepared.starts)

    return nearness


def _embed(source: Source, texts: Sequence[str], *, query: bool) -> Floats:
    parts = [
        source.embed(texts[start : start + AT_ONCE], query=query)
        for start in range(0, len(texts), AT_ONCE)
    ]
    whole = np.concatenate(parts)
    return unpack([pack(row) for row in whole], whole.shape[1])
