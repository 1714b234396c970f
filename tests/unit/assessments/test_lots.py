"""Drawing by lot: the same seed gives the same people, and nothing else does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketplace.assessments.lots import in_order_of_lots, is_replayed, lot_of

IDS = st.lists(st.integers(1, 10_000), unique=True, max_size=30)


def test_a_lot_is_the_sha256_of_seed_and_id() -> None:
    assert lot_of("s", 7) == "24c18bd875778134c173172b00fa02e6b084f42bf064f01fe793182d602a8e72"


def test_the_order_is_by_ascending_lot() -> None:
    assert in_order_of_lots("s", [1, 2, 3, 4, 5]) == [1, 2, 5, 3, 4]


@given(st.text(max_size=20), IDS)
def test_the_order_does_not_depend_on_how_the_ids_are_given(seed: str, ids: list[int]) -> None:
    assert in_order_of_lots(seed, ids) == in_order_of_lots(seed, ids[::-1])


@given(st.text(max_size=20), IDS, IDS, st.integers(0, 10))
def test_a_draw_replays(seed: str, fitting: list[int], others: list[int], seats: int) -> None:
    others = [number for number in others if number not in fitting]
    pool = in_order_of_lots(seed, fitting) + in_order_of_lots(seed, others)
    assert is_replayed(seed, pool, len(fitting), pool[:seats])


@given(st.text(max_size=20), st.lists(st.integers(1, 99), unique=True, min_size=2, max_size=9))
def test_a_draw_whose_first_were_swapped_does_not_replay(seed: str, ids: list[int]) -> None:
    pool = in_order_of_lots(seed, ids)
    pool[0], pool[1] = pool[1], pool[0]
    assert not is_replayed(seed, pool, len(pool), pool[:1])
