"""Many queries at once give what they give one by one, bit for bit."""

import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.corpus import documents, needs
from marketplace.search import Document, Lineup, SearchIndex

WORDS = ["视觉", "检测", "排产", "mes", "激光", "焊接", "节能", "空压机"]
REFS = [f"case:{n}" for n in range(12)]
TEXTS = st.lists(st.sampled_from([*WORDS, "没有"]), max_size=6).map(" ".join)
UPSERTS = st.lists(st.tuples(st.sampled_from(REFS), TEXTS), max_size=5)
STEPS = st.lists(st.tuples(UPSERTS, st.lists(st.sampled_from(REFS), max_size=2)), max_size=4)
WEIGHTED = st.dictionaries(
    st.sampled_from([*WORDS, "没有"]), st.floats(min_value=0.01, max_value=3.0), max_size=5
)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """An index of several parts, some documents of which have gone."""
    index = SearchIndex(tmp_path_factory.mktemp("batches") / "index")
    corpus = list(documents(1500, seed=4))
    index.rebuild(corpus[:1000])
    index.apply(corpus[1000:1300], [document.ref for document in corpus[:40]])
    index.apply(corpus[1250:1500], [corpus[1001].ref])
    return index


def texts(count):
    return [f"{need.title}\n{need.description}" for need in needs(count, seed=9)]


def one_by_one(index, asked, lineup):
    return np.array([index.scores(text).along(lineup) for text in asked])


def a_lineup(index, count, seed=1):
    refs = sorted(index.versions())
    random.Random(seed).shuffle(refs)
    return Lineup([*refs[:count], "case:unknown"])


@pytest.mark.parametrize("count", [1, 7, 300, 2000])
def test_a_batch_along_a_lineup_equals_its_texts_one_by_one(index, count):
    lineup = a_lineup(index, count)
    found = index.scores_many(texts(30))
    assert found.along(lineup).dtype == np.float32
    assert np.array_equal(found.along(lineup), one_by_one(index, texts(30), lineup))


def test_a_batch_worth_several_threads_equals_its_texts_one_by_one(index):
    asked = texts(2000)
    for count in (700, 2000):
        lineup = a_lineup(index, count)
        found = index.scores_many(asked).along(lineup)
        assert np.array_equal(found, one_by_one(index, asked, lineup))


@settings(max_examples=40, deadline=None)
@given(STEPS, st.lists(WEIGHTED, max_size=5), st.permutations(REFS), st.integers(0, 12))
def test_weighted_terms_in_a_batch_equal_them_one_by_one(steps, queries, refs, count):
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder, "index"))
        index.rebuild([Document(f"profile:{n}", "p1", "profile", 1, "", WORDS[n]) for n in (0, 1)])
        for upserts, deletes in steps:
            made = [Document(ref, "p1", "case", 1, text[:2], text) for ref, text in upserts]
            index.apply(made, deletes)
        for lineup in (Lineup(refs[:count]), Lineup([*refs, "profile:0", "profile:1"])):
            found = index.score_terms_many(queries).along(lineup)
            assert found.shape == (len(queries), len(lineup))
            for row, query in zip(found, queries, strict=True):
                assert np.array_equal(row, index.score_terms(query).along(lineup))


def test_a_batch_answers_from_the_generation_of_its_call(index, tmp_path, document):
    index = SearchIndex(tmp_path / "index")
    index.rebuild([document("case:1", "视觉")])
    before = index.scores_many(["视觉", "排产"])
    lineup = Lineup(["case:1", "case:2"])
    index.apply([document("case:2", "视觉")], ["case:1"])
    assert (before.along(lineup)[0] > 0).tolist() == [True, False]
    assert before.generation != index.scores_many([]).generation
    after = index.scores_many(["视觉"])
    assert (after.along(lineup)[0] > 0).tolist() == [False, True]


def test_a_batch_gives_single_evidence_and_smaller_batches(index):
    asked = texts(6)
    batch = index.scores_many(asked)
    lineup = a_lineup(index, 50)
    assert len(batch) == 6
    assert batch[2].best(5) == index.scores(asked[2]).best(5)
    assert np.array_equal(batch[2:4].along(lineup), batch.along(lineup)[2:4])


def test_nothing_asked_or_nobody_lined_up_gives_an_empty_table(index):
    assert index.scores_many([]).along(a_lineup(index, 3)).shape == (0, 4)
    assert index.scores_many(["视觉"]).along(Lineup([])).shape == (1, 0)
    assert index.scores_many(["", "的"]).along(a_lineup(index, 3)).tolist() == [[0.0] * 4] * 2
    with pytest.raises(ValueError, match="above 0"):
        index.score_terms_many([{"视觉": 1.0}, {"视觉": 0.0}])
