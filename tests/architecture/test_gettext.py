"""Every text a person reads goes through gettext, and the English catalogue fits the texts.

Templates: no Chinese outside `_()` but in comments, in the style guide (sample data) and where a
code word of the database is compared. Python: a Chinese text is a docstring, the text of a
gettext call or of `N_`, or the sentence of an error, which `web.errors` translates; what is data
or meant for a terminal stands in a module named below, with the reason.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from marketplace.home.navigation import ENGLISH_PAGES
from marketplace.web.extraction import loose_texts_of, msgids_of
from marketplace.web.translations import (
    catalogue_paths,
    missing_texts,
    read_catalogue,
    stale_texts,
    texts_in_use,
)

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]+")

TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*")
    if path.is_file() and "styleguide" not in path.as_posix()
)
MODULES = sorted((ROOT / "marketplace").rglob("*.py"))

CODE_WORDS = {"填报", "原文", "推断"}
"""Sources of what the matcher understood: stored as such in runs, compared in templates."""

PURE = ("matching", "search", "sheets", "taxonomy", "needlists/understanding")
"""Rooms that know no gettext: they read Chinese texts, or say why in sentences a run keeps."""

DATA = {
    "applications/letters.py": "a word put into letters, whose texts are a rule set",
    "accounts/services/erasure.py": "the name an erased account is stored under",
    "assessments/letters.py": "a word put into letters, whose texts are a rule set",
    "audit/services.py": "the name the system is stored under",
    "calls/fairness.py": "patterns that find places and years in texts",
    "calls/materials.py": "tracks, stored as such",
    "catalogue/queries.py": "tracks, stored as such",
    "config.py": "defaults of settings: the bureau's own names",
    "documents/word.py": "names of typefaces",
    "demo": "demonstration data, and words on the terminal",
    "formal_review/case_predicates.py": "facts kept with each check",
    "formal_review/desk_views.py": "tracks, stored as such",
    "formal_review/predicates.py": "facts kept with each check",
    "home/forms.py": "sample data of the style guide",
    "home/views.py": "examples to search for; the index is Chinese",
    "needlists/views/import_columns.py": "units as tables write them",
    "needlists/views/import_rows.py": "patterns and units of typed amounts",
    "needs/fields.py": "the unit people type behind an amount",
    "needs/letters.py": "a word put into letters, whose texts are a rule set",
    "needs/masking.py": "patterns that find figures and trades in texts",
    "needs/naming.py": "patterns that find names in texts",
    "needs/services.py": "the reason stored with a merged need",
    "needs/vocabulary.py": "classes and vouchers, stored as such",
    "providers/models.py": "the label of a masked client, stored as such",
    "providers/vocabulary.py": "staff bands, stored as such",
    "recommendations/fit_shown.py": "words the matcher says, looked for to say them to the provider",
    "recommendations/facts.py": "facts given to the matcher, which a run keeps",
    "recommendations/judged.py": "words on the terminal of who measures",
    "rubrics/faults.py": "sentences with figures in them about a body of data; pure, no gettext",
    "rubrics/figures.py": "sentences kept with a score, which the provider reads as they stand",
    "rubrics/scoring.py": "sentences kept with a decision, which the provider reads as they stand",
    "web/locale.py": "a language's own name",
    "recommendations/shown.py": "compares the matcher's code words",
}
"""Modules that hold Chinese data, and what it is."""


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _is_exempt(path: Path) -> bool:
    name = path.relative_to(ROOT / "marketplace").as_posix()
    if path.name.endswith("cli.py"):
        return True  # words on the operator's terminal
    return any(name == item or name.startswith(f"{item}/") for item in (*PURE, *DATA))


def _untranslated(text: str) -> list[str]:
    """Return the Chinese of a template that stands neither in a comment nor in `_()`."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"(?<!\w)_\(\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", "", text)
    return [words for words in CHINESE.findall(text) if words not in CODE_WORDS]


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_text_of_a_template_goes_through_gettext(path: Path) -> None:
    assert _untranslated(path.read_text("utf-8")) == []


def test_the_rule_for_templates_sees_what_it_should() -> None:
    assert _untranslated("{# 注 #}{{ _(\"标题\") }}{{ _('%(n)s条', n=1) }}") == []
    assert _untranslated('<p>裸字</p>{{ "参数" }}{{ other_("也是") }}') == ["裸字", "参数", "也是"]


@pytest.mark.parametrize("path", [p for p in MODULES if not _is_exempt(p)], ids=_name)
def test_every_text_of_a_module_is_translated_somewhere(path: Path) -> None:
    assert loose_texts_of(ast.parse(path.read_text("utf-8"))) == []


def test_the_rule_for_modules_sees_what_it_should() -> None:
    def loose(source: str) -> list[str]:
        return [text for _line, text in loose_texts_of(ast.parse(source))]

    assert loose('"""说明"""\nx = _("一")\ny = {"k": lazy_gettext("二")}') == []
    assert loose('raise Taken("三", next_step="四")\nz = NotFound("五")') == []
    assert loose('class E(Conflict):\n    title = "六"') == []
    assert loose('w = _("七" if a else "八")') == []
    assert loose('x = "甲"\nflash("乙")\ny = _(f"{n}条丙")\n_("好", n="丁")') == [
        "甲",
        "乙",
        "条丙",
        "丁",
    ]


def test_no_exemption_outlives_its_reason() -> None:
    for name in DATA:
        path = ROOT / "marketplace" / name
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        texts = [loose_texts_of(ast.parse(file.read_text("utf-8"))) for file in files]
        assert any(texts), f"{name} needs no exemption"


def test_sentences_of_errors_are_extracted(tmp_path: Path) -> None:
    source = 'raise Blocked("不能这样办理。", "没有变化。", next_step="请核对。")'
    found = [text for _line, text in msgids_of(ast.parse(source))]
    assert found == ["不能这样办理。", "没有变化。", "请核对。"]


def test_babel_extracts_by_its_own_command(tmp_path: Path) -> None:
    target = tmp_path / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract"]
    subprocess.run([*command, "-F", "babel.cfg", "-o", target, "."], cwd=ROOT, check=True)
    text = target.read_text("utf-8")
    assert 'msgid "工作台"' in text
    assert 'msgid "没有找到这个页面"' in text


@pytest.fixture(scope="module")
def used() -> dict[str, set[str]]:
    return texts_in_use(ROOT)


@pytest.fixture(scope="module")
def english() -> Catalog:
    return read_catalogue(ROOT / "translations/en/LC_MESSAGES/messages.po")


def test_no_translation_outlives_its_text(used: dict[str, set[str]]) -> None:
    for path in catalogue_paths(ROOT):
        assert stale_texts(read_catalogue(path), used) == []


def test_every_translation_keeps_the_places_for_values(english: Catalog) -> None:
    def places(text: str) -> list[str]:
        return sorted(set(re.findall(r"%\((\w+)\)", text)))

    wrong = [item.id for item in english if item.id and places(item.id) != places(item.string)]
    assert wrong == []


def test_no_translation_is_left_in_chinese_but_for_words_to_search_by(english: Catalog) -> None:
    chinese = {item.id for item in english if item.id and CHINESE.search(item.string)}
    assert all("如" in text for text in chinese), sorted(chinese)


def test_the_frame_and_the_english_pages_are_translated_whole(
    used: dict[str, set[str]], english: Catalog
) -> None:
    rooms = {endpoint.partition(".")[0] for endpoint in ENGLISH_PAGES}
    assert rooms == {"home", "catalogue", "needs"}
    files = [
        *(_name(path) for path in (ROOT / "templates/layouts").glob("*.html")),
        *(f"templates/components/{name}.html" for name in ("frame", "home", "catalogue", "page")),
        "templates/errors/error.html",
        "templates/pages/home/index.html",
        "templates/pages/catalogue/browse.html",
        "templates/pages/needs/browse.html",
        "templates/pages/needs/_rows.html",
        "marketplace/errors.py",
        "marketplace/catalogue/browsing.py",
        "marketplace/home/figures.py",
        "marketplace/home/navigation.py",
        "marketplace/needs/shown.py",
        "marketplace/web/errors.py",
        "marketplace/web/filters.py",
    ]
    assert [name for name in files if not (ROOT / name).is_file()] == []
    only_print = {"本表由公开规则计算，不构成采购推荐或信用背书。"}
    missing = {text for _file, text in missing_texts(english, used, files)}
    assert missing - only_print == set()
