"""Rules the reviewed word lists must keep, so that an edit by hand cannot break them unseen.

Reads the JSON files and the taxonomy tables directly; says nothing about how well they match.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

ROOM = Path(__file__).parents[3] / "marketplace"
LEXICON = ROOM / "matching" / "data" / "lexicon"
TAXONOMY = ROOM / "taxonomy" / "data"

Entry = dict[str, Any]


def _load(path: Path) -> Entry:
    loaded: Entry = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def _entries(pattern: str) -> list[Entry]:
    return [entry for path in sorted(LEXICON.glob(pattern)) for entry in _load(path)["entries"]]


def _column(table: str, column: str) -> set[str]:
    with (TAXONOMY / table).open(encoding="utf-8-sig", newline="") as lines:
        return {row[column] for row in csv.DictReader(lines)}


def _repeated(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(word.casefold() for word in words).items() if times > 1]


FILES = sorted(LEXICON.rglob("*.json"))
CAPABILITIES = _entries("capabilities/*.json")
INDUSTRIES = _entries("industry_words.json")
FRAMES = _entries("frames.json")
CONSTRAINTS = _entries("constraint_cues.json")
OTHER_TRADES = _entries("other_trades.json")
SCENE_CODES = _column("scenes_miit_2025_40.csv", "scene_id")
INDUSTRY_CODES = _column("industry_divisions_41.csv", "code")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_says_its_version_date_and_source_and_holds_one_entry_a_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    loaded = json.loads(text)

    assert set(loaded) == {"header", "entries"}
    assert all(loaded["header"][key] for key in ("version", "date", "source", "note"))
    assert sum(line.startswith('{"') for line in text.splitlines()) == len(loaded["entries"]) + 1
    assert "\\u" not in text


def test_every_scene_has_at_least_two_capabilities() -> None:
    covered = Counter(scene for entry in CAPABILITIES for scene in entry["scene_ids"])

    assert [scene for scene in sorted(SCENE_CODES) if covered[scene] < 2] == []


def test_every_scene_is_the_main_scene_of_some_capability() -> None:
    assert {entry["scene_ids"][0] for entry in CAPABILITIES} == SCENE_CODES


def test_ids_and_names_are_unique() -> None:
    for entries in (CAPABILITIES, FRAMES, CONSTRAINTS, OTHER_TRADES):
        assert _repeated(entry["id"] for entry in entries) == []
    assert _repeated(entry["code"] for entry in INDUSTRIES) == []
    assert _repeated(entry["name"] for entry in CAPABILITIES) == []


def test_capabilities_use_known_codes_only() -> None:
    for entry in CAPABILITIES:
        assert 1 <= len(entry["scene_ids"]) <= 3, entry["id"]
        assert set(entry["scene_ids"]) <= SCENE_CODES, entry["id"]
        assert set(entry["industries"]) <= INDUSTRY_CODES, entry["id"]
        assert set(entry["industry_variants"]) <= INDUSTRY_CODES, entry["id"]


def test_every_capability_has_terms_cues_and_lookalikes_and_no_empty_variant() -> None:
    for entry in CAPABILITIES:
        assert all(entry[key] for key in ("terms", "cues", "lookalikes")), entry["id"]
        assert all(entry["industry_variants"].values()), entry["id"]


def test_cues_are_short_fragments_and_no_word_is_a_single_character() -> None:
    for entry in CAPABILITIES:
        variants = [word for words in entry["industry_variants"].values() for word in words]
        words = [*entry["terms"], *entry["cues"], *variants]

        assert [cue for cue in entry["cues"] if len(cue) > 8] == [], entry["id"]
        assert [word for word in words if len(word) < 2 or word != word.strip()] == [], entry["id"]


def test_a_word_stands_once_in_a_capability() -> None:
    keys = ("terms", "abbreviations", "cues", "verbs")
    for entry in CAPABILITIES:
        assert _repeated(word for key in keys for word in entry.get(key, [])) == [], entry["id"]
        assert _repeated(item["phrase"] for item in entry["lookalikes"]) == [], entry["id"]
        for words in entry["industry_variants"].values():
            assert _repeated(words) == [], entry["id"]


def test_a_lookalike_says_why_and_never_hides_the_capabilitys_own_words() -> None:
    for entry in CAPABILITIES:
        own = [entry["name"], *entry["terms"], *entry["abbreviations"], *entry["cues"]]
        for item in entry["lookalikes"]:
            assert item["not"], entry["id"]
            assert [word for word in own if item["phrase"] in word] == [], entry["id"]


def test_every_industry_division_has_its_words_and_neighbours() -> None:
    assert {entry["code"] for entry in INDUSTRIES} == INDUSTRY_CODES
    for entry in INDUSTRIES:
        assert all(entry[key] for key in ("words", "weak", "neighbours")), entry["code"]
        assert set(entry["neighbours"]) <= INDUSTRY_CODES - {entry["code"]}, entry["code"]
        assert _repeated([*entry["words"], *entry["weak"]]) == [], entry["code"]


def test_a_word_that_betrays_an_industry_is_claimed_by_two_industries_at_most() -> None:
    claims = Counter(word for entry in INDUSTRIES for word in entry["words"])

    assert [word for word, times in claims.items() if times > 2] == []


def test_a_frame_belongs_to_a_capability_and_asks_for_at_least_two_things() -> None:
    known = {entry["id"] for entry in CAPABILITIES}
    for entry in FRAMES:
        assert entry["capability_id"] in known, entry["id"]
        assert len(entry["all_of"]) >= 2, entry["id"]
        assert all(entry["all_of"]), entry["id"]
        assert all(_repeated(words) == [] for words in entry["all_of"]), entry["id"]


def test_a_constraint_cue_names_its_side_and_constraint() -> None:
    for entry in CONSTRAINTS:
        assert entry["side"] in {"need", "provider", "both"}, entry["id"]
        assert entry["constraint"], entry["id"]
        assert entry["words"], entry["id"]
        assert _repeated(entry["words"]) == [], entry["id"]


@pytest.mark.parametrize(
    ("one", "opposite"),
    [
        ("onprem_provider", "cloud_only_provider"),
        ("offline_provider", "cloud_only_provider"),
        ("xinchuang_provider", "no_xinchuang_provider"),
        ("data_stay_need", "data_may_leave_need"),
    ],
)
def test_no_phrase_speaks_for_a_constraint_and_for_its_opposite(one: str, opposite: str) -> None:
    words = {entry["id"]: set(entry["words"]) for entry in CONSTRAINTS}

    assert words[one] & words[opposite] == set()
