"""The ranking against BM25F written out plainly, over a thousand documents."""

import math
from collections import Counter

import pytest

from bench.corpus import documents, needs
from marketplace.search import SearchIndex, Weighting, tokenize
from marketplace.search.finding import MAX_TERMS


@pytest.fixture(scope="module")
def corpus():
    return list(documents(1000, seed=3))


@pytest.fixture(scope="module")
def index(corpus, tmp_path_factory):
    index = SearchIndex(tmp_path_factory.mktemp("reference") / "index")
    index.rebuild(corpus)
    return index


class Reference:
    """BM25F as in ``weighting``, one document and one term at a time."""

    def __init__(self, corpus, weighting):
        self.weighting = weighting
        self.docs = {
            doc.ref: {"title": Counter(tokenize(doc.title)), "body": Counter(tokenize(doc.body))}
            for doc in corpus
        }
        self.lengths = {
            ref: {name: counts.total() for name, counts in doc.items()}
            for ref, doc in self.docs.items()
        }
        self.average = {
            name: sum(lengths[name] for lengths in self.lengths.values()) / len(self.docs)
            for name in ("title", "body")
        }
        self.holding = Counter(
            term for doc in self.docs.values() for term in doc["title"].keys() | doc["body"].keys()
        )

    def scores(self, text):
        return {
            ref: score for ref in self.docs if (score := self.score(set(tokenize(text)), ref)) > 0
        }

    def score(self, terms, ref):
        total = 0.0
        for term in terms:
            x = 0.0
            for name, counts in self.docs[ref].items():
                boost, b = self.weighting.field(name)
                norm = 1 - b + b * self.lengths[ref][name] / self.average[name]
                x += boost * counts[term] / norm
            if x > 0:
                n, k1 = self.holding[term], self.weighting.k1
                x = x * (k1 + 1) / (x + k1)
                total += x * math.log(1 + (len(self.docs) - n + 0.5) / (n + 0.5))
        return total


def test_scores_and_the_first_ten_agree_with_the_reference(corpus, index):
    reference = Reference(corpus, Weighting())
    for need in needs(12, seed=5):
        text = f"{need.title}\n{need.description}"
        wanted = reference.scores(text)
        assert dict(index.scores(text)) == pytest.approx(wanted, rel=1e-5)
        if len(set(tokenize(text))) > MAX_TERMS:
            continue  # a search box takes no more
        best = sorted(wanted.values(), reverse=True)[:10]
        found = index.find(text, limit=10)
        assert [hit.score for hit in found] == pytest.approx(best, rel=1e-5)
        assert found.total == len(wanted)
        floor = best[-1] * (1 + 1e-5)
        assert {ref for ref, score in wanted.items() if score > floor} <= {hit.ref for hit in found}
