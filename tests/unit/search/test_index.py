"""What the door promises: find, score, change, and say how the index is."""

import random
import threading

import pytest

from marketplace.search import IndexBusy, IndexUnavailable, Lineup, SearchIndex
from marketplace.search.generations import write_lock


@pytest.fixture
def filled(index, document):
    index.rebuild(
        [
            document(
                "case:1", "某轮毂厂上线视觉检测", title="视觉质检", provider="p1", tier=("tier1",)
            ),
            document("case:2", "车间排程与排产", title="APS 排产", provider="p2", tier=("tier2",)),
            document(
                "offering:3", "MES 与视觉检测一体", provider="p2", tier=("tier2",), scene=("S24",)
            ),
            document("profile:p3", "空压机节能", title="节能服务", provider="p3"),
        ]
    )
    return index


def refs(found):
    return [hit.ref for hit in found]


# -- finding ------------------------------------------------------------------------------


def test_hits_come_best_first_with_the_terms_that_matched(filled):
    found = filled.find("视觉质检")
    assert refs(found) == ["case:1", "offering:3"]
    assert found.total == 2
    assert found[0].terms[0] in ("质检", "视觉")
    assert found[1].terms == ("视觉",)
    assert found[0].provider_id == "p1"
    assert found[0].kind == "case"


def test_a_word_in_the_title_weighs_more_than_in_the_body(index, document):
    index.rebuild(
        [document("case:1", "视觉", title="节能"), document("case:2", "节能", title="视觉")]
    )
    assert refs(index.find("视觉")) == ["case:2", "case:1"]


def test_facets_are_joined_by_and_their_values_by_or(filled):
    assert refs(filled.find("视觉 排产", facets={"tier": ["tier2"]})) == ["case:2", "offering:3"]
    assert refs(
        filled.find("视觉 排产", facets={"tier": ["tier1", "tier2"], "scene": ["S24"]})
    ) == ["offering:3"]
    assert refs(filled.find("视觉 排产", facets={"kind": ["case"]})) == ["case:2", "case:1"]
    assert filled.find("视觉", facets={"tier": ["tier9"]}).total == 0


def test_only_allowed_documents_and_providers_are_found(filled):
    assert refs(filled.find("视觉", refs=["offering:3", "case:99"])) == ["offering:3"]
    assert refs(filled.find("视觉", providers=["p1"])) == ["case:1"]
    assert filled.find("视觉", providers=[]).total == 0
    assert filled.find("视觉", refs=[]).total == 0


def test_grouped_hits_are_one_a_provider_with_its_other_documents(filled):
    found = filled.find("视觉 排产", group_by="provider_id")
    assert [(hit.provider_id, hit.ref, hit.also) for hit in found] == [
        ("p2", "case:2", ("offering:3",)),
        ("p1", "case:1", ()),
    ]
    assert found.total == 2


def test_requiring_all_words_looks_within_the_document(filled):
    assert refs(filled.find("MES 视觉", require="all")) == ["offering:3"]
    assert refs(filled.find("MES 排产", require="all")) == []


def test_requiring_all_words_of_a_group_looks_at_all_its_documents(filled):
    found = filled.find("MES 排产", require="all", group_by="provider_id")
    assert [hit.provider_id for hit in found] == ["p2"]


def test_a_long_word_counts_as_held_where_its_pairs_are(index, document):
    index.rebuild([document("case:1", "互联与联网"), document("case:2", "互联")])
    assert refs(index.find("互联网", require="all")) == ["case:1"]


def test_pages_follow_each_other_without_gap_or_overlap(index, document):
    index.rebuild([document(f"case:{n}", "视觉") for n in range(10)])
    whole = refs(index.find("视觉", limit=10))
    pages = [refs(index.find("视觉", limit=4, offset=offset)) for offset in (0, 4, 8)]
    assert [len(page) for page in pages] == [4, 4, 2]
    assert [ref for page in pages for ref in page] == whole
    assert index.find("视觉", limit=4, offset=8).total == 10


