"""Adds a bureau's own words to the shipped lexicon, and tells two lexicons apart.

Pure. An extension is JSON-ready data:

    {"capabilities": {id: {"terms": [...], "abbreviations": [...], "cues": [...],
                           "lookalikes": [{"phrase": ..., "not": ...}], "removed": [...]}},
     "new": [{"id", "name", "scene_ids", "industries", "terms", "cues", "lookalikes"}]}

Whatever is absent is empty. What speaks of a capability that no longer exists is passed over, so that an extension
outlives a change of the shipped lists.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from .lexicon import Capability, Lexicon, Lookalike
from .phrases import normalise
from .words import CUE, TERM, VARIANT

ABBREVIATION, LOOKALIKE = "abbreviation", "lookalike"
FIELD_OF = {
    TERM: "terms",
    ABBREVIATION: "abbreviations",
    CUE: "cues",
    LOOKALIKE: "lookalikes",
}
"""Where an added word of each kind stands in an extension."""

DIGITS = 8
Extension = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one lexicon has of a capability that another lacks, as (kind, phrase), and the other way round."""

    capability: Capability
    new: bool
    gone: bool
    added: tuple[tuple[str, str], ...]
    removed: tuple[tuple[str, str], ...]


def extend(lexicon: Lexicon, additions: Extension) -> Lexicon:
    """Return the lexicon with a bureau's words; an empty extension gives the lexicon itself.

    Equal inputs give the same object, by which the matcher keeps its tables.
    """
    body = canonical(additions)
    return _extended(lexicon, body) if json.loads(body) else lexicon


def canonical(additions: Extension) -> str:
    """Return an extension as text that is the same for the same content: sorted, empty parts left out."""
    changes = {key: kept for key, parts in _changes(additions).items() if (kept := _tidy(parts))}
    new = sorted((_tidy(entry) for entry in additions.get("new") or ()), key=lambda one: one["id"])
    body = {name: part for name, part in (("capabilities", changes), ("new", new)) if part}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(additions: Extension) -> str:
    """Return the first hex digits of an extension's SHA-256; nothing for an empty one."""
    body = canonical(additions)
    return hashlib.sha256(body.encode()).hexdigest()[:DIGITS] if json.loads(body) else ""


def with_word(
    additions: Extension, capability_id: str, kind: str, phrase: str, meaning: str = ""
) -> dict[str, Any]:
    """Return the extension with a word more; `meaning` is what a look-alike means instead."""
    changed, own = _opened(additions, capability_id)
    entry = {"phrase": phrase, "not": meaning} if kind == LOOKALIKE else phrase
    own.setdefault(FIELD_OF[kind], []).append(entry)
    return changed


def without_word(additions: Extension, capability_id: str, phrase: str) -> dict[str, Any]:
    """Return the extension without a word: one it added is dropped, another is marked as removed."""
    changed, own = _opened(additions, capability_id)
    folded, dropped = normalise(phrase), False
    for name in FIELD_OF.values():
        kept = [item for item in own.get(name, []) if normalise(_phrase(item)) != folded]
        dropped = dropped or len(kept) < len(own.get(name, []))
        own[name] = kept
    if not dropped:
        own.setdefault("removed", []).append(phrase)
    return changed


def with_word_as_in(
    additions: Extension, former: Extension, capability_id: str, phrase: str
) -> dict[str, Any]:
    """Return the extension with a word standing as in another one; an empty one is the shipped lexicon."""
    changed, own = _opened(additions, capability_id)
    there = _changes(former).get(capability_id) or {}
    folded = normalise(phrase)
    for name in (*FIELD_OF.values(), "removed"):
        kept = [item for item in own.get(name, ()) if normalise(_phrase(item)) != folded]
        own[name] = kept + [
            item for item in there.get(name, ()) if normalise(_phrase(item)) == folded
        ]
    return changed


