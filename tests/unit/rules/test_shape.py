"""What an edit of a rule set may change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.rules.shape import changed_leaves, differences, leaves, with_leaves

BODY = {"label": "试", "weights": [{"name": "甲", "points": 10}, {"name": "乙", "points": 2.5}]}


def test_leaves_are_told_with_their_paths_in_order() -> None:
    assert leaves(BODY) == [
        ("label", "试"),
        ("weights.0.name", "甲"),
        ("weights.0.points", 10),
        ("weights.1.name", "乙"),
        ("weights.1.points", 2.5),
    ]


def test_a_typed_number_stays_a_number() -> None:
    assert with_leaves(BODY, {"weights.0.points": "12"})["weights"][0]["points"] == 12
    with pytest.raises(ValueError, match=r"weights\.0\.points"):
        with_leaves(BODY, {"weights.0.points": "许多"})
    with pytest.raises(ValueError, match=r"weights\.0\.points"):
        with_leaves(BODY, {"weights.0.points": "nan"})


def test_rows_may_be_added_but_keys_may_not() -> None:
    longer = {"label": "试", "weights": [*BODY["weights"], {"name": "丙", "points": 1}]}
    assert differences(BODY, longer) == []
    assert differences(BODY, {**BODY, "extra": 1}) == ["."]
    assert differences(BODY, {"label": "试", "weights": [{"name": "甲"}]}) == ["weights.0"]
    assert differences(BODY, {"label": 3, "weights": []}) == ["label"]


def test_changes_are_told_leaf_by_leaf() -> None:
    after = with_leaves(BODY, {"label": "改"})
    assert changed_leaves(BODY, after) == [("label", "试", "改")]


JSON = st.recursive(
    st.text(max_size=5) | st.integers() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=3), JSON, max_size=3))
def test_a_body_never_differs_from_itself(body: dict[str, object]) -> None:
    uniform = [item for item in differences(body, body) if "." not in item]
    assert uniform == []
