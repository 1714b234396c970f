"""Saved runs, what was shown and what became of it, and the weight sets they are computed by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import db, now
from ..needs.models import Need


class FactsSnapshot(db.Model):  # type: ignore[name-defined, misc]
    """The facts of all candidates of a run and the words of its day, compressed JSON by SHA-256.

    Runs over the same pool share one snapshot.
    """

    __tablename__ = "facts_snapshot"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    providers: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecommendationRun(db.Model):  # type: ignore[name-defined, misc]
    """One saved run: its inputs, weights, lexicon and result, enough to replay it bit for bit.

    `matcher_sum` tells the matcher that computed it from a later one (see `matcher_sum`); none in old runs.
    """

    __tablename__ = "recommendation_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("need.id"), index=True)
    need_version: Mapped[int]
    need_facts: Mapped[dict[str, Any]]
    corrections: Mapped[dict[str, Any]] = mapped_column(default=dict)
    snapshot_sha256: Mapped[str] = mapped_column(ForeignKey("facts_snapshot.sha256"))
    text_scores: Mapped[dict[str, Any]]
    semantic: Mapped[dict[str, Any]] = mapped_column(default=dict)
    weights_name: Mapped[str] = mapped_column(String(60))
    lexicon_version: Mapped[str] = mapped_column(String(60))
    matcher_sum: Mapped[str | None] = mapped_column(String(64))
    index_generation: Mapped[str] = mapped_column(String(60))
    as_of: Mapped[date]
    result: Mapped[dict[str, Any]]
    result_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))

    need: Mapped[Need] = relationship()


class RunImpression(db.Model):  # type: ignore[name-defined, misc]
    """One provider a saved run showed as recommended, at its place, with the tier of that day.

    Append-only (triggers refuse changes): what was shown cannot be made to have been otherwise.
    """

    __tablename__ = "run_impression"
    __table_args__ = (
        UniqueConstraint("run_id", "provider_id"),
        UniqueConstraint("run_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("recommendation_run.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    place: Mapped[int]
    tier: Mapped[str | None] = mapped_column(String(20))


class RunEvent(db.Model):  # type: ignore[name-defined, misc]
    """What became of one provider of a run: an invitation, an answer, a contract, an acceptance.

    Append-only (triggers refuse changes). A mistake is undone by a further event of kind `undone`,
    which names the one it takes back; an event is taken back once.
    """

    __tablename__ = "run_event"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('invited','declined','silent','talked','contracted','accepted','failed','undone')",
            name="kind",
        ),
        CheckConstraint("(kind = 'undone') = (undoes_id IS NOT NULL)", name="undoes"),
        UniqueConstraint("undoes_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("recommendation_run.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("run_event.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    happened_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class WeightSet(db.Model):  # type: ignore[name-defined, misc]
    """A weight set beside those that ship as files; append-only, so that a run finds its set forever.

    `body` is what `matching.weights.parse_weights` reads; `provenance` says what it was fitted on,
    how, and what it reached on needs it had not seen.
    """

    __tablename__ = "weight_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    body: Mapped[dict[str, Any]]
    provenance: Mapped[dict[str, Any]]
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class WeightMeasure(db.Model):  # type: ignore[name-defined, misc]
    """What a weight set reached on one judged set, with the lexicon of the day; append-only."""

    __tablename__ = "weight_measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    weights_name: Mapped[str] = mapped_column(String(60), index=True)
    judged_set: Mapped[str] = mapped_column(String(60))
    judged_digest: Mapped[str] = mapped_column(String(64))
    lexicon_version: Mapped[str] = mapped_column(String(60))
    figures: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now)


class WeightComparison(db.Model):  # type: ignore[name-defined, misc]
    """Whose order changes for the open needs of an office from one weight set to another.

    The worker goes on from `done` until `total`; a finished one never changes.
    """

    __tablename__ = "weight_comparison"

    id: Mapped[int] = mapped_column(primary_key=True)
    before_name: Mapped[str] = mapped_column(String(60))
    after_name: Mapped[str] = mapped_column(String(60), index=True)
    region_prefix: Mapped[str] = mapped_column(String(6))
    need_ids: Mapped[list[int]]
    done: Mapped[int] = mapped_column(default=0)
    moves: Mapped[list[dict[str, Any]]]
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    finished_at: Mapped[datetime | None]

    @property
    def total(self) -> int:
        """How many needs are compared."""
        return len(self.need_ids)


class WeightEvent(db.Model):  # type: ignore[name-defined, misc]
    """A step towards another weight set: proposed by one person, approved or refused by another.

    Append-only (triggers refuse changes and an approval by the proposer). The set of the last
    approval is in force; without one it is the shipped default.
    """

    __tablename__ = "weight_event"
    __table_args__ = (
        CheckConstraint("kind IN ('proposed','approved','refused','withdrawn')", name="kind"),
        CheckConstraint("(kind = 'proposed') = (proposal_id IS NULL)", name="proposal"),
        UniqueConstraint("proposal_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    weights_name: Mapped[str] = mapped_column(String(60))
    instead_of: Mapped[str] = mapped_column(String(60))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("weight_event.id"))
    comparison_id: Mapped[int | None] = mapped_column(ForeignKey("weight_comparison.id"))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
