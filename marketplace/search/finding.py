"""Answer a search box: which documents, or whose, in which order, how many in all.

Works on a snapshot. May not parse query syntax: what a person types is cut into at most 64
terms and nothing in it is an operator.
"""

import functools
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from marketplace.search import analysis
from marketplace.search.kernels import best
from marketplace.search.results import Found, Hit
from marketplace.search.snapshot import Mask, Places, Snapshot

MAX_TERMS = 64
_ALSO = 3
_KEPT_QUERIES = 2048  # the same need is scored again at every look at its page: about 4 KB each
Require = Literal["any", "all"]


def query_terms(text: str, limit: int) -> dict[str, float]:
    """Cut a query into distinct terms of weight 1, the first ``limit`` in order of the text.

    A term said twice counts once: on the judged sample counting repetitions lost 0.004.
    """
    return dict.fromkeys(_distinct_terms(text, limit), 1.0)


@functools.lru_cache(maxsize=_KEPT_QUERIES)
def _distinct_terms(text: str, limit: int) -> tuple[str, ...]:
    terms: dict[str, None] = {}
    for token in analysis.cut(analysis.normalize(text)):
        terms[token.text] = None
        if len(terms) >= limit:
            break
    return tuple(terms)


def find(
    snapshot: Snapshot,
    text: str,
    *,
    limit: int,
    offset: int = 0,
    facets: Mapping[str, Collection[str]] | None = None,
    refs: Iterable[str] | None = None,
    providers: Iterable[str] | None = None,
    require: Require = "any",
    by_provider: bool = False,
) -> Found:
    """Order the documents, or the providers, that answer a query."""
    query = query_terms(text, MAX_TERMS)
    allowed = _allowed(snapshot, facets, refs, providers)
    if allowed is None:
        scored = _Scored(snapshot, None, snapshot.scores(query))
    else:
        places = allowed.nonzero()[0]
        scored = _Scored(snapshot, places, snapshot.scores_at(query, places))
    scores = scored.scores
    if require == "all":
        every = scored.at(np.arange(scores.size))
        matching = np.zeros(snapshot.size, dtype=np.bool_)
        matching[every] = scores > 0
        scores[~_holding_all(snapshot, text, matching, by_provider)[every]] = 0.0
    if by_provider:
        return _found_providers(query, scored, limit, offset)
    page = best(scores, offset + limit, scored.tie_breaks)[offset:]
    hits = _hits(query, scored, page, {})
    return Found(hits, int(np.count_nonzero(scores)))


class _Scored(NamedTuple):
    """Documents that may be found and their scores; places None are all. Numbers count them."""

    snapshot: Snapshot
    places: Places | None
    scores: NDArray[np.float32]

    def at(self, numbers: Places) -> Places:
        """Tell where documents are."""
        return numbers if self.places is None else self.places[numbers]

    def tie_breaks(self, numbers: Places) -> NDArray[np.uint64]:
        """Tell what orders equal scores."""
        return self.snapshot.tie_breaks(self.at(numbers))


def _allowed(
    snapshot: Snapshot,
    facets: Mapping[str, Collection[str]] | None,
    refs: Iterable[str] | None,
    providers: Iterable[str] | None,
) -> Mask | None:
    """Join all restrictions; None if there are none."""
    masks = []
    if facets:
        masks.append(snapshot.with_facets(facets))
    if providers is not None:
        masks.append(snapshot.with_providers(providers))
    if refs is not None:
        mask = np.zeros(snapshot.size, dtype=np.bool_)
        mask[snapshot.places(refs)] = True
        masks.append(mask)
    return np.logical_and.reduce(masks) if masks else None


def _holding_all(snapshot: Snapshot, text: str, matching: Mask, by_provider: bool) -> Mask:
    """Mark documents that hold every word of the query, or whose provider's documents do.

    A long word also counts as held where all its character pairs are.
    """
    mask = np.ones(snapshot.size, dtype=np.bool_)
    for word in _first_words(text):
        holding = _marked(snapshot, word)
        pairs = [token for token in analysis.tokenize(word) if token != word]
        if pairs:
            holding |= np.logical_and.reduce([_marked(snapshot, pair) for pair in pairs])
        holding &= matching
        if by_provider:
            having = np.zeros(len(snapshot.providers), dtype=np.bool_)
            having[snapshot.provider_of[holding]] = True
            holding = having[snapshot.provider_of]
        mask &= holding
    return mask


def _first_words(text: str) -> dict[str, None]:
    words: dict[str, None] = {}
    for token in analysis.cut(analysis.normalize(text)):
        if token.is_word:
            words[token.text] = None
        if len(words) >= MAX_TERMS:
            break
    return words


def _marked(snapshot: Snapshot, term: str) -> Mask:
    mask = np.zeros(snapshot.size, dtype=np.bool_)
    mask[snapshot.holding(term)] = True
    return mask


def _found_providers(query: Mapping[str, float], scored: _Scored, limit: int, offset: int) -> Found:
    """Order providers by their best document."""
    matching = np.flatnonzero(scored.scores)
    order = matching[np.lexsort((scored.tie_breaks(matching), -scored.scores[matching]))]
    provider_of = scored.snapshot.provider_of[scored.at(order)]
    _, first = np.unique(provider_of, return_index=True)
    leaders = np.sort(first)
    also: dict[int, list[int]] = {}
    for leader in leaders[offset : offset + limit].tolist():
        same = order[provider_of == provider_of[leader]]
        also[int(order[leader])] = same[1 : 1 + _ALSO].tolist()
    page = order[leaders[offset : offset + limit]]
    return Found(_hits(query, scored, page, also), int(leaders.size))


def _hits(
    query: Mapping[str, float],
    scored: _Scored,
    page: Places,
    also: Mapping[int, list[int]],
) -> list[Hit]:
    snapshot = scored.snapshot
    places = scored.at(page).tolist()
    hits = []
    for number, place, shares in zip(
        page.tolist(), places, snapshot.shares(query, places), strict=True
    ):
        part, within = snapshot.locate(place)
        second = scored.at(np.array(also.get(number, ()), dtype=np.int64)).tolist()
        others = (snapshot.locate(other) for other in second)
        hits.append(
            Hit(
                ref=part.ref(within),
                provider_id=part.provider(within),
                kind=part.kind(within),
                version=int(part.versions[within]),
                score=float(scored.scores[number]),
                terms=tuple(shares),
                also=tuple(other.ref(at) for other, at in others),
            )
        )
    return hits
