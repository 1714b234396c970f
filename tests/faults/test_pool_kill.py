"""Killing whoever builds the pool at any moment leaves the pool before or after its step, never a mix."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.understanding import meaning_space
from marketplace.recommendations.pool_files import PoolFiles
from tests.faults.killing import kill_in_the_middle
from tests.faults.pool_builder import build, build_without_end, candidates

KILLS = 40

pytestmark = pytest.mark.faults


def test_a_killed_builder_leaves_a_whole_pool(tmp_path: Path) -> None:
    lexicon = load_lexicon()
    meaning_space(lexicon)
    folder = tmp_path / "pool"
    build(PoolFiles(folder), 0)
    reader = PoolFiles(folder)  # lives through all kills, as a web worker does
    rng = random.Random(20261128)
    step, interrupted = 0, 0
    for _ in range(KILLS):
        acknowledged = kill_in_the_middle(build_without_end, folder, step, rng)
        interrupted += any(folder.glob("building-*"))

        for files in (PoolFiles(folder), reader):
            found = files.open(lexicon)
            assert found is not None
            step = int(found.stamp)
            assert acknowledged <= step <= acknowledged + 1
            assert [item.facts for item in found.prepared.providers] == candidates(step)
            assert list(found.prepared.provider_ids) == [
                item.provider_id for item in candidates(step)
            ]
    step += 1
    build(reader, step)
    assert not any(folder.glob("building-*"))
    assert interrupted >= KILLS // 5, "the kills did not fall into building"
