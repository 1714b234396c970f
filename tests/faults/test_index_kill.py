"""Killing the writer of the index at any moment leaves the state before or after its step."""

import random
import time

import pytest

from marketplace.search import SearchIndex
from tests.faults.index_writer import change, expected, standing, write_without_end
from tests.faults.killing import kill_in_the_middle

KILLS = 60
CONVERGE_SECONDS = 5.0

pytestmark = pytest.mark.faults


def test_a_killed_writer_loses_nothing_and_leaves_no_half_state(tmp_path):
    path = tmp_path / "index"
    SearchIndex(path).rebuild(standing())
    reader = SearchIndex(path)  # lives through all kills, as a web worker does
    rng = random.Random(20260711)
    step, interrupted, slowest = 0, 0, 0.0

    for _ in range(KILLS):
        acknowledged = kill_in_the_middle(write_without_end, path, step, rng)
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
