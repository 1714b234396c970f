"""States on disk: sealed, swapped, swept; damage is noticed."""

import os
import random
import shutil
from pathlib import Path

import pytest

from marketplace.search import IndexUnavailable, SearchIndex


@pytest.fixture
def filled(index, document):
    index.rebuild([document("case:1", "视觉检测", tier=("tier1",)), document("case:2", "排产")])
    index.apply([document(f"offering:{n}", "排产与视觉检测") for n in range(9)], ["case:2"])
    index.apply([document("case:3", "激光焊接")], ["offering:4"])
    return index


def current(index_path: Path) -> Path:
    return index_path / (index_path / "CURRENT").read_text().split()[0]


def files_of(index_path: Path) -> list[Path]:
    inside = sorted(path for path in current(index_path).rglob("*") if path.is_file())
    return [index_path / "CURRENT", *inside]


def test_a_changed_byte_in_any_file_is_noticed(filled, index_path, tmp_path):
    rng = random.Random(7)
    for number, path in enumerate(files_of(index_path)):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(index_path, copy)
        victim = copy / path.relative_to(index_path)
        raw = bytearray(victim.read_bytes())
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        victim.write_bytes(raw)
        with pytest.raises(IndexUnavailable):
            SearchIndex(copy).versions()
        with pytest.raises(IndexUnavailable):
            SearchIndex(copy).verify()
        assert SearchIndex(copy).status().degraded


def test_a_shortened_missing_or_foreign_file_is_noticed(filled, index_path, tmp_path):
    for number, path in enumerate(files_of(index_path)):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(index_path, copy)
        victim = copy / path.relative_to(index_path)
        os.truncate(victim, victim.stat().st_size - 1)
        with pytest.raises(IndexUnavailable):
            SearchIndex(copy).versions()
        victim.unlink()
        with pytest.raises(IndexUnavailable):
            SearchIndex(copy).versions()
    (current(index_path) / "parts" / "stray").touch()
    with pytest.raises(IndexUnavailable, match="missing or foreign"):
        SearchIndex(index_path).versions()


def test_a_damaged_index_is_whole_again_after_a_rebuild(filled, index_path, document):
    next((current(index_path) / "postings").glob("*.seg")).write_bytes(b"rot")
    with pytest.raises(IndexUnavailable):
        SearchIndex(index_path).apply([document("case:5")], [])
    fresh = SearchIndex(index_path)
    fresh.rebuild([document("case:5", "视觉", version=3)])
    assert SearchIndex(index_path).versions() == {"case:5": 3}


def test_damage_after_opening_is_found_by_verifying(filled, index_path):
    filled.verify()
    part = next((current(index_path) / "parts").iterdir())
    raw = bytearray((part / "versions.npy").read_bytes())
    raw[-1] ^= 1
    (part / "versions.npy").write_bytes(raw)
    with pytest.raises(IndexUnavailable, match=r"versions\.npy"):
        filled.verify()


def test_a_reader_goes_on_after_its_generation_was_removed(index, index_path, document):
    index.rebuild([document("case:1", "视觉检测")])
    evidence = index.scores("视觉")
    writer = SearchIndex(index_path, grace_seconds=0.0)
    writer.rebuild([document("case:2", "激光")])
    writer.rebuild([document("case:3", "激光")])
    assert evidence.generation not in os.listdir(index_path)
    assert evidence["case:1"] > 0
    assert index.versions() == {"case:3": 1}


def test_former_generations_stay_for_their_grace(index, index_path, document):
    for number in range(4):
        index.rebuild([document("case:1", version=number)])
    assert len(list(index_path.glob("g*"))) == 4
    SearchIndex(index_path, grace_seconds=0.0).apply([document("case:2")], [])
    assert len(list(index_path.glob("g*"))) == 2


def test_what_a_dead_writer_left_is_swept_and_never_read(filled, index_path, document):
    before = filled.versions()
    shutil.copytree(current(index_path), index_path / "building-0badcafe")
    (index_path / "CURRENT.0badcafe").write_text("g999999999-deadbeef half")
    assert SearchIndex(index_path).versions() == before
    filled.apply([document("case:6")], [])
    assert not list(index_path.glob("building-*"))
    assert not list(index_path.glob("CURRENT.*"))


def test_a_small_change_shares_the_files_it_did_not_touch(index, index_path, document):
    index.rebuild([document(f"case:{n}", "视觉检测") for n in range(50)])
    part = next((current(index_path) / "parts").iterdir())
    inode = (part / "term_docs.npy").stat().st_ino
    index.apply([document("case:3", "激光", version=2)], [])
    linked = current(index_path) / "parts" / part.name / "term_docs.npy"
    assert linked.stat().st_ino == inode


def test_where_links_are_impossible_files_are_copied(index, index_path, document, monkeypatch):
    def refuse(self, target):
        raise OSError("no links here")

    index.rebuild([document(f"case:{n}", "视觉检测") for n in range(50)])
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    index.apply([document("case:3", "激光", version=2)], [])
    assert SearchIndex(index_path).versions()["case:3"] == 2


def test_no_text_is_stored(index, index_path, document):
    index.rebuild([document("case:1", "一句绝不会原样出现的完整的话", title="机器视觉检测")])
    stored = b"".join(path.read_bytes() for path in files_of(index_path))
    assert "机器视觉检测".encode() not in stored
    assert "绝不会原样出现".encode() not in stored
