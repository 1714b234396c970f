"""The worked numbers of the formula."""

import numpy as np
import pytest

from marketplace.search.weighting import field_weights, idf, saturate


def test_the_worked_number_of_the_docstring():
    counts, docs = np.array([2.0], dtype=np.float32), np.array([0], dtype=np.int32)
    x = field_weights(counts, docs, np.array([7.0]), average=7.0, boost=1.0, b=0.75)
    assert saturate(x, 1.2)[0] == pytest.approx(1.375)
    assert idf(3, np.array([1]))[0] == pytest.approx(0.9808, abs=1e-4)


def test_a_longer_document_weighs_less_and_b_zero_ignores_length():
    counts, docs = np.array([1.0, 1.0], dtype=np.float32), np.array([0, 1], dtype=np.int32)
    lengths = np.array([5.0, 15.0])
    short, long = field_weights(counts, docs, lengths, average=10.0, boost=1.0, b=0.5)
    assert (short, long) == (pytest.approx(1 / 0.75), pytest.approx(1 / 1.25))
    assert field_weights(counts, docs, lengths, 10.0, 2.0, 0.0).tolist() == [2.0, 2.0]


def test_a_term_in_every_document_still_weighs_a_little():
    assert idf(10, np.array([10]))[0] > 0
