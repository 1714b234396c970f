"""Answer a search box: which documents, or whose, in which order, how many in all.

Works on a snapshot. May not parse query syntax: what a person types is cut into at most 64
terms and nothing in it is an operator.
"""

import functools
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from marketplace.search import analysis
from marketplace.search.kernels import best
from marketplace.search.results import Found, Hit
from marketplace.search.snapshot import Mask, Snapshot

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
    scores = snapshot.scores(query)
    if allowed is not None:
        scores[~allowed] = 0.0
    if require == "all":
        scores[~_holding_all(snapshot, text, scores > 0, by_provider)] = 0.0
    if by_provider:
        return _found_providers(snapshot, query, scores, limit, offset)
    places = best(scores, offset + limit, snapshot.tie_breaks)[offset:]
    hits = _hits(snapshot, query, scores, places, {})
    return Found(hits, int(np.count_nonzero(scores)))


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


def _found_providers(
    snapshot: Snapshot,
    query: Mapping[str, float],
    scores: NDArray[np.float32],
    limit: int,
    offset: int,
) -> Found:
    """Order providers by their best document."""
    matching = np.flatnonzero(scores)
    order = matching[np.lexsort((snapshot.tie_breaks(matching), -scores[matching]))]
    _, first = np.unique(snapshot.provider_of[order], return_index=True)
    leaders = order[np.sort(first)]
    page = leaders[offset : offset + limit]
    also: dict[int, list[int]] = {}
    for place in page.tolist():
        same = order[snapshot.provider_of[order] == snapshot.provider_of[place]]
        also[place] = same[1 : 1 + _ALSO].tolist()
    return Found(_hits(snapshot, query, scores, page, also), int(leaders.size))


def _hits(
    snapshot: Snapshot,
    query: Mapping[str, float],
    scores: NDArray[np.float32],
    places: NDArray[np.int64],
    also: Mapping[int, list[int]],
) -> list[Hit]:
    listed = places.tolist()
    hits = []
    for place, shares in zip(listed, snapshot.shares(query, listed), strict=True):
        part, within = snapshot.locate(place)
        others = (snapshot.locate(other) for other in also.get(place, ()))
        hits.append(
            Hit(
                ref=part.ref(within),
                provider_id=part.provider(within),
                kind=part.kind(within),
                version=int(part.versions[within]),
                score=float(scores[place]),
                terms=tuple(shares),
                also=tuple(other.ref(at) for other, at in others),
            )
        )
    return hits
