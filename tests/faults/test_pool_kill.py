"""Killing whoever builds the pool at any moment leaves the pool before or after its step, never a mix."""

from __future__ import annotations

import multiprocessing
import random
import time
from pathlib import Path

import pytest

from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.understanding import meaning_space
from marketplace.recommendations.pool_files import PoolFiles
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
    context = multiprocessing.get_context("fork")
    step, interrupted = 0, 0
    for _ in range(KILLS):
        receiving, sending = context.Pipe(duplex=False)
        builder = context.Process(target=build_without_end, args=(folder, step, sending))
        builder.start()
        sending.close()
        acknowledged = receiving.recv() if receiving.poll(10) else pytest.fail("the builder hangs")
        time.sleep(rng.uniform(0, 0.06))
        builder.kill()
        builder.join()
        while receiving.poll():
            try:
                acknowledged = receiving.recv()
            except EOFError:
                break
        receiving.close()
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
