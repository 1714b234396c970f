"""Computes a saved run again from what it kept, and tells whether the result is the same bit for bit."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from ..matching.ranking import rank
from ..matching.records import dump
from ..matching.results import Ranking
from ..matching.understanding import Understanding, understand
from .facts import corrections_from_json, need_from_json, vocabulary_from_json
from .kept import semantic_of_run
from .lexicons import lexicon_in_force, lexicon_of
from .matcher_sum import matcher_sum
from .models import FactsSnapshot, RecommendationRun
from .pool import prepare_records
from .services import EXPLAINED, digest_of, result_of
from .weight_sets import weights_of


@dataclass(frozen=True, slots=True)
class Replay:
    """A run computed again. `same`: the result is the saved one, bit for bit."""

    ranking: Ranking
    understanding: Understanding
    same: bool
    lexicon_changed: bool
    matcher_changed: bool


def replay_run(session: Session, run: RecommendationRun) -> Replay:
    """Compute a saved run again from what it kept, the taxonomy of its day included.

    Weights and lexicon are found by name; when the run's lexicon is no longer to be had (the shipped
    lists were others then), or the matcher is a later one, a difference is to be expected; `lexicon_changed` and
    `matcher_changed` say so.
    """
    snapshot = session.get(FactsSnapshot, run.snapshot_sha256)
    assert snapshot is not None, "a run's snapshot is never deleted"
    kept = json.loads(zlib.decompress(snapshot.body))
    lexicon = lexicon_of(session, run.lexicon_version) or lexicon_in_force(session)
    vocabulary = vocabulary_from_json(kept["vocabulary"])
    understanding = understand(
        need_from_json(run.need_facts), lexicon, vocabulary, corrections_from_json(run.corrections)
    )
    prepared = prepare_records(session, map(dump, kept["providers"]), lexicon)
    ranking = rank(
        understanding,
        prepared,
        run.text_scores,
        weights_of(session, run.weights_name),
        run.as_of,
        EXPLAINED,
        semantic_of_run(run, prepared.provider_ids),
    )
    result = json.loads(json.dumps(result_of(ranking), ensure_ascii=False))
    return Replay(
        ranking,
        understanding,
        digest_of(result) == run.result_sha256,
        lexicon.version != run.lexicon_version,
        run.matcher_sum != matcher_sum(),
    )