def with_capability(additions: Extension, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the extension with a whole new capability."""
    changed = deepcopy(dict(additions))
    changed["new"] = [*(changed.get("new") or ()), dict(entry)]
    return changed


def words_of(capability: Capability) -> tuple[tuple[str, str], ...]:
    """List a capability's words as (kind, phrase), its name and look-alikes left out."""
    listed = [(TERM, word) for word in capability.terms]
    listed += [(CUE, word) for word in capability.cues]
    listed += [(VARIANT, word) for words in capability.variants.values() for word in words]
    return tuple(dict.fromkeys(listed))


def told_of(capability: Capability | None) -> dict[tuple[str, str], str]:
    """Return words and look-alikes as (kind, phrase), with what a look-alike means instead."""
    if capability is None:
        return {}
    return dict.fromkeys(words_of(capability), "") | {
        (LOOKALIKE, item.phrase): item.meaning for item in capability.lookalikes
    }


def differences(before: Lexicon, after: Lexicon) -> list[Difference]:
    """List the capabilities that differ between two lexicons, in the order of the later one."""
    found: list[Difference] = []
    for key in {**after.capabilities, **before.capabilities}:
        old, new = before.capabilities.get(key), after.capabilities.get(key)
        shown = new or old
        had, has = told_of(old), told_of(new)
        if shown is not None and (had != has or (old is None) != (new is None)):
            added = tuple(pair for pair in has if pair not in had)
            removed = tuple(pair for pair in had if pair not in has)
            found.append(Difference(shown, old is None, new is None, added, removed))
    return found


@lru_cache(maxsize=8)
def _extended(lexicon: Lexicon, body: str) -> Lexicon:
    additions = json.loads(body)
    known = dict(lexicon.capabilities)
    for entry in additions.get("new", ()):
        known.setdefault(entry["id"], _capability(entry))
    for key, own in _changes(additions).items():
        if key in known:
            known[key] = _changed(known[key], own)
    return Lexicon(
        capabilities=known.values(),
        industries=lexicon.industries.values(),
        cues=lexicon.cues,
        version=f"{lexicon.version}+{digest_of(additions)}",
        frames=lexicon.frames,
    )


def _capability(entry: Mapping[str, Any]) -> Capability:
    bare = Capability(
        id=entry["id"],
        name=entry["name"],
        scene_ids=tuple(entry.get("scene_ids", ())),
        industries=tuple(entry.get("industries", ())),
    )
    return _changed(bare, entry)


def _changed(capability: Capability, own: Mapping[str, Any]) -> Capability:
    """Change a capability; what was removed and added again, perhaps as another kind, stands as added."""
    removed = {normalise(phrase) for phrase in own.get("removed", ())}

    def kept(words: Iterable[str], *added: str) -> tuple[str, ...]:
        left = (word for word in words if normalise(word) not in removed)
        return tuple(dict.fromkeys((*left, *added)))

    lookalikes = [item for item in capability.lookalikes if normalise(item.phrase) not in removed]
    lookalikes += [Lookalike(item["phrase"], item["not"]) for item in own.get("lookalikes", ())]
    variants = {code: kept(words) for code, words in capability.variants.items()}
    return replace(
        capability,
        terms=kept(capability.terms, *own.get("terms", ()), *own.get("abbreviations", ())),
        cues=kept(capability.cues, *own.get("cues", ())),
        lookalikes=tuple(lookalikes),
        variants={code: words for code, words in variants.items() if words},
    )


def _changes(additions: Extension) -> Mapping[str, Mapping[str, Any]]:
    return additions.get("capabilities") or {}


def _tidy(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Sort lists of words, drop empty ones; scenes keep their order, the first is the main one."""
    return {
        name: sorted(value, key=_phrase)
        if isinstance(value, list | tuple) and name != "scene_ids"
        else value
        for name, value in parts.items()
        if value
    }


def _phrase(item: Any) -> str:
    return str(item["phrase"] if isinstance(item, Mapping) else item)


def _opened(additions: Extension, capability_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Copy an extension and lay open its part for a capability."""
    changed = deepcopy(dict(additions))
    return changed, changed.setdefault("capabilities", {}).setdefault(capability_id, {})
