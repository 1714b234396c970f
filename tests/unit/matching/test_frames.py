"""Ways of telling a problem: words that count only in company."""

from __future__ import annotations

from marketplace.matching.lexicon import Capability, Frame, Lexicon, load_lexicon
from marketplace.matching.meaning import FRAME_WEIGHT, MeaningSpace

LEXICON = Lexicon(
    capabilities=[Capability("vision", "外观检测"), Capability("aps", "排产")],
    frames=[
        Frame("vision", (("表面", "外观"), ("看", "瞅"))),
        Frame("vision", (("表面",), ("盯",))),
        Frame("gone", (("表面",),)),
    ],
)


def test_a_frame_needs_a_word_of_every_group() -> None:
    assert LEXICON.framed("表面全靠人看") == [("vision", ("表面", "看")), ("gone", ("表面",))]
    assert LEXICON.framed("全靠人看") == []


def test_two_frames_of_a_capability_count_once_and_unknown_ones_not_at_all() -> None:
    leaning = MeaningSpace(LEXICON).framed("表面要人盯着看")
    assert leaning.tolist() == [FRAME_WEIGHT, 0.0]


def test_every_frame_on_file_names_a_capability() -> None:
    lexicon = load_lexicon()
    assert lexicon.frames
    assert {frame.capability_id for frame in lexicon.frames} <= set(lexicon.capabilities)
