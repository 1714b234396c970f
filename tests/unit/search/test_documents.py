"""What may become a document."""

import pytest

from marketplace.search import Document


def test_labels_are_the_facets_and_the_kind_in_order():
    made = Document(
        "case:1", "p1", "case", 1, "", "", {"tier": ("tier1",), "scene": ("S02", "S01")}
    )
    assert made.labels() == ("kind=case", "scene=S01", "scene=S02", "tier=tier1")


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="unknown kind"):
        Document("x:1", "p1", "need", 1, "", "")  # type: ignore[arg-type]


@pytest.mark.parametrize("ref", ["", "case:1\n", "case\0"])
def test_a_key_that_would_break_a_line_is_refused(ref):
    with pytest.raises(ValueError, match="line break"):
        Document(ref, "p1", "case", 1, "", "")


def test_a_facet_name_with_an_equals_sign_is_refused():
    with pytest.raises(ValueError, match="facet name"):
        Document("case:1", "p1", "case", 1, "", "", {"a=b": ("c",)})
