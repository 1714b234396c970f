"""The pool lies on disk for all processes, follows the database, and a damaged one is made anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Listing
from marketplace.db import db, now
from marketplace.errors import Unavailable
from marketplace.permissions import VISITING
from marketplace.providers.models import Offering, Provider
from marketplace.recommendations import pool_files
from marketplace.recommendations.pool import Pool, get_pool, keep_pool_in, look_after_pool
from marketplace.recommendations.replaying import replay_run
from marketplace.recommendations.services import (
    digest_of,
    recommend,
    result_of,
    save_run,
)
from marketplace.search.generations import write_lock
from marketplace.taxonomy.queries import get_taxonomy
from marketplace.web.filters import beijing_today

CreateProvider = Callable[..., Provider]


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Iterator[Path]:
    """A folder for the pool of this test alone."""
    another_process(tmp_path / "pool")
    yield tmp_path / "pool"
    another_process(app.config["POOL_PATH"])


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What the pool logs; migrations, which the tests run in-process, silence all loggers they find."""
    logging.getLogger("duijie.pool").disabled = False
    return caplog


@pytest.fixture
def three(create_provider: CreateProvider, folder: Path) -> list[Provider]:
    return [create_provider(f"{name}检测有限公司", tier="tier1") for name in "甲乙丙"]


def another_process(folder: Path, lock_seconds: float = 60.0) -> None:
    """Forget all that is kept in memory, as a process that has just started."""
    keep_pool_in(folder, str(db.engine.url), lock_seconds)


def pool_now(session: Session) -> Pool:
    session.rollback()
    return get_pool(session, beijing_today(now()))


def generations(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("g*"))


def change(session: Session, provider: Provider, summary: str) -> None:
    provider.summary, provider.version = summary, provider.version + 1
    session.commit()


def test_another_process_opens_what_one_has_made(
    session: Session, three: list[Provider], folder: Path
) -> None:
    made = pool_now(session)
    another_process(folder)
    opened = pool_now(session)
    assert generations(folder) == [made.compiled.generation] == [opened.compiled.generation]
    assert list(opened.facts) == list(made.facts)
    assert opened.facts_json() == made.facts_json()
    assert not opened.prepared.unit_kind.flags.writeable


def test_a_change_adds_a_small_part_and_leaves_the_large_one(
    session: Session, three: list[Provider], create_provider: CreateProvider, folder: Path
) -> None:
    for number in range(8):
        create_provider(f"另{number}检测有限公司")
    before = pool_now(session)
    change(session, three[1], "改做排产软件。")
    after = pool_now(session)
    assert len(generations(folder)) == 2
    assert [len(part) for part in after.compiled.readings.parts] == [11, 1]
    assert after.compiled.readings.parts[0].name == before.compiled.readings.parts[0].name
    assert "排产软件" in after.by_id[str(three[1].id)].profile
    another_process(folder)
    assert list(pool_now(session).facts) == list(after.facts)


def test_who_is_suspended_is_so_at_once_in_a_pool_from_disk(
    session: Session, three: list[Provider], folder: Path
) -> None:
    pool_now(session)
    listing = session.query(Listing).filter_by(provider_id=three[0].id).one()
    listing.state, listing.version = "suspended", listing.version + 1
    session.commit()
    another_process(folder)
    opened = pool_now(session)
    assert [item.listed for item in opened.facts] == [False, True, True]
    assert opened.prepared.listed.tolist() == [False, True, True]


def test_another_day_on_which_nobody_changes_takes_over_all_files(
    session: Session, three: list[Provider], folder: Path
) -> None:
    today = beijing_today(now())
    before = get_pool(session, today)
    after = get_pool(session, today + timedelta(days=1))
    assert after.stamp != before.stamp
    tables = [
        (folder / pool.compiled.generation / pool_files.TABLES).stat().st_ino
        for pool in (before, after)
    ]
    assert tables[0] == tables[1]


def test_what_was_withdrawn_leaves_and_nobody_is_left(
    session: Session, three: list[Provider], folder: Path
) -> None:
    pool_now(session)
    for provider in three:
        provider.published, provider.version = False, provider.version + 1
    session.commit()
    assert len(pool_now(session)) == 0


