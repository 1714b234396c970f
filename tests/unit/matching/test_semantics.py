"""How near providers are by full embeddings: best first, in proportion to the best, nothing below the mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.matching.semantics import cosines_of, in_steps, semantic_of


def _semantic(cosines: list[float], starts: list[int], held: list[bool] | None = None):  # type: ignore[no-untyped-def]
    known = [True] * len(cosines) if held is None else held
    return semantic_of(
        np.array(cosines, dtype=np.float32),
        np.array(known, dtype=np.bool_),
        np.array(starts, dtype=np.int32),
    )


def test_each_further_text_counts_half_and_what_lies_below_the_mean_nothing() -> None:
    # The mean is 0.85.
    found = _semantic([0.95, 0.85, 0.91, 0.89, 0.75, 0.75], [0, 2, 4])
    assert found.tolist() == pytest.approx([1.0, 0.8, 0.0], abs=1e-5)


def test_a_provider_without_any_vector_stands_in_the_middle() -> None:
    cosines = [0.9] + [0.8] * 18 + [0.0]
    held = [True] * 19 + [False]
    found = _semantic(cosines, list(range(20)), held)
    assert found[0] == 1.0
    assert found[-1] == 0.0
    higher = _semantic([0.9] * 10 + [0.8] * 9 + [0.0], list(range(20)), held)
    assert higher[-1] == 1.0


def test_too_few_vectors_or_all_alike_tell_nothing() -> None:
    assert _semantic([0.9, 0.8], [0, 1], [True, False]) is None
    assert _semantic([0.8, 0.8], [0, 1]) is None
    assert _semantic([0.8, 0.8], [0, 1], [False, False]) is None


@given(st.lists(st.floats(0.5, 0.9375, width=32), min_size=2, max_size=40), st.data())
def test_numbers_lie_between_0_and_1_and_the_best_has_1(
    cosines: list[float], data: st.DataObject
) -> None:
    more = data.draw(st.sets(st.integers(1, len(cosines) - 1)))
    found = _semantic(cosines, [0, *sorted(more)])
    if found is not None:
        assert found.min() >= 0
        assert found.max() == 1


def test_cosines_in_whole_numbers_are_those_of_the_vectors() -> None:
    made = np.random.default_rng(3).normal(size=(200, 384)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    made[7] = 0
    exact = made @ made[0]
    assert np.abs(cosines_of(in_steps(made), made[0]) - exact).max() < 3e-4


def test_the_longest_vectors_do_not_overflow() -> None:
    flat = np.full((1, 8192), 8192**-0.5, dtype=np.float32)
    assert cosines_of(in_steps(flat), flat[0])[0] == pytest.approx(1.0, abs=4e-3)
