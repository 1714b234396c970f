"""What the lexicon pages show: capabilities, words with their origin, a trial, the needs read otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..matching.extension import ABBREVIATION, LOOKALIKE, Difference, words_of
from ..matching.facts import NeedFacts, Vocabulary
from ..matching.lexicon import Capability, Lexicon
from ..matching.phrases import normalise
from ..matching.understanding import Understanding, understand
from ..matching.words import CUE, TERM, VARIANT
from ..msgids import N_
from ..needs.lifecycle import LOOKING_STATES
from ..needs.models import Need
from ..needs.policy import may_see_recommendations
from ..needs.queries import desk_needs
from ..permissions import Viewer
from ..taxonomy.queries import Taxonomy
from .facts import need_facts
from .shown import show_understanding

MOST_NEEDS = 200
KIND_NAMES = {
    TERM: N_("术语"),
    ABBREVIATION: N_("缩写"),
    CUE: N_("现场说法"),
    VARIANT: N_("行业说法"),
    LOOKALIKE: N_("相似词"),
}
STATE_NAMES = {
    "draft": (N_("草稿"), "info"),
    "proposed": (N_("待核准"), "warn"),
    "in_force": (N_("现行"), "ok"),
    "superseded": (N_("已替换"), "mute"),
    "discarded": (N_("已放弃"), "mute"),
}


def show_scenes(lexicon: Lexicon, taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return each scene with the number of its capabilities and of their words."""
    rows = []
    for scene in taxonomy.scenes.values():
        found = [item for item in lexicon.capabilities.values() if scene.id in item.scene_ids]
        words = sum(len(words_of(item)) for item in found)
        rows.append({"scene": scene, "capabilities": len(found), "words": words})
    return rows


def find_capabilities(lexicon: Lexicon, text: str, scene_id: str) -> list[dict[str, Any]]:
    """Return the capabilities of a scene whose name or words contain a text, with their counts."""
    folded = normalise(text)
    return [
        {
            "capability": item,
            "words": len(words_of(item)),
            "lookalikes": len(item.lookalikes),
            "hits": _containing(item, folded)[:3] if folded else [],
        }
        for item in lexicon.capabilities.values()
        if (not scene_id or scene_id in item.scene_ids)
        and (not folded or folded in normalise(item.name) or _containing(item, folded))
    ]


def _containing(capability: Capability, folded: str) -> list[str]:
    words = [word for _kind, word in words_of(capability)]
    words += [item.phrase for item in capability.lookalikes]
    return [word for word in words if folded in normalise(word)]


def show_words(
    capability_id: str, shipped: Lexicon, in_force: Lexicon, draft: Lexicon, taxonomy: Taxonomy
) -> list[tuple[str, str, list[dict[str, Any]]]]:
    """Return a capability's words by kind, (kind, name, words), each with who added or removed it."""
    told = [
        _told(item.capabilities.get(capability_id), taxonomy) for item in (shipped, in_force, draft)
    ]
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KIND_NAMES}
    for (kind, phrase), note in (told[0] | told[1] | told[2]).items():
        there = [(kind, phrase) in item for item in told]
        rows[kind].append(
            {"phrase": phrase, "note": note, "mark": _mark(*there), "stands": there[2]}
        )
    return [(kind, _(KIND_NAMES[kind]), found) for kind, found in rows.items() if found]


def _mark(shipped: bool, in_force: bool, draft: bool) -> str:
    if draft and not in_force:
        return _("草稿增加")
    if in_force and not draft:
        return _("草稿删去")
    if in_force and not shipped:
        return _("本局增加")
    return _("本局删去") if shipped and not in_force else ""


def _told(capability: Capability | None, taxonomy: Taxonomy) -> dict[tuple[str, str], str]:
    """Return words as (kind, phrase), with the industry of a variant or what a look-alike means."""
    if capability is None:
        return {}
    told = dict.fromkeys(words_of(capability), "")
    for code, words in capability.variants.items():
        for word in words:
            names = [told[VARIANT, word], taxonomy.industry_name(code)]
            told[VARIANT, word] = "、".join(filter(None, names))
    return told | {(LOOKALIKE, item.phrase): item.meaning for item in capability.lookalikes}


def show_trial(
    text: str, lexicon: Lexicon, vocabulary: Vocabulary, taxonomy: Taxonomy
) -> dict[str, Any]:
    """Return how a sentence is read: its pieces with the trigger words marked, and what was understood."""
    read = understand(NeedFacts("", "", text), lexicon, vocabulary)
    return {
        "version": lexicon.version,
        "pieces": _marked(text, lexicon),
        "rows": [row for row in show_understanding(read, {}, taxonomy) if row[1]],
    }


def _marked(text: str, lexicon: Lexicon) -> list[tuple[str, bool]]:
    """Cut a text into (piece, is trigger)."""
    inside = [False] * len(text)
    for hit in lexicon.capability_hits(text):
        inside[hit.start : hit.end] = [True] * (hit.end - hit.start)
    pieces: list[tuple[str, bool]] = []
    for letter, hit_here in zip(text, inside, strict=True):
        if pieces and pieces[-1][1] == hit_here:
            pieces[-1] = (pieces[-1][0] + letter, hit_here)
        else:
            pieces.append((letter, hit_here))
    return pieces


def list_changed_needs(
    session: Session, viewer: Viewer, before: Lexicon, after: Lexicon, vocabulary: Vocabulary
) -> tuple[int, list[dict[str, Any]]]:
    """Read the newest open needs of the office both ways: (how many, those with another first capability or scene).

    Only reading, 1–2 ms a need and lexicon; no provider is ranked.
    """
    statement = desk_needs(viewer, LOOKING_STATES).order_by(None).order_by(Need.id.desc())
    rows = session.scalars(statement.limit(MOST_NEEDS)).unique()
    needs = [need for need in rows if may_see_recommendations(viewer, need)]
    found = []
    for need in needs:
        facts = need_facts(need)
        old, new = (_first(understand(facts, item, vocabulary)) for item in (before, after))
        if old != new:
            found.append({"need": need, "before": old, "after": new})
    return len(needs), found


def _first(read: Understanding) -> tuple[str, str]:
    """Return the names of the first capability and the first scene, — for none."""
    return _name(read.capabilities), _name(read.scenes)


def _name(readings: Sequence[Any]) -> str:
    return str(readings[0].name) if readings else "—"


def show_differences(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return the differences of two lexicons with the names of the kinds of words."""
    return [
        {
            "capability": item.capability,
            "new": item.new,
            "gone": item.gone,
            "added": [(_(KIND_NAMES[kind]), phrase) for kind, phrase in item.added],
            "removed": [(_(KIND_NAMES[kind]), phrase) for kind, phrase in item.removed],
        }
        for item in found
    ]
