"""Verbs on the draft of the lexicon: add, remove and restore words, add a capability.

What may be added is checked against the draft as it stands, and refused in words people can act on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from ..audit.services import record
from ..errors import InvalidInput, NotFound
from ..matching.clauses import has_break
from ..matching.extension import (
    ABBREVIATION,
    LOOKALIKE,
    extend,
    told_of,
    with_capability,
    with_word,
    with_word_as_in,
    without_word,
    words_of,
)
from ..matching.lexicon import Capability, Lexicon, load_lexicon
from ..matching.phrases import normalise
from ..matching.words import TERM
from ..msgids import N_
from ..permissions import Viewer
from .lexicon_models import LexiconVersion
from .lexicons import draft_to_edit, lexicon_of_version, version_in_force

SHORTEST, LONGEST = 2, 20
KEPT = N_("草稿没有改动。")


def get_capability(lexicon: Lexicon, capability_id: str) -> Capability:
    """Return a capability of a lexicon; raises NotFound when it has none of that id."""
    found = lexicon.capabilities.get(capability_id)
    if found is None:
        raise NotFound("词库里没有这项能力。", next_step="请从能力词库进入。")
    return found


def add_word(
    session: Session, actor: Viewer, capability_id: str, kind: str, phrase: str, meaning: str = ""
) -> LexiconVersion:
    """Add a word to a capability in the draft; `meaning` is what a look-alike means instead."""
    draft = draft_to_edit(session, actor)
    lexicon = lexicon_of_version(draft)
    capability = get_capability(lexicon, capability_id)
    phrase, meaning = phrase.strip(), meaning.strip()
    if kind == LOOKALIKE:
        check_lookalike(capability, phrase, meaning)
    else:
        check_word(lexicon, capability, phrase)
    draft.body = _with(session, draft, capability_id, kind, phrase, meaning)
    session.flush()
    _record(session, actor, "lexicon.word_added", draft, capability, phrase)
    return draft


def _with(
    session: Session,
    draft: LexiconVersion,
    capability_id: str,
    kind: str,
    phrase: str,
    meaning: str,
) -> dict[str, Any]:
    """Return the draft's body with a word more; one removed and added again is as it was before."""
    shown = (TERM if kind == ABBREVIATION else kind, phrase)
    for former in (_body_in_force(session), {}):
        body = with_word_as_in(draft.body, former, capability_id, phrase)
        told = _told_as(extend(load_lexicon(), body), capability_id, phrase)
        if told == {shown: meaning if kind == LOOKALIKE else ""}:
            return body
    return with_word(draft.body, capability_id, kind, phrase, meaning)


def _body_in_force(session: Session) -> dict[str, Any]:
    version = version_in_force(session)
    return version.body if version else {}


def _told_as(lexicon: Lexicon, capability_id: str, phrase: str) -> dict[tuple[str, str], str]:
    """Return as what a capability has a word: (kind, phrase), with what a look-alike means."""
    capability = lexicon.capabilities.get(capability_id)
    return {
        pair: meaning
        for pair, meaning in told_of(capability).items()
        if normalise(pair[1]) == normalise(phrase)
    }


def remove_word(session: Session, actor: Viewer, capability_id: str, phrase: str) -> LexiconVersion:
    """Take a word or look-alike from a capability in the draft."""
    draft = draft_to_edit(session, actor)
    capability = get_capability(lexicon_of_version(draft), capability_id)
    if normalise(phrase) not in _all_of(capability):
        raise InvalidInput("草稿里没有这个词，可能已被删去。", KEPT, "请刷新页面后再试。")
    draft.body = without_word(draft.body, capability_id, phrase)
    if _told_as(lexicon_of_version(draft), capability_id, phrase):
        draft.body = without_word(draft.body, capability_id, phrase)
    session.flush()
    _record(session, actor, "lexicon.word_removed", draft, capability, phrase)
    return draft


def restore_word(
    session: Session, actor: Viewer, capability_id: str, phrase: str, kind: str
) -> LexiconVersion:
    """Let a removed word stand again in the draft: as it is in force, or else as it was shipped."""
    draft = draft_to_edit(session, actor)
    lexicon = lexicon_of_version(draft)
    capability = get_capability(lexicon, capability_id)
    for former in (_body_in_force(session), {}):
        source = extend(load_lexicon(), former)
        if kind in {one for one, _phrase in _told_as(source, capability_id, phrase)}:
            break
    else:
        raise InvalidInput("这个词不是从词库删去的，不能恢复。", KEPT, "需要时请重新增加。")
    _check_free(lexicon, source, capability, phrase)
    draft.body = with_word_as_in(draft.body, former, capability_id, phrase)
    session.flush()
    _record(session, actor, "lexicon.word_restored", draft, capability, phrase)
    return draft


def _check_free(lexicon: Lexicon, source: Lexicon, capability: Capability, phrase: str) -> None:
    """Refuse a word that another capability has been given since it was removed."""
    for other in lexicon.capabilities.values():
        former = source.capabilities.get(other.id)
        shared = former is not None and normalise(phrase) in _words_of(former)
        if other.id != capability.id and normalise(phrase) in _words_of(other) and not shared:
            raise _taken(phrase, other)


