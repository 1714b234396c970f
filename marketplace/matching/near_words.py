"""Says which of a provider's words were taken as near to a word of the need, and where they stand."""

from __future__ import annotations

from .alignment import nearest
from .clauses import clauses
from .results import Run
from .units import Unit

PAIRS_SAID = 2


def say_near_words(run: Run, place: int) -> tuple[str, str, Unit] | None:
    """Give the claim, the clause and the unit of the words nearest in meaning; None when none is near enough."""
    provider = run.prepared.providers[place]
    pairs = nearest(run.prepared.words, run.understanding.words, provider)[:PAIRS_SAID]
    for unit in provider.units:
        for clause in clauses(unit.text):
            if pairs and pairs[0].found in clause.text.lower():
                said = "、".join(f"“{pair.wanted}”近似“{pair.found}”" for pair in pairs)
                return f"用词相近：{said}", clause.text.strip(), unit
    return None
