"""Loads the lexicon from its JSON files; the only place that knows their form.

A list that is absent is taken as empty and unknown keys are passed over, so that the lists can grow.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from .phrases import normalise
from .words import Capability, ConstraintCue, Frame, IndustryWords, Lexicon, Lookalike

__all__ = [
    "Capability",
    "ConstraintCue",
    "Frame",
    "IndustryWords",
    "Lexicon",
    "Lookalike",
    "load_lexicon",
]

LEXICON_DIR = Path(__file__).parent / "data" / "lexicon"


def _texts(entry: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            str(value).strip()
            for key in keys
            for value in entry.get(key) or ()
            if str(value).strip()
        )
    )


def _capability(entry: Mapping[str, Any]) -> Capability:
    return Capability(
        id=str(entry["id"]),
        name=str(entry["name"]),
        scene_ids=_texts(entry, "scene_ids"),
        terms=_texts(entry, "terms", "abbreviations"),
        cues=_texts(entry, "cues"),
        lookalikes=tuple(
            Lookalike(str(item["phrase"]), str(item.get("not", "")))
            for item in entry.get("lookalikes") or ()
        ),
        industries=_texts(entry, "industries"),
        variants={
            str(code): _texts(entry["industry_variants"], code)
            for code in entry.get("industry_variants") or {}
        },
    )


def _entries(paths: Iterable[Path]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for path in paths:
        found.extend(json.loads(path.read_text(encoding="utf-8")).get("entries", ()))
    return found


@lru_cache(maxsize=4)
def load_lexicon(folder: Path = LEXICON_DIR) -> Lexicon:
    """Load all word lists under a folder; the version names date and content.

    A list that is absent is taken as empty; unknown keys of an entry are passed over.
    """
    capability_paths = sorted(folder.glob("capabilities/*.json")) + sorted(
        folder.glob("capabilities.json")
    )
    digest = hashlib.sha256()
    dates = [""]
    for path in sorted(folder.rglob("*.json")):
        content = path.read_bytes()
        digest.update(content)
        header = json.loads(content).get("header") or {}
        dates.append(str(header.get("date", "")))
    return Lexicon(
        capabilities=[_capability(entry) for entry in _entries(capability_paths)],
        industries=[
            IndustryWords(
                str(entry["code"]),
                _texts(entry, "words"),
                _texts(entry, "weak"),
                _texts(entry, "neighbours"),
            )
            for entry in _entries(sorted(folder.glob("industry_words.json")))
        ],
        cues=[
            ConstraintCue(
                str(entry["id"]),
                str(entry.get("side", "both")),
                str(entry.get("constraint", "")),
                _texts(entry, "words"),
            )
            for entry in _entries(sorted(folder.glob("constraint_cues.json")))
        ],
        frames=[
            Frame(
                str(entry["capability_id"]),
                tuple(tuple(map(normalise, group)) for group in entry["all_of"]),
            )
            for entry in _entries(sorted(folder.glob("frames.json")))
        ],
        version=f"{max(dates)}-{digest.hexdigest()[:12]}",
    )
