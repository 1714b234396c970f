"""What a saved run keeps: numbers rounded so that what is read back is the same, and the facts of its day."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import asdict

import numpy as np
from sqlalchemy.orm import Session

from ..matching.facts import Vocabulary
from ..matching.prepared import Floats
from ..matching.records import dump
from .models import FactsSnapshot, RecommendationRun
from .pool import Pool

SCORE_DIGITS = 6


def rounded(scores: Floats) -> Floats:
    """Round scores so that a kept copy in decimals is the same number; row by row, for there may be many."""
    if scores.ndim > 1:
        for row in scores:
            row[:] = rounded(row)
        return scores
    return np.round(scores.astype(np.float64), SCORE_DIGITS).astype(np.float32)


def kept_scores(refs: Iterable[str], scores: Floats) -> dict[str, float]:
    """Return the text scores above 0 by reference."""
    told = zip(refs, scores.tolist(), strict=True)
    return {ref: round(score, SCORE_DIGITS) for ref, score in told if score > 0}


def kept_semantic(provider_ids: Iterable[str], semantic: Floats | None) -> dict[str, float]:
    """Return by provider how near it is by full embeddings; empty without them."""
    if semantic is None:
        return {}
    told = zip(provider_ids, semantic.tolist(), strict=True)
    return {provider_id: round(value, SCORE_DIGITS) for provider_id, value in told}


def semantic_of_run(run: RecommendationRun, provider_ids: Iterable[str]) -> Floats | None:
    """Return what a saved run took from full embeddings, a provider each; None if nothing."""
    if not run.semantic:
        return None
    return np.array([run.semantic[provider_id] for provider_id in provider_ids], dtype=np.float32)


def keep_snapshot(session: Session, pool: Pool, vocabulary: Vocabulary) -> str:
    """Keep the facts of all candidates and the words of the day, once for all runs over the same; return the digest."""
    body = b'{"providers":%b,"vocabulary":%b}' % (pool.facts_json(), dump(asdict(vocabulary)))
    sha256 = hashlib.sha256(body).hexdigest()
    if session.get(FactsSnapshot, sha256) is None:
        session.add(
            FactsSnapshot(sha256=sha256, body=zlib.compress(body, 6), providers=len(pool.facts))
        )
        session.flush()
    return sha256
