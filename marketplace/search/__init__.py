"""Text search over the published documents of providers: an index that may be thrown away.

The database is the truth and this room never sees it: callers hand over ``Document`` values
of committed rows and get refs and scores back. Imports Whoosh, NumPy, SciPy, numba and rjieba, and
no other room. Nothing confidential may be put in; nothing here checks who is asking.
"""

from marketplace.search.analysis import tokenize
from marketplace.search.batches import BatchEvidence
from marketplace.search.documents import Document
from marketplace.search.errors import IndexBusy, IndexUnavailable
from marketplace.search.generations import Generation
from marketplace.search.index import SearchIndex
from marketplace.search.passages import highlight, snippet
from marketplace.search.results import Found, Hit, IndexStatus, Lineup, TextEvidence
from marketplace.search.weighting import Weighting

__all__ = [
    "BatchEvidence",
    "Document",
    "Found",
    "Generation",
    "Hit",
    "IndexBusy",
    "IndexStatus",
    "IndexUnavailable",
    "Lineup",
    "SearchIndex",
    "TextEvidence",
    "Weighting",
    "highlight",
    "snippet",
    "tokenize",
]
