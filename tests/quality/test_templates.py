"""What every template keeps, read from the files themselves."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "mail" not in path.parts)
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def _read(path: Path) -> str:
    return COMMENT.sub("", path.read_text("utf-8"))


def _name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_no_template_needs_inline_style_or_script(path: Path) -> None:
    text = _read(path)
    assert re.findall(r"\sstyle\s*=", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"\son[a-z]+\s*=\s*[\"']", text) == []
    assert [tag for tag in re.findall(r"<script\b[^>]*>", text) if "src=" not in tag] == []


def test_every_component_is_shown_in_the_style_guide_or_used_by_one() -> None:
    guide = TEMPLATES / "pages/styleguide"
    shown = "".join(_read(path) for path in [guide.with_suffix(".html"), *guide.glob("*.html")])
    frame = "".join(_read(path) for path in (TEMPLATES / "layouts").glob("*.html"))
    missing = []
    for path in COMPONENTS:
        others = "".join(_read(other) for other in COMPONENTS if other != path)
        text = _read(path)
        for name in re.findall(r"\{%-? macro (\w+)\(", text):
            used_here = len(re.findall(rf"\b{name}\(", text)) > 1
            if not used_here and not re.search(rf"\b{name}\b", shown + frame + others):
                missing.append(f"{path.stem}.{name}")
    assert missing == []


def test_every_script_a_page_asks_for_exists() -> None:
    static = TEMPLATES.parent / "static"
    asked = {
        name
        for path in PAGES
        for name in re.findall(r"asset_url\(['\"]((?:js|img)/[\w./-]+)['\"]\)", _read(path))
    }
    assert "js/toast.js" in asked
    assert [name for name in sorted(asked) if not (static / name).is_file()] == []
