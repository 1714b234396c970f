"""Readings kept in files rank as readings just made, and only what changed is read again."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.arrays import open_arrays, write_arrays
from marketplace.matching.facts import NeedFacts, ProviderFacts
from marketplace.matching.kept_numbers import MOST_KEPT, KeptNumbers
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.parts import part_of_arrays
from marketplace.matching.prepared import Prepared, prepare
from marketplace.matching.ranking import rank
from marketplace.matching.readings import Readings, no_readings
from marketplace.matching.records import dump, to_json
from marketplace.matching.results import Excluded, Placed
from marketplace.matching.understanding import understand
from marketplace.matching.weights import load_weights

from .builders import CATALOGUE, TODAY, VOCABULARY, case, offering, provider
from .test_ranking_properties import NEEDS, catalogues, evidence_for

LEXICON = load_lexicon()
FULL = provider(
    "full",
    "压铸件外观检测，30万元起，可本地部署。",
    case("case:f-1", "轮毂厂：毛刺判别", industry_code="36", year=2024, verification="checked"),
    case("case:f-2", "视频会议", metrics=("漏检率由3%变为0.4%",)),
    tier="tier1",
    valid_on=TODAY,
    type_codes=("T8",),
    industry_codes=("36", "33"),
    scene_ids=("S24", "S09", "S28", "S01"),
    deployments=("onprem",),
    xinchuang=True,
    offerings=(offering("offering:f-1", "检测工位 MES 接口", "equipment", price_min_wan=12.5),),
)


def read(providers: Sequence[ProviderFacts], former: Readings | None = None) -> Readings:
    larger, parts, rows = (former or no_readings(LEXICON)).with_read(providers)
    return larger.arranged(parts, rows)


def reopened(readings: Readings, folder: Path) -> Prepared:
    """Write everything to files and open it again."""
    for part in readings.parts:
        write_arrays(folder / part.name, part.arrays())
    write_arrays(folder / "pieces", readings.numbers.arrays)
    write_arrays(folder / "tables", readings.laid_out())
    opened = replace(
        readings,
        parts=tuple(
            part_of_arrays(part.name, open_arrays(folder / part.name)) for part in readings.parts
        ),
        numbers=KeptNumbers(open_arrays(folder / "pieces")),
    )
    return opened.prepared(open_arrays(folder / "tables"))


def told(
    prepared: Prepared, providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> tuple[tuple[Placed, ...], tuple[Excluded, ...]]:
    understanding = understand(asked, LEXICON, VOCABULARY)
    evidence = evidence_for(providers, asked)
    ranking = rank(understanding, prepared, evidence, load_weights(), TODAY, None)
    return ranking.placed, ranking.excluded


@given(catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=30, deadline=None)
def test_a_pool_opened_from_files_ranks_bit_for_bit_as_one_made_in_memory(
    providers: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        opened = reopened(read(providers), Path(folder))
        assert told(opened, providers, asked) == told(prepare(providers, LEXICON), providers, asked)


@given(catalogues(), catalogues(), st.sampled_from(NEEDS))
@settings(max_examples=30, deadline=None)
def test_changed_one_after_another_they_rank_as_read_anew(
    before: tuple[ProviderFacts, ...], after: tuple[ProviderFacts, ...], asked: NeedFacts
) -> None:
    readings = read(before)
    for count in range(1, len(after) + 1):
        readings = read((*after[:count], *before[count:]), readings)
    now = (*after, *before[len(after) :])
    prepared = readings.prepared(readings.laid_out())
    assert told(prepared, now, asked) == told(prepare(now, LEXICON), now, asked)


def test_what_was_read_comes_back_as_it_was(tmp_path: Path) -> None:
    made = prepare((*CATALOGUE, FULL), LEXICON)
    opened = reopened(read((*CATALOGUE, FULL)), tmp_path)
    assert opened.provider_ids == made.provider_ids
    assert opened.unit_refs == made.unit_refs
    for one, other in zip(opened.providers, made.providers, strict=True):
        assert one.facts == other.facts
        assert one.units == other.units
        assert one.natures == other.natures
        assert one.ordinary_share == other.ordinary_share
        assert one.unsupported_share == other.unsupported_share
        assert one.holdings.words.tolist() == other.holdings.words.tolist()


def test_who_has_not_changed_is_not_read_again() -> None:
    before = read(CATALOGUE)
    changed = provider("vision", "改做排产软件")
    larger, parts, rows = before.with_read((changed, *CATALOGUE[1:]))
    assert [len(part) for part in larger.parts] == [len(CATALOGUE), 1]
    assert parts.tolist() == [1, *[0] * (len(CATALOGUE) - 1)]
    assert rows.tolist() == [0, *range(1, len(CATALOGUE))]


def test_facts_kept_by_a_run_are_taken_from_the_readings_at_hand() -> None:
    before = read(CATALOGUE)
    kept = [dump(to_json(item)) for item in (FULL, CATALOGUE[1])]
    found = before.of(kept)
    assert [len(part) for part in found.parts] == [len(CATALOGUE), 1]
    prepared = found.prepared(found.laid_out())
    assert [item.facts for item in prepared.providers] == [FULL, CATALOGUE[1]]
    now = (FULL, CATALOGUE[1])
    assert told(prepared, now, NEEDS[0]) == told(prepare(now, LEXICON), now, NEEDS[0])


def test_parts_are_joined_as_they_pile_up() -> None:
    everyone = tuple(provider(f"p{number}", f"第{number}家做检测") for number in range(40))
    readings = read(everyone)
    for number in range(12):
        changed = provider(f"p{number}", f"第{number}家改做排产")
        everyone = (*everyone[:number], changed, *everyone[number + 1 :])
        readings = read(everyone, readings)
    assert len(readings.parts) <= 3
    assert [item.facts for item in readings.prepared(readings.laid_out()).providers] == list(
        everyone
    )


def test_nobody_is_a_pool_too(tmp_path: Path) -> None:
    assert len(reopened(read(()), tmp_path)) == 0
    gone = read((), read(CATALOGUE))
    assert len(gone.prepared(gone.laid_out())) == 0


def test_a_larger_numbering_keeps_all_numbers() -> None:
    names = ["检", "检测", "mes", "agv2"]
    first, numbers = KeptNumbers.nothing().translate(
        np.array([3, 0, 1, 3], dtype=np.int32), lambda asked: [names[at] for at in asked], len
    )
    assert first.pieces(numbers.tolist()) == ["agv2", "检", "检测", "agv2"]
    second, more = first.translate(
        np.array([2, 0], dtype=np.int32), lambda asked: [names[at] for at in asked], len
    )
    assert [second.get(name) for name in ("agv2", "检", "检测")] == numbers[:3].tolist()
    assert second.get("mes") == more[0] == 3
    assert first.get("mes") is None
    assert second.get("无") is None
    assert second.rarities().tolist() == [4.0, 1.0, 2.0, 3.0]


def test_a_file_that_is_none_of_ours_or_was_cut_short_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.arrays"
    write_arrays(file, {"numbers": np.arange(1000), "none": np.zeros((0, 3))})
    found = open_arrays(file)
    assert found["numbers"].tolist() == list(range(1000))
    assert found["none"].shape == (0, 3)
    assert not found["numbers"].flags.writeable
    whole = file.read_bytes()
    for broken in (b"", b"PK\x03\x04" + whole[4:], whole[:-500]):
        file.write_bytes(broken)
        with pytest.raises(ValueError, match=r"empty|version|buffer"):
            open_arrays(file)


def test_only_plain_numbers_are_kept(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no plain numbers"):
        write_arrays(tmp_path / "a.arrays", {"objects": np.array([object()])})


def test_a_full_cache_loses_no_piece_of_the_same_question() -> None:
    names = [f"词{number}" for number in range(50)]
    numbers, _ = KeptNumbers.nothing().translate(
        np.arange(50, dtype=np.int32), lambda asked: [names[each] for each in asked], lambda _: 1.0
    )
    assert (numbers.numbers([f"无{number}" for number in range(MOST_KEPT - 20)]) == -1).all()
    assert (numbers.numbers(names) >= 0).all()