def test_equal_scores_are_ordered_by_a_hash_that_stays(index, document):
    index.rebuild([document(f"case:{n}", "视觉") for n in range(6)])
    in_order = ["case:2", "case:4", "case:1", "case:5", "case:0", "case:3"]
    assert refs(index.find("视觉")) == in_order


@pytest.mark.parametrize(
    "text", ["", "的 了", "*1* OR [a TO b] ref:case", "??", "NOT 视觉~9 " * 5000]
)
def test_whatever_is_typed_is_only_words(filled, text):
    found = filled.find(text)
    assert found.total in (0, 2)


def test_an_empty_index_answers_nothing(index):
    index.rebuild([])
    assert index.find("视觉").total == 0
    assert index.find("视觉", facets={"tier": ["x"]}, group_by="provider_id").total == 0
    assert dict(index.scores("视觉")) == {}


# -- scoring ------------------------------------------------------------------------------


def test_scores_are_given_for_matching_documents_alone(filled):
    scores = filled.scores("视觉检测")
    assert set(scores) == {"case:1", "offering:3"}
    assert scores["case:1"] > scores["offering:3"] > 0
    assert scores.get("case:2", 0.0) == 0.0
    assert len(scores) == 2


def test_scores_of_some_refs_are_the_same_bits(filled):
    everything = filled.scores("视觉检测 排产")
    some = filled.scores("视觉检测 排产", refs=["offering:3", "case:2", "profile:p3", "case:99"])
    assert dict(some) == {ref: everything[ref] for ref in ("offering:3", "case:2")}


def test_the_best_of_the_evidence_are_the_first_hits(filled):
    found = filled.find("视觉 排产")
    best = filled.scores("视觉 排产").best(2)
    assert best == [(hit.ref, hit.score) for hit in found[:2]]


def test_scores_come_in_the_order_of_a_lineup(filled):
    lineup = Lineup(["case:2", "case:99", "offering:3", "case:1"])
    found = filled.scores("视觉检测")
    assert found.along(lineup).tolist() == [0.0, 0.0, found["offering:3"], found["case:1"]]


def test_a_lineup_follows_the_generations(filled):
    lineup = Lineup(["case:1", "offering:3"])
    assert filled.scores("视觉检测").along(lineup)[0] > 0
    filled.apply([], ["case:1"])
    after = filled.scores("视觉检测")
    assert after.along(lineup).tolist() == [0.0, after["offering:3"]]


def test_terms_may_be_weighted(filled):
    once, twice = filled.score_terms({"视觉": 1.0}), filled.score_terms({"视觉": 2.0})
    assert twice["case:1"] == pytest.approx(2 * once["case:1"])
    with pytest.raises(ValueError, match="above 0"):
        filled.score_terms({"视觉": 0.0})


def test_evidence_keeps_its_generation_while_the_index_moves_on(filled, document):
    before = filled.scores("视觉")
    filled.apply([], ["case:1"])
    assert before["case:1"] > 0
    assert before.generation != filled.scores("视觉").generation
    assert "case:1" not in filled.scores("视觉")


# -- changing -----------------------------------------------------------------------------


def test_a_change_is_found_at_once_by_another_reader(filled, index_path, document):
    reader = SearchIndex(index_path)
    assert reader.find("激光").total == 0
    filled.apply([document("case:7", "激光焊接")], [])
    assert refs(reader.find("激光")) == ["case:7"]


def test_a_new_version_replaces_the_old_text(filled, document):
    filled.apply([document("case:1", "激光焊接", version=2)], [])
    assert refs(filled.find("视觉")) == ["offering:3"]
    assert refs(filled.find("激光")) == ["case:1"]
    assert filled.versions() == {"case:1": 2, "case:2": 1, "offering:3": 1, "profile:p3": 1}


def test_of_several_upserts_the_last_counts_and_a_delete_wins(filled, document):
    first, last = document("case:8", "激光", version=1), document("case:8", "焊接", version=2)
    filled.apply([first, last, document("case:9", "激光")], ["case:9", "case:unknown"])
    assert filled.find("激光").total == 0
    assert filled.versions()["case:8"] == 2
    assert "case:9" not in filled.versions()


