"""Killing the writer of the index at any moment leaves the state before or after its step."""

import multiprocessing
import random
import time

import pytest

from marketplace.search import SearchIndex
from tests.faults.index_writer import change, expected, standing, write_without_end

KILLS = 60
CONVERGE_SECONDS = 5.0

pytestmark = pytest.mark.faults


def test_a_killed_writer_loses_nothing_and_leaves_no_half_state(tmp_path):
    path = tmp_path / "index"
    SearchIndex(path).rebuild(standing())
    reader = SearchIndex(path)  # lives through all kills, as a web worker does
    rng = random.Random(20260711)
    context = multiprocessing.get_context("fork")
    step, interrupted, slowest = 0, 0, 0.0

    for _ in range(KILLS):
        receiving, sending = context.Pipe(duplex=False)
        writer = context.Process(target=write_without_end, args=(path, step, sending))
        writer.start()
        sending.close()
        acknowledged = receiving.recv() if receiving.poll(10) else pytest.fail("the writer hangs")
        time.sleep(rng.uniform(0, 0.06))
        writer.kill()
        writer.join()
        while receiving.poll():
            try:
                acknowledged = receiving.recv()
            except EOFError:
                break
        receiving.close()
        interrupted += any(path.glob("building-*"))

        killed_at = time.monotonic()
        found = SearchIndex(path).versions()
        step = found["case:1"]
        assert acknowledged <= step <= acknowledged + 1
        assert found == expected(step)
        assert reader.versions() == found
        assert len(reader.scores("激光焊接")) == 3
        assert reader.status().manifest_ok

        step += 1
        change(SearchIndex(path, grace_seconds=0.2), step)
        assert reader.versions() == expected(step)
        assert not any(path.glob("building-*"))
        slowest = max(slowest, time.monotonic() - killed_at)

    SearchIndex(path).verify()
    assert interrupted >= KILLS // 4, "the kills did not fall into writing"
    assert slowest < CONVERGE_SECONDS
    assert len(list(path.glob("g*"))) < KILLS, "former generations pile up"
