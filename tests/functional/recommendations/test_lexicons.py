"""Which words are in force, and that it takes two people to change them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Unit, User
from marketplace.accounts.queries import viewer_of
from marketplace.audit.models import AuditEntry
from marketplace.catalogue.indexing import rebuild
from marketplace.errors import Conflict, InvalidInput, NotPermitted
from marketplace.matching.extension import ABBREVIATION, LOOKALIKE
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.words import CUE, TERM
from marketplace.needs.models import Need
from marketplace.permissions import VISITING, Viewer
from marketplace.providers.models import Provider
from marketplace.recommendations.lexicon_editing import (
    add_capability,
    add_word,
    remove_word,
    restore_word,
)
from marketplace.recommendations.lexicon_models import LexiconVersion
from marketplace.recommendations.lexicon_shown import list_changed_needs
from marketplace.recommendations.lexicons import (
    decide_version,
    discard_draft,
    lexicon_in_force,
    lexicon_of,
    lexicon_of_version,
    list_sent_back,
    open_version,
    propose_version,
)
from marketplace.recommendations.models import WeightMeasure
from marketplace.recommendations.pool import look_after_pool
from marketplace.recommendations.replaying import replay_run
from marketplace.recommendations.services import recommend, save_run
from marketplace.recommendations.vocabulary import build_vocabulary
from marketplace.taxonomy.queries import get_taxonomy

WORDS = "车间里都这么叫，词库里没有。"
KEY = "plant-planning"


@pytest.fixture
def proposer(create_user: Callable[..., User]) -> Viewer:
    return viewer_of(create_user(role="curator", display_name="钱管理"))


@pytest.fixture
def approver(create_user: Callable[..., User]) -> Viewer:
    return viewer_of(create_user(role="reviewer", display_name="孙审核"))


@pytest.fixture
def draft(session: Session, proposer: Viewer) -> LexiconVersion:
    """A draft with one word more."""
    made = add_word(session, proposer, KEY, CUE, "盘厂子")
    session.commit()
    return made


def switch(session: Session, version: LexiconVersion, proposer: Viewer, approver: Viewer) -> None:
    propose_version(session, proposer, version, WORDS)
    decide_version(session, approver, version, "approve", WORDS)
    session.commit()


def test_without_a_version_the_shipped_words_are_in_force(session: Session) -> None:
    assert lexicon_in_force(session) is load_lexicon()
    assert lexicon_of(session, load_lexicon().version) is load_lexicon()
    assert lexicon_of(session, "1999-01-01-abc") is None
    assert lexicon_of(session, load_lexicon().version + "+01234567") is None


def test_a_draft_counts_only_after_another_person_approved_it(
    session: Session, draft: LexiconVersion, proposer: Viewer, approver: Viewer
) -> None:
    propose_version(session, proposer, draft, WORDS)
    assert lexicon_in_force(session) is load_lexicon()
    decide_version(session, approver, draft, "approve", WORDS)
    now_in_force = lexicon_in_force(session)
    assert "盘厂子" in now_in_force.capabilities[KEY].cues
    assert lexicon_of(session, now_in_force.version) is now_in_force
    actions = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-4:] == [
        "lexicon.drafted",
        "lexicon.word_added",
        "lexicon.proposed",
        "lexicon.approved",
    ]


def test_nobody_approves_what_they_proposed_and_a_reviewer_changes_no_words(
    session: Session, draft: LexiconVersion, proposer: Viewer, approver: Viewer
) -> None:
    with pytest.raises(NotPermitted):
        add_word(session, approver, KEY, CUE, "盘场子")
    with pytest.raises(NotPermitted):
        propose_version(session, approver, draft, WORDS)
    propose_version(session, proposer, draft, WORDS)
    with pytest.raises(NotPermitted):
        decide_version(session, proposer, draft, "approve", WORDS)
    with pytest.raises(NotPermitted):
        decide_version(session, approver, draft, "withdraw", "")
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(
            text("UPDATE lexicon_version SET state = 'in_force', decided_by_id = proposed_by_id")
        )
    session.rollback()


def test_what_was_in_force_never_changes(
    session: Session, draft: LexiconVersion, proposer: Viewer, approver: Viewer
) -> None:
    switch(session, draft, proposer, approver)
    for verb in (
        "UPDATE lexicon_version SET body = '{}'",
        "UPDATE lexicon_version SET digest = 'x'",
        "DELETE FROM lexicon_version",
    ):
        with pytest.raises(DBAPIError):
            session.execute(text(verb))
        session.rollback()


def test_a_proposed_version_is_not_edited_and_decided_once(
    session: Session, draft: LexiconVersion, proposer: Viewer, approver: Viewer
) -> None:
    propose_version(session, proposer, draft, WORDS)
    with pytest.raises(Conflict):
        add_word(session, proposer, KEY, CUE, "盘场子")
    with pytest.raises(Conflict):
        propose_version(session, proposer, draft, WORDS)
    decide_version(session, approver, draft, "refuse", "和另一项能力容易混。")
    assert draft.state == "draft"
    with pytest.raises(Conflict):
        decide_version(session, approver, draft, "approve", WORDS)
    assert add_word(session, proposer, KEY, CUE, "盘场子").id == draft.id


def test_a_version_proposed_again_shows_no_decision_and_keeps_why_it_was_sent_back(
    session: Session, draft: LexiconVersion, proposer: Viewer, approver: Viewer
) -> None:
    propose_version(session, proposer, draft, WORDS)
    decide_version(session, approver, draft, "refuse", "和另一项能力容易混。")
    assert list_sent_back(session, draft) == []
    propose_version(session, proposer, draft, "两处都改清楚了再报。")
    assert (draft.decision, draft.decided_at, draft.decided_by_id) == ("", None, None)
    told = [(entry.actor_name, entry.detail["words"]) for entry in list_sent_back(session, draft)]
    assert told == [("孙审核", "和另一项能力容易混。")]
    decide_version(session, approver, draft, "approve", WORDS)
    assert draft.decided_by_id == approver.user_id


def test_an_office_within_the_region_of_another_has_no_part_in_the_words_of_the_site(
    session: Session,
    draft: LexiconVersion,
    proposer: Viewer,
    approver: Viewer,
    create_user: Callable[..., User],
    create_unit: Callable[..., Unit],
) -> None:
    county = create_unit("370785")
    curator = viewer_of(create_user(role="curator", unit=county))
    reviewer = viewer_of(create_user(role="reviewer", unit=county))
    for refused in (
        lambda: add_word(session, curator, KEY, CUE, "盘场子"),
        lambda: discard_draft(session, curator, draft),
        lambda: propose_version(session, curator, draft, WORDS),
    ):
        with pytest.raises(NotPermitted):
            refused()
    propose_version(session, proposer, draft, WORDS)
    for way in ("approve", "refuse"):
        with pytest.raises(NotPermitted):
            decide_version(session, reviewer, draft, way, WORDS)
    decide_version(session, approver, draft, "approve", WORDS)
    assert draft.state == "in_force"


def test_needs_are_read_both_ways_only_for_the_office_that_handles_them(
    session: Session,
    draft: LexiconVersion,
    proposer: Viewer,
    create_need: Callable[..., Need],
) -> None:
    asked = {"title": "想请人盘厂子", "pain": "今年要盘厂子。", "scene_id": None, "goals": []}
    need = create_need(state="published", success_criterion="", data_kinds="", **asked)
    create_need(state="published", region_code="371000", **asked)
    create_need(state="contracted", **asked)
    taxonomy = get_taxonomy(session)
    words = build_vocabulary(taxonomy)
    both = (load_lexicon(), lexicon_of_version(draft), words)
    count, found = list_changed_needs(session, proposer, *both)
    assert (count, [item["need"].id for item in found]) == (1, [need.id])
    nowhere = replace(proposer, unit_id=None, region_prefix=None)
    assert list_changed_needs(session, nowhere, *both) == (0, [])


def test_the_next_version_builds_on_the_one_in_force_and_the_former_is_found_by_its_version(
    session: Session, draft: LexiconVersion, proposer: Viewer, approver: Viewer
) -> None:
    switch(session, draft, proposer, approver)
    first = lexicon_in_force(session)
    second = add_word(session, proposer, KEY, TERM, "厂区盘整")
    assert (draft.number, second.number) == (1, 2)
    switch(session, second, proposer, approver)
    assert {"盘厂子", "厂区盘整"} <= {
        *lexicon_in_force(session).capabilities[KEY].cues,
        *lexicon_in_force(session).capabilities[KEY].terms,
    }
    assert draft.state == "superseded"
    assert lexicon_of(session, first.version) is first


def test_a_reason_and_a_change_are_needed(
    session: Session, draft: LexiconVersion, proposer: Viewer
) -> None:
    with pytest.raises(InvalidInput):
        propose_version(session, proposer, draft, "好")
    remove_word(session, proposer, KEY, "盘厂子")
    with pytest.raises(InvalidInput):
        propose_version(session, proposer, draft, WORDS)
    discard_draft(session, proposer, draft)
    assert open_version(session) is None


@pytest.mark.parametrize(
    ("kind", "phrase", "meaning", "told"),
    [
        (CUE, "厂", "", "“厂”太短，至少两个字。"),
        (TERM, "一二三四五六七八九十一二三四五六七八九十一", "", "词语最多20个字。"),
        (TERM, "盘厂，子", "", "词语里不能有标点或换行。"),
        (CUE, "搬厂", "", "“搬厂”已经是这项能力的词。"),
        (ABBREVIATION, "外观检测", "", "“外观检测”已经是“表面外观检测”的词。"),
        (LOOKALIKE, "搬厂广告", "", "请写明这个相似词实际指什么。"),
        (
            LOOKALIKE,
            "夏令营",
            "培训",
            "“夏令营”不含这项能力的任何一个词，用不着列为相似词。",
        ),
        (LOOKALIKE, "工厂规", "简称", "“工厂规”会挡住这项能力自己的词“工厂规划”。"),
    ],
)
def test_unfit_words_are_refused_in_plain_words(
    session: Session, proposer: Viewer, kind: str, phrase: str, meaning: str, told: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_word(session, proposer, KEY, kind, phrase, meaning)
    assert refusal.value.what == told


def test_a_removed_word_is_restored_and_a_new_capability_stands_in_the_draft(
    session: Session, proposer: Viewer
) -> None:
    remove_word(session, proposer, KEY, "搬厂")
    with pytest.raises(InvalidInput):
        remove_word(session, proposer, KEY, "搬厂")
    restored = restore_word(session, proposer, KEY, "搬厂", CUE)
    assert lexicon_of_version(restored) is load_lexicon()
    made = add_capability(session, proposer, "盐田卤水调度", ["S12"], ["15"], ["卤水调度"], [])
    with pytest.raises(InvalidInput):
        add_capability(session, proposer, "晒盐管理", ["S12"], [], ["卤水调度"], [])
    found = lexicon_of_version(restored).capabilities[made.id]
    assert (found.name, found.scene_ids, found.terms) == ("盐田卤水调度", ("S12",), ("卤水调度",))


def test_a_removed_word_is_added_again_as_it_was_or_as_another_kind(
    session: Session, proposer: Viewer
) -> None:
    remove_word(session, proposer, KEY, "搬新厂")
    again = add_word(session, proposer, KEY, CUE, "搬新厂")
    assert lexicon_of_version(again) is load_lexicon()
    remove_word(session, proposer, KEY, "搬新厂")
    moved = add_word(session, proposer, KEY, TERM, "搬新厂")
    found = lexicon_of_version(moved).capabilities[KEY]
    assert ("搬新厂" in found.terms, "搬新厂" in found.cues) == (True, False)
    restored = restore_word(session, proposer, KEY, "搬新厂", CUE)
    assert lexicon_of_version(restored) is load_lexicon()


def test_a_word_of_the_bureau_removed_in_the_draft_is_restored_as_it_is_in_force(
    session: Session, draft: LexiconVersion, proposer: Viewer, approver: Viewer
) -> None:
    add_word(session, proposer, KEY, LOOKALIKE, "搬厂广告", "租赁")
    switch(session, draft, proposer, approver)
    for phrase, kind in (("盘厂子", CUE), ("搬厂广告", LOOKALIKE)):
        remove_word(session, proposer, KEY, phrase)
        restored = restore_word(session, proposer, KEY, phrase, kind)
        assert lexicon_of_version(restored) is lexicon_in_force(session)
    remove_word(session, proposer, KEY, "盘厂子")
    again = add_word(session, proposer, KEY, CUE, "盘厂子")
    assert lexicon_of_version(again) is lexicon_in_force(session)


def test_a_removed_word_that_another_capability_has_by_now_is_not_restored(
    session: Session, proposer: Viewer
) -> None:
    remove_word(session, proposer, KEY, "搬新厂")
    add_capability(session, proposer, "盐田卤水调度", ["S12"], [], ["搬新厂"], [])
    with pytest.raises(InvalidInput) as refusal:
        restore_word(session, proposer, KEY, "搬新厂", CUE)
    assert refusal.value.what == "“搬新厂”已经是“盐田卤水调度”的词。"
    with pytest.raises(InvalidInput):
        restore_word(session, proposer, KEY, "从没有过", CUE)


def test_a_switch_changes_what_is_recommended_and_old_runs_keep_their_words(
    app: Flask,
    session: Session,
    create_need: Callable[..., Need],
    create_provider: Callable[..., Provider],
    proposer: Viewer,
    approver: Viewer,
    create_unit: Callable[..., Unit],
) -> None:
    need = create_need(
        state="published",
        title="想请人盘厂子",
        pain="老板说今年要盘厂子。",
        scene_id=None,
        goals=[],
        success_criterion="",
        data_kinds="",
    )
    create_provider("对口检测有限公司", tier="tier1")
    index, taxonomy = app.extensions["duijie.index"], get_taxonomy(session)
    rebuild(session, index)
    before = recommend(session, index, taxonomy, need)
    old = save_run(session, need, before, VISITING)
    switch(session, add_word(session, proposer, KEY, CUE, "盘厂子"), proposer, approver)
    session.commit()
    meanwhile = recommend(session, index, taxonomy, need)
    look_after_pool(session)
    after = recommend(session, index, taxonomy, need)
    new = save_run(session, need, after, VISITING)
    session.commit()
    assert KEY not in {item.code for item in before.understanding.capabilities}
    assert meanwhile.ranking == before.ranking, "nobody waits for the worker to read all again"
    assert KEY in {item.code for item in after.understanding.capabilities}
    assert old.lexicon_version == load_lexicon().version
    assert new.lexicon_version == lexicon_in_force(session).version
    for run in (old, new):
        replay = replay_run(session, run)
        assert (replay.same, replay.lexicon_changed) == (True, False)


def test_a_weight_set_is_measured_with_the_words_in_force(
    app: Flask,
    session: Session,
    proposer: Viewer,
    approver: Viewer,
    draft: LexiconVersion,
    tmp_path: Path,
) -> None:
    made = {"id": "P1", "name": "甲", "description": "工厂规划与产线布局设计"}
    asked = {"id": "N1", "title": "想请人盘厂子", "description": ""}
    (tmp_path / "providers.jsonl").write_text(json.dumps(made), encoding="utf-8")
    (tmp_path / "needs.jsonl").write_text(json.dumps(asked), encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("N1\tP1\t3\n", encoding="utf-8")
    words = ["match", "measure", "2026-11", str(tmp_path)]
    assert app.test_cli_runner().invoke(args=words).exit_code == 0
    switch(session, draft, proposer, approver)
    assert app.test_cli_runner().invoke(args=words).exit_code == 0
    measured = session.scalars(select(WeightMeasure).order_by(WeightMeasure.id)).all()
    versions = [load_lexicon().version, lexicon_in_force(session).version]
    assert [row.lexicon_version for row in measured] == versions