@pytest.mark.parametrize("name", ["tables.arrays", "order.arrays", "MANIFEST.json"])
def test_a_damaged_file_is_noticed_told_and_made_anew(
    session: Session,
    three: list[Provider],
    folder: Path,
    told: pytest.LogCaptureFixture,
    name: str,
) -> None:
    made = pool_now(session)
    file = folder / made.compiled.generation / name
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.unlink()
    file.write_bytes(raw)
    another_process(folder)
    opened = pool_now(session)
    assert "cannot be used" in told.text
    assert list(opened.facts) == list(made.facts)
    assert opened.compiled.generation != made.compiled.generation


def test_a_folder_that_takes_nothing_leaves_the_pool_in_memory(
    session: Session, three: list[Provider], tmp_path: Path, told: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    another_process(tmp_path / "file" / "pool")
    pool = pool_now(session)
    assert "not kept on disk" in told.text
    assert len(pool) == 3
    assert pool_now(session) is pool


def test_while_another_builds_too_long_the_pool_is_made_in_memory(
    session: Session, three: list[Provider], folder: Path
) -> None:
    made = pool_now(session)
    change(session, three[1], "改做排产软件。")
    another_process(folder, lock_seconds=0.05)
    with write_lock(folder, 1.0):
        pool = pool_now(session)
    assert "排产软件" in pool.facts[1].profile
    assert generations(folder) == [made.compiled.generation]


def test_a_row_changed_by_hand_is_noticed_by_the_next_process(
    session: Session, three: list[Provider], folder: Path, told: pytest.LogCaptureFixture
) -> None:
    pool_now(session)
    offering = session.query(Offering).filter_by(provider_id=three[2].id).one()
    offering.summary = "改做排产软件。"
    session.commit()
    another_process(folder)
    assert "排产软件" in pool_now(session).facts[2].offerings[0].text
    assert "another database" in told.text


def test_the_worker_renews_the_pool_so_that_no_request_needs_to(
    app: Flask, session: Session, three: list[Provider], folder: Path
) -> None:
    pool_now(session)
    change(session, three[1], "改做排产软件。")
    look_after_pool(session)
    another_process(folder)
    before = generations(folder)
    assert "排产软件" in pool_now(session).facts[1].profile
    assert generations(folder) == before


def test_a_run_over_a_pool_from_disk_replays_bit_for_bit(
    app: Flask,
    session: Session,
    three: list[Provider],
    folder: Path,
    create_need: Callable[..., object],
) -> None:
    need = create_need(state="published")
    index, taxonomy = app.extensions["duijie.index"], get_taxonomy(session)
    first = recommend(session, index, taxonomy, need)  # type: ignore[arg-type]
    another_process(folder)
    made = recommend(session, index, taxonomy, need)  # type: ignore[arg-type]
    assert digest_of(result_of(made.ranking)) == digest_of(result_of(first.ranking))
    run = save_run(session, need, made, VISITING)  # type: ignore[arg-type]
    assert replay_run(session, run).same


def test_two_databases_in_one_process_keep_apart(
    session: Session, three: list[Provider], folder: Path, tmp_path: Path
) -> None:
    made = pool_now(session)
    keep_pool_in(tmp_path / "other", "sqlite:////nowhere/other.sqlite3")
    assert pool_now(session) is made
    assert get_pool(session, date(2030, 1, 1)).compiled.generation in generations(folder)


def test_the_command_says_what_the_pool_holds_and_does_nothing_twice(
    app: Flask, session: Session, three: list[Provider], folder: Path, tmp_path: Path
) -> None:
    first, second = (app.test_cli_runner().invoke(args=["match", "pool"]) for _ in range(2))
    assert first.output.startswith("服务商 3 家，资料 9 份")
    assert [f"已存为 {name}，各进程共用。" for name in generations(folder)] == [
        second.output.splitlines()[1]
    ]
    (tmp_path / "file").write_text("no folder")
    another_process(tmp_path / "file" / "pool")
    told = app.test_cli_runner().invoke(args=["match", "pool"])
    assert "未能存盘" in told.output


def test_who_needs_the_first_pool_while_another_builds_it_is_asked_to_wait(
    session: Session, three: list[Provider], folder: Path
) -> None:
    another_process(folder, lock_seconds=0.05)
    with write_lock(folder, 1.0):
        with pytest.raises(Unavailable, match="正在整理服务商资料"):
            pool_now(session)
        look_after_pool(session)
    assert generations(folder) == []
    assert len(pool_now(session)) == 3
