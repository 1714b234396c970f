"""Verbs: recommend providers for a need, save a run, replay it.

`recommend` writes nothing. A saved run keeps everything it was computed from; `replay_run`
computes it again from that alone and compares bit for bit.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now
from ..matching.facts import Vocabulary
from ..matching.lexicon import load_lexicon
from ..matching.prepared import prepare
from ..matching.ranking import rank
from ..matching.results import Ranking
from ..matching.understanding import Corrections, Understanding, understand
from ..matching.weights import DEFAULT_WEIGHTS, load_weights
from ..needs.models import Need
from ..needs.numbering import next_in_series
from ..permissions import Viewer
from ..search.errors import IndexUnavailable
from ..search.index import SearchIndex
from ..taxonomy.queries import Taxonomy
from ..web.filters import beijing_today
from .facts import (
    corrections_from_json,
    corrections_to_json,
    need_facts,
    need_from_json,
    provider_from_json,
    to_json,
    vocabulary_from_json,
)
from .models import FactsSnapshot, RecommendationRun
from .pool import Pool, get_pool
from .vocabulary import build_vocabulary

EXPLAINED = 20
SCORE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A computed run and what it was computed from. `degraded`: the index was away."""

    ranking: Ranking
    understanding: Understanding
    corrections: Corrections
    pool: Pool
    vocabulary: Vocabulary
    text_scores: Mapping[str, float]
    generation: str
    as_of: date
    degraded: bool


def recommend(
    session: Session,
    index: SearchIndex,
    taxonomy: Taxonomy,
    need: Need,
    corrections: Corrections | None = None,
    explain_top: int = EXPLAINED,
) -> Recommendation:
    """Rank the pool for a need; without an index the text signal is silent, and it says so."""
    corrections = corrections or Corrections()
    today = beijing_today(now())
    pool = get_pool(session, today)
    vocabulary = build_vocabulary(taxonomy.scenes.values(), taxonomy.industries.values())
    understanding = understand(need_facts(need), pool.lexicon, vocabulary, corrections)
    scores: Mapping[str, float] = {}
    generation, degraded = "", False
    try:
        scores = _scores(index, understanding)
        generation = index.status().generation or ""
    except IndexUnavailable:
        degraded = True
    weights = load_weights(DEFAULT_WEIGHTS)
    ranking = rank(understanding, pool.prepared, scores, weights, today, explain_top)
    return Recommendation(
        ranking, understanding, corrections, pool, vocabulary, scores, generation, today, degraded
    )


def _scores(index: SearchIndex, understanding: Understanding) -> dict[str, float]:
    """Return the text evidence by reference, rounded so that a kept copy is the same number."""
    found = index.scores(understanding.search_text)
    return {ref: round(float(score), SCORE_DIGITS) for ref, score in found.items()}


def result_of(ranking: Ranking) -> dict[str, Any]:
    """Return the ranking as JSON-ready values: placed and excluded, with their reasons."""
    return {
        "placed": [asdict(item) for item in ranking.placed],
        "excluded": [asdict(item) for item in ranking.excluded],
    }


def digest_of(result: dict[str, Any]) -> str:
    """Return the SHA-256 of a result, the same on every machine."""
    body = json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def save_run(
    session: Session, need: Need, made: Recommendation, actor: Viewer
) -> RecommendationRun:
    """Keep a run with all its inputs, numbered TJ-<date>-<need>-<serial>."""
    day = made.as_of.strftime("%Y%m%d")
    series = f"TJ-{day}-{need.number.removeprefix('XQ-')}"
    result = json.loads(json.dumps(result_of(made.ranking), ensure_ascii=False))
    run = RecommendationRun(
        number=f"{series}-{next_in_series(session, series):02d}",
        need_id=need.id,
        need_version=need.version,
        need_facts=to_json(made.understanding.need),
        corrections=corrections_to_json(made.corrections),
        snapshot_sha256=_keep_snapshot(session, made.pool, made.vocabulary),
        text_scores=_bearing(made),
        weights_name=made.ranking.weights_name,
        lexicon_version=made.ranking.lexicon_version,
        index_generation=made.generation,
        as_of=made.as_of,
        result=result,
        result_sha256=digest_of(result),
        created_by_id=actor.user_id,
    )
    session.add(run)
    session.flush()
    record(session, actor, "recommendation.saved", ("need", need.id), run=run.number)
    return run


def _bearing(made: Recommendation) -> dict[str, float]:
    """Return the text scores of the pool's own documents; others cannot bear on the run."""
    refs = set(made.pool.prepared.unit_refs)
    return {ref: score for ref, score in made.text_scores.items() if ref in refs}


def _keep_snapshot(session: Session, pool: Pool, vocabulary: Vocabulary) -> str:
    body = json.dumps(
        {
            "providers": [to_json(facts) for facts in pool.facts],
            "vocabulary": asdict(vocabulary),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    sha256 = hashlib.sha256(body).hexdigest()
    if session.get(FactsSnapshot, sha256) is None:
        session.add(
            FactsSnapshot(sha256=sha256, body=zlib.compress(body, 6), providers=len(pool.facts))
        )
        session.flush()
    return sha256


@dataclass(frozen=True, slots=True)
class Replay:
    """A run computed again. `same`: the result is the saved one, bit for bit."""

    ranking: Ranking
    understanding: Understanding
    same: bool
    lexicon_changed: bool


def replay_run(session: Session, run: RecommendationRun) -> Replay:
    """Compute a saved run again from what it kept, the taxonomy of its day included.

    Weights and lexicon are found by name; when the lexicon in use is another one than the run's,
    a difference is to be expected and `lexicon_changed` says so.
    """
    snapshot = session.get(FactsSnapshot, run.snapshot_sha256)
    assert snapshot is not None, "a run's snapshot is never deleted"
    kept = json.loads(zlib.decompress(snapshot.body))
    providers = [provider_from_json(item) for item in kept["providers"]]
    lexicon = load_lexicon()
    vocabulary = vocabulary_from_json(kept["vocabulary"])
    understanding = understand(
        need_from_json(run.need_facts), lexicon, vocabulary, corrections_from_json(run.corrections)
    )
    ranking = rank(
        understanding,
        prepare(providers, lexicon),
        run.text_scores,
        load_weights(run.weights_name),
        run.as_of,
        EXPLAINED,
    )
    result = json.loads(json.dumps(result_of(ranking), ensure_ascii=False))
    return Replay(
        ranking,
        understanding,
        digest_of(result) == run.result_sha256,
        lexicon.version != run.lexicon_version,
    )
