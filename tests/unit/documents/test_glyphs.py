"""What the PDF's font can draw, and what becomes of the rest."""

from __future__ import annotations

import pytest

from marketplace.documents.glyphs import MISSING, covered_characters, drawable


def test_common_and_rare_characters_of_names_are_kept() -> None:
    assert drawable("潍坊𠮷䶮龘机械有限公司 No.3") == ("潍坊𠮷䶮龘机械有限公司 No.3", False)


@pytest.mark.parametrize("char", ["🎉", "\ue000", "\U0002ceb0"])
def test_a_character_without_a_glyph_becomes_the_sign_for_missing_type(char: str) -> None:
    assert drawable(f"甲{char}乙") == (f"甲{MISSING}乙", True)


def test_signs_that_only_steer_their_neighbours_are_dropped_silently() -> None:
    assert drawable("甲\u200d乙\ufe0f丙\x00丁\n戊") == ("甲乙丙丁\n戊", False)


def test_the_sign_for_missing_type_can_itself_be_drawn() -> None:
    assert ord(MISSING) in covered_characters()
