"""The engines that are compared, behind one small interface.

All get the same tokens: each document as one list, each query as a list of distinct tokens.
What an engine can prepare for a query beforehand it may do in ``prepare``, untimed; ``top``
is timed and gives the numbers of the ten best documents. The others are set up to do no more
than that (no positions, no stored texts, one segment, one thread).
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import bm25s
import tantivy

from marketplace.search import Found, SearchIndex

TOP = 10
Tokens = list[str]


class Engine(Protocol):
    name: str  # ``slow`` engines take part in the first round only

    def prepare(self, query: Tokens) -> Any: ...

    def top(self, prepared: Any) -> list[int]: ...


class Ours:
    """Through the door, from tokens to the refs and scores of the ten best."""

    name = "duijie: score_terms().best(10)"

    def __init__(self, index: SearchIndex, refs: Sequence[str]) -> None:
        self._index = index
        self._numbers = {ref: number for number, ref in enumerate(refs)}

    def prepare(self, query: Tokens) -> dict[str, float]:
        return dict.fromkeys(query, 1.0)

    def top(self, prepared: dict[str, float]) -> list[tuple[str, float]]:
        return self._index.score_terms(prepared).best(TOP)

    def numbers(self, best: list[tuple[str, float]]) -> list[int]:
        return [self._numbers[ref] for ref, _ in best]


class OursFind(Ours):
    """The whole search box: cut the text, find, and tell the terms that matched."""

    name = "duijie: find(text)"

    def prepare(self, query: Tokens) -> str:  # type: ignore[override]
        return "\n".join(query)

    def top(self, prepared: str) -> Found:  # type: ignore[override]
        return self._index.find(prepared, limit=TOP)

    def numbers(self, found: Found) -> list[int]:  # type: ignore[override]
        return []


class Tantivy:
    """One segment, whitespace tokens, frequencies only; the query object is made beforehand."""

    name = "Tantivy"

    def __init__(self, folder: Path, texts: Sequence[Tokens]) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        builder.add_unsigned_field("number", stored=True)
        self._schema = builder.build()
        folder.mkdir()
        index = tantivy.Index(self._schema, path=str(folder))
        writer = index.writer(heap_size=512_000_000, num_threads=1)
        for number, tokens in enumerate(texts):
            writer.add_document(tantivy.Document(text=" ".join(tokens), number=number))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def prepare(self, query: Tokens) -> Any:
        terms = (tantivy.Query.term_query(self._schema, "text", token, "freq") for token in query)
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])

    def top(self, prepared: Any) -> Any:
        return self._searcher.search(prepared, TOP, count=False).hits

    def numbers(self, hits: Any) -> list[int]:
        return [self._searcher.doc(address)["number"][0] for _, address in hits]


class Bm25sScores:
    """bm25s with NumPy: the dense scores alone, without choosing the best."""

    name = "bm25s NumPy: get_scores()"

    def __init__(self, retriever: bm25s.BM25) -> None:
        self._retriever = retriever

    def prepare(self, query: Tokens) -> Tokens:
        return [token for token in query if token in self._retriever.vocab_dict]

    def top(self, prepared: Tokens) -> Any:
        return self._retriever.get_scores(prepared)

    def numbers(self, scores: Any) -> list[int]:
        return []


class Bm25s(Bm25sScores):
    """bm25s, as its documentation uses it."""

    def __init__(self, retriever: bm25s.BM25) -> None:
        super().__init__(retriever)
        backend = {"numpy": "NumPy", "numba": "numba"}[retriever.backend]
        self.name = f"bm25s {backend}: retrieve(k=10)"

    def top(self, prepared: Tokens) -> Any:
        return self._retriever.retrieve([prepared], k=TOP, n_threads=0, show_progress=False)

    def numbers(self, found: Any) -> list[int]:
        return [int(number) for number in found.documents[0]]


class Fts5:
    """SQLite's full-text index in memory, contentless, ranked by its bm25()."""

    name = "SQLite FTS5 (first round only)"
    slow = True

    def __init__(self, texts: Sequence[Tokens]) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE texts USING fts5(text, content='',"
            " tokenize=\"unicode61 remove_diacritics 0 tokenchars '.+#%'\")"
        )
        rows = ((number, " ".join(tokens)) for number, tokens in enumerate(texts, start=1))
        self._database.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", rows)
        self._database.execute("INSERT INTO texts(texts) VALUES ('optimize')")

    def prepare(self, query: Tokens) -> str:
        return " OR ".join(f'"{token}"' for token in query)

    def top(self, prepared: str) -> Any:
        sql = f"SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT {TOP}"
        return self._database.execute(sql, (prepared,)).fetchall()

    def numbers(self, rows: Any) -> list[int]:
        return [row[0] - 1 for row in rows]


def bm25s_index(texts: Sequence[Tokens]) -> bm25s.BM25:
    """Build a retriever with our k1 and the usual b."""
    retriever = bm25s.BM25(method="lucene", k1=1.2, b=0.75, backend="numpy")
    retriever.index(list(texts), show_progress=False)
    return retriever


def with_numba(retriever: bm25s.BM25) -> bm25s.BM25:
    """Give a retriever over the same postings that scores with numba."""
    compiled = bm25s.BM25(method="lucene", k1=1.2, b=0.75, backend="numba")
    for key, value in vars(retriever).items():
        if key not in ("backend", "_compute_relevance_from_scores"):
            setattr(compiled, key, value)
    compiled.activate_numba_scorer()
    return compiled
