"""A replay over the directory: whose scores are read, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.accounts.queries import viewer_of
from marketplace.catalogue.models import Listing
from marketplace.errors import InvalidInput, NotPermitted
from marketplace.rubrics.replay_services import gather_records, run_replay

Make = Callable[..., Any]


def test_a_replay_reads_the_last_scores_of_everybody_in_the_directory(
    session: Session, curator: User, create_draft: Make, create_scored: Make, create_provider: Make
) -> None:
    moved = create_scored(0.8, accepted_projects=1.0, improvement=0.5)
    still = create_scored(0.8)
    bare = create_provider(tier="tier3")
    create_provider(tier="tier3", state="removed")
    create_provider(tier=None)
    run = run_replay(session, viewer_of(curator), create_draft())
    assert (run.result["providers"], run.result["lacking"]) == (3, 1)
    rows = {row["provider_id"]: row for row in run.rows}
    assert set(rows) == {moved.id, still.id, bare.id}
    assert (rows[moved.id]["before"], rows[moved.id]["after"]) == (77.5, 79.5)
    assert rows[moved.id]["moves"] == [["accepted_projects", 4.0], ["improvement", -2.0]]
    assert (rows[still.id]["before"], rows[still.id]["after"]) == (80.0, 80.0)
    assert rows[bare.id]["lacking"] is True
    assert rows[bare.id]["after_tier"] == "tier3"


def test_a_replay_changes_no_tier(
    session: Session, curator: User, create_draft: Make, create_scored: Make
) -> None:
    provider = create_scored(0.5, tier="tier1")
    run_replay(session, viewer_of(curator), create_draft())
    listing = session.query(Listing).filter_by(provider_id=provider.id).one()
    assert (listing.tier, listing.state, listing.version) == ("tier1", "valid", 1)


def test_local_is_who_is_registered_in_the_bureaus_region(
    session: Session, create_scored: Make, create_provider: Make
) -> None:
    local, outside = create_scored(), create_provider()
    outside.organisation.region_code = "440300"
    session.commit()
    found = {record.provider_id: record.is_local for record in gather_records(session, "3707")}
    assert found == {local.id: True, outside.id: False}


def test_a_draft_with_faults_is_not_replayed(
    session: Session, curator: User, create_draft: Make
) -> None:
    rubric = create_draft()
    rubric.body = {**rubric.body, "bands": [*rubric.body["bands"][:3], {"tier": "x", "line": 1}]}
    session.commit()
    with pytest.raises(InvalidInput, match="等级线须依次写"):
        run_replay(session, viewer_of(curator), rubric)


def test_a_clerk_reads_replays_but_runs_none(
    session: Session, clerk: User, create_draft: Make
) -> None:
    with pytest.raises(NotPermitted):
        run_replay(session, viewer_of(clerk), create_draft())
