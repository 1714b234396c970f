"""Verbs: recommend providers for a need, save a run.

`recommend` writes nothing. A saved run keeps everything it was computed from, see `replaying`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from ..audit.services import record
from ..db import now
from ..embeddings.nearness import nearness_of, nearness_of_many
from ..matching.batch import Brief, rank_many
from ..matching.facts import NeedFacts, Vocabulary
from ..matching.lexicon import Lexicon
from ..matching.prepared import Floats
from ..matching.ranking import rank
from ..matching.records import to_json
from ..matching.results import Ranking
from ..matching.understanding import Corrections, Understanding, understand
from ..matching.weights import Weights
from ..needs.models import Need
from ..numbering.services import next_in_series
from ..permissions import Viewer
from ..search.errors import IndexUnavailable
from ..search.index import SearchIndex
from ..taxonomy.queries import Taxonomy
from ..web.filters import beijing_today
from .facts import (
    corrections_to_json,
    need_facts,
)
from .kept import keep_snapshot, kept_scores, kept_semantic, rounded
from .matcher_sum import matcher_sum
from .models import RecommendationRun
from .pool import Pool, get_pool
from .run_log import keep_impressions
from .vocabulary import build_vocabulary
from .weight_sets import weights_in_force

EXPLAINED = 10  # those a page shows; of any other the reasons are told when asked for
KEPT_READINGS = 1024
MOST_SCORES = 4_000_000
"""Text scores of the needs ranked in one go, one a need and document: 16 MB."""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A computed run and what it was computed from. `degraded`: the index was away.

    `text_scores` gives a score for each unit of the pool, `semantic` how near each provider is by full embeddings.
    """

    ranking: Ranking
    understanding: Understanding
    corrections: Corrections
    pool: Pool
    vocabulary: Vocabulary
    text_scores: Floats
    generation: str
    as_of: date
    degraded: bool
    semantic: Floats | None = None

    @property
    def counts_vectors(self) -> bool:
        """Whether full embeddings moved the scores."""
        settings = self.ranking.run.weights.settings
        return self.semantic is not None and settings.get("text.semantic", 0.0) > 0


@dataclass(frozen=True, slots=True)
class InShort:
    """What came of one need among many: how it was understood, and its ranking in short."""

    understanding: Understanding
    brief: Brief


class Recommender:
    """Recommends for any number of needs, over the pool and the taxonomy as of its making.

    By the weight set in force, unless told to try another.
    """

    def __init__(
        self,
        session: Session,
        index: SearchIndex,
        taxonomy: Taxonomy,
        weights: Weights | None = None,
    ) -> None:
        self._session = session
        self._index = index
        self.today = beijing_today(now())
        self._vocabulary = build_vocabulary(taxonomy)
        self._weights = weights or weights_in_force(session)
        self.pool = get_pool(session, self.today)

    def recommend(
        self, need: Need, corrections: Corrections | None = None, explain_top: int = EXPLAINED
    ) -> Recommendation:
        """Rank the pool for a need; without an index the text signal is silent, and it says so."""
        near = nearness_of(self._session, need, self.pool.texts)
        return self.recommend_facts(need_facts(need), corrections, explain_top, near)

    def recommend_facts(
        self,
        told: NeedFacts,
        corrections: Corrections | None = None,
        explain_top: int = EXPLAINED,
        semantic: Floats | None = None,
    ) -> Recommendation:
        """Rank the pool for what is told of a need; `semantic` is only for those who may know all of it."""
        corrections = corrections or Corrections()
        pool = self.pool
        understanding = _understand(told, pool.lexicon, self._vocabulary, corrections)
        scores = np.zeros(len(pool.lineup), dtype=np.float32)
        generation, degraded = "", False
        try:
            found = self._index.scores(understanding.search_text)
            scores, generation = rounded(found.along(pool.lineup)), found.generation
        except IndexUnavailable:
            degraded = True
        prepared = pool.prepared
        ranking = rank(
            understanding, prepared, scores, self._weights, self.today, explain_top, semantic
        )
        return Recommendation(
            ranking=ranking,
            understanding=understanding,
            corrections=corrections,
            pool=pool,
            vocabulary=self._vocabulary,
            text_scores=scores,
            generation=generation,
            as_of=self.today,
            degraded=degraded,
            semantic=semantic,
        )

    def recommend_many(
        self,
        told: Sequence[NeedFacts],
        most: int = EXPLAINED,
        standing_of: Sequence[int] = (),
        whole: bool = False,
    ) -> list[InShort]:
        """Rank the pool for many needs, in their order, without reasons; see `batch.rank_many`.

        `whole` is for those who may know all of each need: full embeddings, which may come of all its text, count then.
        """
        found: list[InShort] = []
        at_once = max(1, MOST_SCORES // max(1, len(self.pool.lineup)))
        for start in range(0, len(told), at_once):
            understood = [
                _understand(facts, self.pool.lexicon, self._vocabulary, Corrections())
                for facts in told[start : start + at_once]
            ]
            numbers = [item.need.need_id for item in understood]
            near = nearness_of_many(self._session, numbers, self.pool.texts) if whole else None
            briefs = rank_many(
                understood,
                self.pool.prepared,
                self._text_scores([item.search_text for item in understood]),
                self._weights,
                self.today,
                most,
                standing_of,
                near,
            )
            found += map(InShort, understood, briefs)
        return found

    def _text_scores(self, texts: Sequence[str]) -> Floats:
        """Score the documents of the pool for each text; nothing while the index is away."""
        try:
            return rounded(self._index.scores_many(texts).along(self.pool.lineup))
        except IndexUnavailable:
            return np.zeros((len(texts), len(self.pool.lineup)), dtype=np.float32)


@lru_cache(maxsize=KEPT_READINGS)
def _understand(
    need: NeedFacts, lexicon: Lexicon, vocabulary: Vocabulary, corrections: Corrections
) -> Understanding:
    """Read a need, once as long as it, the lexicon and the taxonomy stay as they are."""
    return understand(need, lexicon, vocabulary, corrections)


def recommend(
    session: Session,
    index: SearchIndex,
    taxonomy: Taxonomy,
    need: Need,
    corrections: Corrections | None = None,
    explain_top: int = EXPLAINED,
) -> Recommendation:
    """Rank the pool for one need; see `Recommender` for many."""
    return Recommender(session, index, taxonomy).recommend(need, corrections, explain_top)


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
        snapshot_sha256=keep_snapshot(session, made.pool, made.vocabulary),
        text_scores=kept_scores(made.pool.lineup.refs, made.text_scores),
        semantic=kept_semantic(made.pool.prepared.provider_ids, made.semantic),
        weights_name=made.ranking.weights_name,
        lexicon_version=made.ranking.lexicon_version,
        matcher_sum=matcher_sum(),
        index_generation=made.generation,
        as_of=made.as_of,
        result=result,
        result_sha256=digest_of(result),
        created_by_id=actor.user_id,
    )
    session.add(run)
    session.flush()
    keep_impressions(session, run, result["placed"], made.pool.by_id)
    record(session, actor, "recommendation.saved", ("need", need.id), run=run.number)
    return run