def test_a_change_of_nothing_publishes_nothing(filled):
    generation = filled.status().generation
    assert filled.apply([], ["case:unknown"]).name == generation


def test_changes_stay_apart_when_processes_share_the_state_of_chance(index, document):
    """As after a fork; Whoosh alone would give both segments one name."""
    index.rebuild([document(f"case:{n}", "视觉检测") for n in range(50)])
    for version in (2, 3):
        random.seed(1)
        index.apply([document("case:1", f"激光 {version}", version=version)], [])
    assert index.versions()["case:1"] == 3


def test_all_documents_may_go_and_come_back(filled, document):
    filled.apply([], list(filled.versions()))
    assert filled.status().documents == 0
    assert filled.find("视觉").total == 0
    filled.apply([document("case:1", "视觉", version=5)], [])
    assert filled.versions() == {"case:1": 5}
    assert filled.status().parts == 1


def test_small_changes_are_merged_as_they_pile_up(index, document):
    index.rebuild([document(f"case:{n}", "视觉检测") for n in range(300)])
    for n in range(40):
        index.apply([document(f"offering:{n}", "排产排程")], [])
    assert index.status().parts <= 6
    assert index.status().documents == 340
    assert index.find("排产").total == 40


def test_a_rebuild_is_due_when_a_quarter_has_changed(index, document):
    index.rebuild([document(f"case:{n}", "视觉检测") for n in range(1000)])
    assert not index.status().rebuild_due
    index.apply([document(f"offering:{n}", "排产") for n in range(320)], [])
    assert index.status().changed_share == pytest.approx(320 / 1320)
    assert not index.status().rebuild_due
    index.apply([], [f"case:{n}" for n in range(50)])
    assert index.status().rebuild_due


def test_a_rebuild_with_two_equal_refs_is_refused_and_changes_nothing(filled, document):
    before = filled.status()
    with pytest.raises(ValueError, match="case:1"):
        filled.rebuild([document("case:1"), document("case:1")])
    assert filled.status() == before


def test_a_change_needs_an_index(index, document):
    with pytest.raises(IndexUnavailable):
        index.apply([document("case:1")], [])


def test_a_second_writer_waits_and_then_gives_up(filled, index_path, document):
    other = SearchIndex(index_path, lock_seconds=0.05)
    with write_lock(index_path, 1.0), pytest.raises(IndexBusy):
        other.apply([document("case:9", "视觉")], [])
    other.apply([document("case:9", "视觉")], [])
    assert "case:9" in filled.versions()


def test_readers_see_whole_states_while_a_writer_works(filled, index_path, document):
    torn: list[object] = []
    stop = threading.Event()

    def read():
        reader = SearchIndex(index_path)
        while not stop.is_set():
            versions = reader.versions()
            if versions.get("case:21") != versions.get("case:22"):
                torn.append(versions)
            if len(scores := reader.scores("激光")) not in (0, 2):
                torn.append(dict(scores))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for version in range(1, 15):
        filled.apply([document(f"case:{n}", "激光", version=version) for n in (21, 22)], [])
    stop.set()
    for thread in threads:
        thread.join()
    assert torn == []


# -- saying how it is ---------------------------------------------------------------------


def test_without_an_index_the_status_is_degraded_with_a_reason(index):
    status = index.status()
    assert (status.degraded, status.manifest_ok, status.documents) == (True, False, 0)
    assert status.reason == "no index has been built"
    with pytest.raises(IndexUnavailable):
        index.find("视觉")


def test_the_status_of_a_good_index(filled):
    status = filled.status()
    assert (status.degraded, status.manifest_ok) == (False, True)
    assert (status.documents, status.parts, status.changed_share) == (4, 1, 0.0)
    assert status.generation is not None
    assert status.generation.startswith("g000000001-")


def test_an_index_cut_by_another_analyser_is_unavailable(filled, index_path, monkeypatch):
    monkeypatch.setattr("marketplace.search.writing.FINGERPRINT", "another")
    with pytest.raises(IndexUnavailable, match="another analyser"):
        SearchIndex(index_path).versions()
