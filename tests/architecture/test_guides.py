"""The guides name buttons and pages as the site does: what they quote stands in its texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from marketplace.web.translations import texts_in_use

ROOT = Path(__file__).resolve().parents[2]
GUIDES = sorted((ROOT / "docs/guide").glob("*.md"))
NOT_OF_THE_SITE = {"铸件 气孔", "年底"}
"""Words quoted as examples of what people write."""


@pytest.fixture(scope="module")
def texts() -> str:
    """All texts of the site, with the places for values cut out."""
    return "\n".join(re.sub(r"%\(\w+\)s", "", text) for text in texts_in_use(ROOT))


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_what_a_guide_quotes_stands_on_the_site(path: Path, texts: str) -> None:
    quoted = set(re.findall(r"“([^”]+)”", path.read_text("utf-8"))) - NOT_OF_THE_SITE
    parts = {part for words in quoted for part in words.split("…") if part}
    assert [part for part in sorted(parts) if part not in texts] == []


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_links_of_a_guide_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).is_file()] == []


def test_every_guide_is_named_in_the_overview() -> None:
    overview = (ROOT / "docs/guide/README.md").read_text("utf-8")
    assert [path.name for path in GUIDES if f"({path.name})" not in overview] == ["README.md"]
