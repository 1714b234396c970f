"""Laws of the index over random histories."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.search import Document, SearchIndex, Weighting

WORDS = ["视觉", "检测", "排产", "mes", "激光", "焊接", "节能", "空压机"]
REFS = [f"case:{n}" for n in range(6)]
BODIES = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
UPSERT = st.tuples(st.sampled_from(REFS), BODIES, BODIES)
STEPS = st.lists(
    st.tuples(st.lists(UPSERT, max_size=4), st.lists(st.sampled_from(REFS), max_size=3)), max_size=6
)


def history(steps):
    """Yield the documents of each step, and what must be there after it."""
    there: dict[str, Document] = {}
    for version, (upserts, deletes) in enumerate(steps, start=1):
        documents = [
            Document(
                ref, f"p{ref[-1]}", "case", version, title, body, {"tier": (body[:2] or "none",)}
            )
            for ref, title, body in upserts
        ]
        there = {**there, **{document.ref: document for document in documents}}
        there = {ref: document for ref, document in there.items() if ref not in deletes}
        yield documents, deletes, there


def state(index):
    found = index.find("视觉检测 mes 空压机", limit=20)
    return (
        index.versions(),
        dict(index.scores(" ".join(WORDS))),
        [(hit.ref, hit.score, hit.terms) for hit in found],
        index.find("激光", facets={"tier": ["激光", "视觉"]}).total,
        [(hit.ref, hit.also) for hit in index.find("视觉 排产", group_by="provider_id")],
    )


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_changes_one_by_one_equal_a_rebuild(steps):
    """Bit for bit, where weights do not depend on lengths averaged at the last rebuild."""
    weighting = Weighting(title_b=0.0, body_b=0.0)
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder, "a"), weighting=weighting)
        fresh = SearchIndex(Path(folder, "b"), weighting=weighting)
        index.rebuild(
            [Document(f"profile:{n}", f"p{n}", "profile", 1, "", "视觉") for n in range(8)]
        )
        for documents, deletes, there in history(steps):
            index.apply(documents, deletes)
            base = [Document(f"profile:{n}", f"p{n}", "profile", 1, "", "视觉") for n in range(8)]
            fresh.rebuild([*base, *there.values()])
            assert state(index) == state(fresh)


@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_deleted_documents_never_return(steps):
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder, "a"))
        index.rebuild([])
        for documents, deletes, there in history(steps):
            index.apply(documents, deletes)
            for reader in (index, SearchIndex(Path(folder, "a"))):
                assert reader.versions() == {ref: doc.version for ref, doc in there.items()}
                assert set(reader.scores(" ".join(WORDS))) == {
                    ref for ref, doc in there.items() if (doc.title + doc.body).strip()
                }
