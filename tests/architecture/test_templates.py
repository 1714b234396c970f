"""Templates get prepared data: they neither query nor reach for the database."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
QUERIES = re.compile(r"\.query\b|\bsession\b|\bdb\.|\.scalars?\(|\.execute\(|(?<!\|)\bselect\(")


def _code(text: str) -> str:
    """Return what of a template is Jinja code, with comments and quoted words left out."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    code = " ".join(re.findall(r"\{\{.*?\}\}|\{%.*?%\}", text, flags=re.DOTALL))
    return re.sub(r"\"[^\"]*\"|'[^']*'", '""', code)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_queries(path: Path) -> None:
    assert QUERIES.findall(_code(path.read_text("utf-8"))) == []


def test_the_rule_sees_what_it_should() -> None:
    assert QUERIES.search(_code("{% for n in Need.query.all() %}"))
    assert QUERIES.search(_code("{{ db.session.get(Need, 1) }}"))
    assert not QUERIES.search(_code('{# session #}{{ _("session") }}<p>session</p>'))
