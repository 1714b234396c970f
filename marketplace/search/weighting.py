"""How much a term says about a document: BM25F in closed form.

Pure arithmetic on arrays; may not touch files. The part of the formula that belongs to
the document is computed once, when a part of the index is built (its *impact*); the part
that belongs to the collection, the idf, is applied when a query is answered, so that one
changed document does not touch the others.

    weight(t, d) = idf(t) · x·(k1 + 1) / (x + k1)
    x            = Σ_field boost · count / (1 − b + b · length / average length)
    idf(t)       = ln(1 + (N − n + ½) / (n + ½))

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
(2009), section 3.6; the idf with 1 inside the logarithm, never negative, is Lucene's.
Worked number: one field, boost 1, k1 = 1.2, count 2 in a document of average length gives
x = 2 and the impact 2·2.2/3.2 = 1.375; for a term in 1 of 3 documents the idf is
ln(1 + 2.5/1.5) = 0.981, together 1.349.
"""

from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Weighting:
    """The free numbers of the formula; ``b`` 0 ignores lengths, 1 divides by them."""

    k1: float = 1.2
    title_boost: float = 2.0
    title_b: float = 0.5
    body_boost: float = 1.0
    body_b: float = 0.5

    def as_data(self) -> dict[str, float]:
        """Give the numbers for a manifest."""
        return asdict(self)

    def field(self, name: str) -> tuple[float, float]:
        """Give the boost and the b of a field."""
        return {
            "title": (self.title_boost, self.title_b),
            "body": (self.body_boost, self.body_b),
        }[name]


@dataclass(frozen=True, slots=True)
class AverageLengths:
    """Tokens a document has on average in each field.

    They are frozen when an index is rebuilt, so that parts added later weigh alike.
    """

    title: float
    body: float

    @classmethod
    def of(cls, documents: int, title: int, body: int) -> Self:
        """Divide the tokens counted in all documents."""
        documents = max(1, documents)
        return cls(title=title / documents, body=body / documents)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """Read the numbers from a manifest."""
        return cls(title=float(data["title"]), body=float(data["body"]))

    def field(self, name: str) -> float:
        """Give the average of a field."""
        return {"title": self.title, "body": self.body}[name]


def field_weights(
    counts: NDArray[np.float32],
    docs: NDArray[np.int32],
    lengths: NDArray[np.float64],
    average: float,
    boost: float,
    b: float,
) -> NDArray[np.float64]:
    """Weigh the postings of one field before saturation (one summand of x)."""
    relative = lengths / average if average > 0 else np.ones_like(lengths)
    norms = 1.0 - b + b * relative
    return boost * counts.astype(np.float64) / norms[docs]


def saturate(x: NDArray[np.float64], k1: float) -> NDArray[np.float32]:
    """Turn summed field weights into impacts."""
    return (x * (k1 + 1.0) / (x + k1)).astype(np.float32)


def idf(documents: int, holding: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weigh terms by how few of the documents hold them."""
    return np.log1p((documents - holding + 0.5) / (holding + 0.5))
