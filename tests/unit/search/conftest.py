"""Short words for making documents and an index in a fresh directory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from marketplace.search import Document, SearchIndex

MakeDocument = Callable[..., Document]


@pytest.fixture
def document() -> MakeDocument:
    def make(
        ref: str,
        body: str = "",
        *,
        title: str = "",
        provider: str = "p1",
        version: int = 1,
        **facets,
    ):
        kind = ref.split(":")[0]
        return Document(ref, provider, kind, version, title, body, facets)

    return make


@pytest.fixture
def index_path(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(index_path: Path) -> SearchIndex:
    return SearchIndex(index_path)