def add_capability(
    session: Session,
    actor: Viewer,
    name: str,
    scene_ids: Sequence[str],
    industries: Sequence[str],
    terms: Sequence[str],
    cues: Sequence[str],
) -> Capability:
    """Add a whole capability to the draft; its id is `own-` and the draft's next free number."""
    draft = draft_to_edit(session, actor)
    lexicon = lexicon_of_version(draft)
    bare = Capability(id=_free_id(lexicon), name=name.strip())
    nameless = Capability(id=bare.id, name="")
    check_word(lexicon, nameless, bare.name)
    words = [word.strip() for word in (*terms, *cues) if word.strip()]
    folded = [normalise(word) for word in (bare.name, *words)]
    if len(set(folded)) < len(folded):
        raise InvalidInput("名称和词语里有重复的。", KEPT, "每个词写一次，名称不必再写进术语。")
    for word in words:
        check_word(lexicon, nameless, word)
    entry = {
        "id": bare.id,
        "name": bare.name,
        "scene_ids": list(scene_ids),
        "industries": list(industries),
        "terms": [word.strip() for word in terms if word.strip()],
        "cues": [word.strip() for word in cues if word.strip()],
    }
    draft.body = with_capability(draft.body, entry)
    session.flush()
    _record(session, actor, "lexicon.capability_added", draft, bare, bare.name)
    return bare


def check_word(lexicon: Lexicon, capability: Capability, phrase: str) -> None:
    """Refuse a word that is too short, too long, no single phrase, or taken."""
    _check_shape(phrase)
    folded = normalise(phrase)
    for other in (capability, *lexicon.capabilities.values()):
        if folded not in _words_of(other):
            continue
        if other.id == capability.id:
            raise InvalidInput(_("“%(word)s”已经是这项能力的词。", word=phrase), KEPT)
        raise _taken(phrase, other)
    if folded in {normalise(item.phrase) for item in capability.lookalikes}:
        raise InvalidInput(_("“%(word)s”已列为这项能力的相似词。", word=phrase), KEPT)


def _taken(phrase: str, other: Capability) -> InvalidInput:
    if normalise(phrase) == normalise(other.name):
        return InvalidInput(
            _("已有同名能力“%(name)s”。", name=other.name),
            KEPT,
            "请换一个说法，或打开那项能力，给它加词。",
        )
    return InvalidInput(
        _("“%(word)s”已经是“%(name)s”的词。", word=phrase, name=other.name),
        KEPT,
        "请换一个只指这项能力的说法，或先从那项能力删去。",
    )


def check_lookalike(capability: Capability, phrase: str, meaning: str) -> None:
    """Refuse a look-alike that hides nothing, hides a whole word, or does not say what it means."""
    _check_shape(phrase)
    if not meaning:
        raise InvalidInput("请写明这个相似词实际指什么。", KEPT, "例如：装修、招聘。")
    folded, own = normalise(phrase), _words_of(capability)
    if folded in {normalise(item.phrase) for item in capability.lookalikes}:
        raise InvalidInput(_("“%(word)s”已列为这项能力的相似词。", word=phrase), KEPT)
    hidden = next((word for word in sorted(own) if folded in word), None)
    if hidden is not None:
        raise InvalidInput(
            _("“%(word)s”会挡住这项能力自己的词“%(own)s”。", word=phrase, own=hidden), KEPT
        )
    if not any(word in folded for word in own):
        raise InvalidInput(
            _("“%(word)s”不含这项能力的任何一个词，用不着列为相似词。", word=phrase),
            KEPT,
            "相似词须包含这项能力的名称、术语或现场说法。",
        )


def _check_shape(phrase: str) -> None:
    if len(phrase) < SHORTEST:
        raise InvalidInput(
            _("“%(word)s”太短，至少两个字。", word=phrase),
            KEPT,
            "一个字在哪里都会出现，分不出能力。",
        )
    if len(phrase) > LONGEST:
        raise InvalidInput(
            _("词语最多%(count)s个字。", count=LONGEST), KEPT, "请只写关键的几个字。"
        )
    if has_break(phrase):
        raise InvalidInput("词语里不能有标点或换行。", KEPT, "请分成几个词分别增加。")


def _words_of(capability: Capability) -> set[str]:
    """Return the folded words a capability is recognised by, its name included."""
    words = [word for _kind, word in words_of(capability)]
    return {normalise(word) for word in (capability.name, *words) if word}


def _all_of(capability: Capability) -> set[str]:
    return {normalise(word) for _kind, word in words_of(capability)} | {
        normalise(item.phrase) for item in capability.lookalikes
    }


def _free_id(lexicon: Lexicon) -> str:
    number = 1
    while f"own-{number}" in lexicon.capabilities:
        number += 1
    return f"own-{number}"


def _record(
    session: Session,
    actor: Viewer,
    action: str,
    draft: LexiconVersion,
    capability: Capability,
    phrase: str,
) -> None:
    record(
        session, actor, action, ("lexicon", draft.number), capability=capability.name, word=phrase
    )
