"""The inner loops against naive ones."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.search.kernels import add_rows, add_rows_at, best, row_products

MATRICES = st.integers(min_value=0, max_value=2**32 - 1)


def random_matrix(seed, rows=17, columns=23):
    rng = np.random.default_rng(seed)
    dense = rng.random((rows, columns), dtype=np.float32) * (rng.random((rows, columns)) < 0.3)
    starts = np.zeros(rows + 1, dtype=np.int32)
    starts[1:] = np.cumsum((dense != 0).sum(axis=1))
    at = np.nonzero(dense)
    return rng, dense, starts, at[1].astype(np.int32), dense[at].astype(np.float32)


@settings(deadline=None)  # the loops are compiled on first use
@given(MATRICES)
def test_adding_rows_equals_a_naive_sum(seed):
    rng, dense, starts, columns, values = random_matrix(seed)
    rows = rng.choice(17, size=rng.integers(0, 18), replace=False).astype(np.int64)
    weights = rng.random(rows.size, dtype=np.float32)
    out = np.zeros(23, dtype=np.float32)
    add_rows(starts[rows], starts[rows + 1], columns, values, weights, out)
    np.testing.assert_allclose(out, weights @ dense[rows], rtol=1e-5, atol=1e-6)


@settings(deadline=None)  # the loops are compiled on first use
@given(MATRICES, st.booleans())
def test_adding_rows_in_some_columns_gives_the_bits_of_adding_them_in_all(seed, in_runs):
    rng, _, starts, columns, values = random_matrix(seed, rows=9, columns=4000)
    rows = rng.permutation(9)
    weights = rng.random(rows.size, dtype=np.float32)
    whole = np.zeros(4000, dtype=np.float32)
    add_rows(starts[rows], starts[rows + 1], columns, values, weights, whole)
    if in_runs:
        marked = np.zeros(4000, dtype=np.bool_)
        for first in rng.choice(4000, size=rng.integers(1, 3)):
            marked[first : first + 700] = True
    else:
        marked = rng.random(4000) < rng.random()
    wanted = marked.nonzero()[0]
    found = add_rows_at(starts[rows], starts[rows + 1], columns, values, weights, 4000, wanted)
    assert np.array_equal(found, whole[wanted])


@settings(deadline=None)  # the loops are compiled on first use
@given(MATRICES)
def test_row_products_equal_naive_ones(seed):
    rng, dense, starts, columns, values = random_matrix(seed)
    rows = np.sort(rng.choice(17, size=rng.integers(0, 18), replace=False))[::-1].astype(np.int64)
    vector = rng.random(23, dtype=np.float32)
    found = row_products(starts, columns, values, rows, vector)
    np.testing.assert_allclose(found, dense[rows] @ vector, rtol=1e-5, atol=1e-6)


@settings(max_examples=80, deadline=None)
@given(
    st.integers(min_value=0, max_value=2**32 - 1),
    st.sampled_from([0, 1, 5, 2047, 2048, 5000, 40_000]),
    st.integers(min_value=0, max_value=40),
    st.sampled_from([1, 3, 1000]),
)
def test_the_best_are_those_of_a_full_sort(seed, size, count, levels):
    rng = np.random.default_rng(seed)
    scores = (rng.integers(0, levels + 1, size) / levels).astype(np.float32)
    ties = rng.permutation(size).astype(np.uint64)
    wanted = [at for at in np.lexsort((ties, -scores)) if scores[at] > 0][:count]
    assert best(scores, count, ties.__getitem__).tolist() == wanted
