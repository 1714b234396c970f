"""Parts: an index of several answers like an index of one, and says how large it is."""

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.corpus import documents, needs
from marketplace.search import Lineup, SearchIndex
from marketplace.search.matrix import Part, tie_breaks_of


@pytest.fixture(scope="module")
def corpus():
    return list(documents(700, seed=6))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("parts")


@pytest.fixture(scope="module")
def in_three(corpus, folder):
    index = SearchIndex(folder / "three", part_documents=300)
    index.rebuild(iter(corpus))
    return index


@pytest.fixture(scope="module")
def in_one(corpus, folder):
    index = SearchIndex(folder / "one")
    index.rebuild(corpus)
    return index


def the_part(folder: Path) -> Part:
    return Part.open(next(folder.glob("*/parts/*")))


def test_a_rebuild_in_several_parts_answers_like_one_in_a_single_part(in_one, in_three):
    """Term rows are numbered by part, but in the same order, so that sums are the same bits."""
    assert (in_one.status().parts, in_three.status().parts) == (1, 3)
    assert in_three.versions() == in_one.versions()
    lineup = Lineup(in_one.versions())
    for need in needs(8, seed=2):
        text = f"{need.title}\n{need.description}"
        assert np.array_equal(
            in_three.scores(text).along(lineup), in_one.scores(text).along(lineup)
        )
        assert in_three.scores(text).best(20) == in_one.scores(text).best(20)
        for facets in ({}, {"tier": ["tier1"]}):
            found = in_one.find(text, facets=facets, group_by="provider_id")
            again = in_three.find(text, facets=facets, group_by="provider_id")
            assert [(hit.ref, hit.also) for hit in again] == [(hit.ref, hit.also) for hit in found]


def test_the_parts_of_a_rebuild_do_not_ask_for_another(tmp_path, corpus):
    index = SearchIndex(tmp_path / "index", part_documents=20)
    index.rebuild(corpus)
    assert index.status().parts == 35
    assert index.status().changed_share == 0.0
    assert not index.status().rebuild_due
    index.apply([replace(corpus[0], version=2)], [])
    assert index.status().changed_share == pytest.approx(2 / 701)
    assert not index.status().rebuild_due
    index.apply([], [document.ref for document in corpus[::3]])
    assert index.status().rebuild_due


def test_a_deletion_is_gone_from_every_answer_at_once(tmp_path, corpus):
    index = SearchIndex(tmp_path / "index", part_documents=300)
    index.rebuild(corpus)
    text = corpus[350].body
    assert index.find(text)[0].ref == corpus[350].ref
    index.apply([], [corpus[350].ref])
    lineup = Lineup([corpus[350].ref, corpus[351].ref])
    for reader in (index, SearchIndex(tmp_path / "index")):
        assert corpus[350].ref not in [hit.ref for hit in reader.find(text)]
        assert corpus[350].ref not in reader.scores(text)
        assert reader.scores(text).along(lineup)[0] == 0
        assert reader.scores_many([text]).along(lineup)[0, 0] == 0


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 1.0])
def test_scoring_some_documents_gives_the_bits_of_scoring_all(in_three, corpus, share):
    refs = [document.ref for document in corpus]
    scattered = random.Random(share).sample(refs, int(share * len(refs)))
    side_by_side = sorted(refs)[: int(share * len(refs))]
    for need in needs(6, seed=3):
        text = f"{need.title}\n{need.description}"
        whole = in_three.scores(text)
        for chosen in (scattered, side_by_side):
            wanted = {ref: whole[ref] for ref in chosen if ref in whole}
            assert dict(in_three.scores(text, refs=chosen)) == wanted


def test_a_facet_finds_what_leaving_out_the_others_does(in_three, corpus):
    text = corpus[77].body
    everything = in_three.find(text, limit=700)
    for facets in ({"tier": ["tier1"]}, {"tier": ["tier2"], "region": ["370100", "370200"]}):
        having = {
            document.ref
            for document in corpus
            if all(set(values) & set(document.facets[name]) for name, values in facets.items())
        }
        wanted = [(hit.ref, hit.score) for hit in everything if hit.ref in having]
        found = in_three.find(text, limit=700, facets=facets)
        assert [(hit.ref, hit.score) for hit in found] == wanted
        assert found.total == len(wanted)


def test_a_part_takes_what_the_manual_says(in_one, folder):
    """Sixteen bytes a posting, and a hundred a document with its ref; see docs/search.md."""
    part = the_part(folder / "one")
    arrays = {key: value for key, value in vars(part).items() if isinstance(value, np.ndarray)}
    postings = {"term_docs", "term_impacts", "doc_terms", "doc_impacts"}
    assert sum(arrays.pop(key).nbytes for key in postings) == 16 * part.term_docs.size
    terms = arrays.pop("term_starts").nbytes
    assert terms == 4 * (len(part.terms) + 2)
    assert sum(array.nbytes for array in arrays.values()) <= 100 * part.size


def test_two_refs_with_one_hash_are_told_apart(in_one, folder):
    part = the_part(folder / "one")
    shared = np.full(part.size, 7, dtype=np.uint64)
    colliding = replace(part, tie_breaks=shared, ref_order=np.arange(part.size, dtype=np.int32))
    refs = [part.ref(500), part.ref(0), "case:unknown"]
    assert colliding.places_of(refs, shared[:3]).tolist() == [500, 0, -1]
    assert part.places_of(refs, tie_breaks_of(refs)).tolist() == [500, 0, -1]
