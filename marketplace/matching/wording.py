"""Compares what a need says with what providers say: by character pieces, and by words near in meaning.

Two parts of the signal 文字依据 (`signals`); the third, the text index's score, comes from outside.
"""

from __future__ import annotations

import numpy as np

from .prepared import Floats, Prepared
from .understanding import Understanding
from .weights import Weights


def wording_fit(
    understanding: Understanding, prepared: Prepared, weights: Weights
) -> tuple[Floats, float]:
    """Compare character pieces, rare ones counting more; also give how much of the need the best provider covers.

    The best provider is scored in full only when it covers `text.full_at` of what the need says; otherwise it is
    the best of a poor choice, and its score says so.
    """
    wanted = {
        piece: prepared.piece_rarity[piece] * weight
        for piece, weight in understanding.pieces.items()
        if piece in prepared.piece_rarity
    }
    scores = prepared.provider_pieces.scores(wanted)
    ideal = sum(
        prepared.piece_rarity.get(piece, prepared.space.unknown_rarity) * weight
        for piece, weight in understanding.pieces.items()
    )
    top = float(scores.max()) if scores.size else 0.0
    full = max(top, ideal * weights.setting("text.full_at"))
    if full <= 0:
        return np.zeros(len(prepared), dtype=np.float32), 0.0
    return scores / np.float32(full), top / full


def nearness(understanding: Understanding, prepared: Prepared, weights: Weights) -> Floats:
    """Compare words by meaning; who answers `text.near_full_at` of what the need's words weigh is scored in full."""
    answered = prepared.words.answer(understanding.words)
    share: Floats = answered / np.float32(weights.setting("text.near_full_at"))
    return np.minimum(share, np.float32(1))
