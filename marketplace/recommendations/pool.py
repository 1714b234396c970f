"""The pool of candidates: every provider that is or was in the directory, read once a change.

Listed and unlisted ones alike, because “why not this firm?” must have an answer for each: placed
and excluded together are the pool. It is compiled once, by the worker or by whoever first needs
it, lies on disk and is mapped by all processes (`pool_files`). Each request compares its stamp
with the database: when a provider, a listing or the day has changed, whoever sees it first renews
it, and only what changed is read again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from ..db import now, read_only
from ..embeddings.nearness import PoolTexts
from ..errors import Unavailable
from ..matching.facts import ProviderFacts
from ..matching.lexicon import Lexicon
from ..matching.prepared import Prepared
from ..matching.readings import no_readings
from ..search.results import Lineup
from ..web.filters import beijing_today
from .lexicons import lexicon_in_force
from .pool_files import LOCK_SECONDS, OWN, TAKEN, Compiled, PoolFiles
from .pool_queries import get_marks, get_stamp, list_facts

log = logging.getLogger("duijie.pool")

# How many providers are compared with the database when a pool is first opened.
CHECKED = 16


@dataclass(frozen=True, eq=False)
class Pool:
    """The candidates of a day: their facts, the same compiled for ranking, and their documents."""

    compiled: Compiled
    lineup: Lineup

    def __len__(self) -> int:
        return len(self.prepared)

    @property
    def stamp(self) -> str:
        """Which state of the database the pool shows."""
        return self.compiled.stamp

    @property
    def prepared(self) -> Prepared:
        """The candidates ready to be ranked."""
        return self.compiled.prepared

    @property
    def lexicon(self) -> Lexicon:
        """The words by which they were read."""
        return self.compiled.readings.lexicon

    @cached_property
    def texts(self) -> PoolTexts:
        """Its texts, as those who keep something for each name them."""
        return PoolTexts(self.lineup.refs, self.prepared.starts, self.stamp)

    @cached_property
    def facts(self) -> Sequence[ProviderFacts]:
        """What is known of each, made when it is asked for."""
        return _Facts(self.prepared)

    @cached_property
    def by_id(self) -> Mapping[str, ProviderFacts]:
        """The facts by provider id."""
        return FactsById(self.prepared)

    def facts_json(self) -> bytes:
        """Return the facts of all candidates as JSON, the same for the same facts."""
        return self.compiled.readings.facts_json()


class _Facts(Sequence[ProviderFacts]):
    def __init__(self, prepared: Prepared) -> None:
        self._providers = prepared.providers

    def __len__(self) -> int:
        return len(self._providers)

    @overload
    def __getitem__(self, place: int) -> ProviderFacts: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[ProviderFacts]: ...
    def __getitem__(self, place: int | slice) -> ProviderFacts | Sequence[ProviderFacts]:
        if isinstance(place, slice):
            return [item.facts for item in self._providers[place]]
        return self._providers[place].facts


class FactsById(Mapping[str, ProviderFacts]):
    """The facts of prepared providers by id, made when they are asked for."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._place = {key: place for place, key in enumerate(prepared.provider_ids)}

    def __getitem__(self, provider_id: str) -> ProviderFacts:
        return self._prepared.providers[self._place[provider_id]].facts

    def __contains__(self, provider_id: object) -> bool:
        return provider_id in self._place

    def __iter__(self) -> Iterator[str]:
        return iter(self._place)

    def __len__(self) -> int:
        return len(self._place)


_lock = threading.Lock()
_kept: dict[str, Pool] = {}
_files: dict[str, PoolFiles] = {}


def keep_pool_in(folder: Path, database: str, lock_seconds: float = LOCK_SECONDS) -> None:
    """Say where the pool of a database, given by its address, lies on disk; without it is kept in memory."""
    with _lock:
        _files[database] = PoolFiles(folder, lock_seconds)
        _kept.pop(database, None)


def get_pool(session: Session, today: date, may_wait: bool = False) -> Pool:
    """Return the candidates as of now; what has not changed is not read again.

    After a switch of the lexicon all are read again, which takes long: where the pool lies on disk
    only who `may_wait` does it, and the others get the candidates as the former words read them.
    """
    lexicon = lexicon_in_force(session)
    place = str(session.get_bind().engine.url)  # type: ignore[union-attr]
    stamp = get_stamp(session, today)
    kept = _kept.get(place)
    if kept is not None and kept.stamp == stamp and kept.lexicon.version == lexicon.version:
        return kept
    former = kept if kept is not None and kept.stamp == stamp else None
    files = _files.get(place)
    if former is not None and files is not None and not may_wait:
        opened = files.open(lexicon)
        if opened is None or opened.stamp != stamp:
            return former
    if not _lock.acquire(blocking=former is None):
        assert former is not None, "only with a former pool nobody waits"
        return former
    try:
        kept = _kept.get(place)
        if kept is None or kept.stamp != stamp or kept.lexicon.version != lexicon.version:
            known = kept.compiled if kept and kept.lexicon.version == lexicon.version else None
            compiled = _current(session, today, stamp, lexicon, known, files)
            kept = _kept[place] = Pool(compiled, Lineup(compiled.prepared.unit_refs))
        return kept
    except Unavailable:
        if former is None:
            raise
        return former
    finally:
        _lock.release()


def prepare_records(session: Session, records: Iterable[bytes], lexicon: Lexicon) -> Prepared:
    """Make kept facts ready to be ranked; who stands in the pool as they tell it is not read again."""
    pool = get_pool(session, beijing_today(now()))
    same = pool.lexicon.version == lexicon.version
    readings = (pool.compiled.readings if same else no_readings(lexicon)).of(records)
    return readings.prepared(readings.laid_out())


def look_after_pool(session: Session) -> None:
    """Renew the pool when the database has changed, so that no request needs to; for the worker.

    It only reads: building may take long and must keep no writer waiting.
    """
    token = read_only.set(True)
    try:
        get_pool(session, beijing_today(now()), may_wait=True)
        session.rollback()
    except Unavailable:
        log.info("another process is building the pool")
    finally:
        read_only.reset(token)


def _current(
    session: Session,
    today: date,
    stamp: str,
    lexicon: Lexicon,
    former: Compiled | None,
    files: PoolFiles | None,
) -> Compiled:
    """Open the pool of a state of the database, or make it from the one before."""
    if files is None:
        return _renewed(session, today, stamp, lexicon, former)
    opened = files.open(lexicon)
    if opened is not None and opened.stamp == stamp and _is_true(session, today, opened, former):
        return opened
    with files.building() as place:
        opened = files.open(lexicon) or opened
        if opened is not None and not _is_true(session, today, opened, former):
            log.warning("pool %s shows another database; reading all facts", opened.generation)
            opened = replace(opened, stamp="", marks=np.zeros_like(opened.marks))
        if opened is not None and opened.stamp == stamp:
            return opened
        former = opened or former
        if place == TAKEN and former is None:
            # Reading everyone once more beside the builder would take longer than a request may.
            raise Unavailable(
                _("正在整理服务商资料，暂时不能推荐"),
                _("需求和清单没有变动。"),
                _("请过一两分钟再打开。"),
            )
        made = _renewed(session, today, stamp, lexicon, former)
        return files.save(made, opened) if place == OWN else made


def _is_true(session: Session, today: date, opened: Compiled, former: Compiled | None) -> bool:
    """Compare a few facts with the database before a process first believes a pool it finds.

    Stamps and marks tell states of one database apart, not a database from another put in its
    place, or a row changed by hand.
    """
    if former is not None or not opened.keys.size:
        return True
    keys, marks = get_marks(session, today)
    before = _places_before(opened, keys, marks)
    same = np.flatnonzero(before >= 0)
    if not same.size:
        return True
    some = np.unique(same[np.linspace(0, same.size - 1, CHECKED).astype(np.int64)])
    told: list[int] = []
    facts = list(list_facts(session, today, keys[some].tolist(), told))
    kept = [opened.prepared.providers[place].facts for place in before[some].tolist()]
    return kept == facts


def _renewed(
    session: Session, today: date, stamp: str, lexicon: Lexicon, former: Compiled | None
) -> Compiled:
    """Make the pool of now from that of before."""
    keys, marks = get_marks(session, today)
    before = _places_before(former, keys, marks)
    if former is not None and len(before) == len(former.keys) and (before >= 0).all():
        # Another day, and nobody is affected.
        return Compiled(
            stamp, keys, marks, former.readings, former.tables, former.prepared, former.generation
        )
    known = former.readings if former else no_readings(lexicon)
    changed = keys[before < 0].tolist()
    told: list[int] = []
    larger, part_of, row_of = known.with_read(list_facts(session, today, changed, told))
    # One withdrawn between the two readings is left out; the next look finds the stamp changed.
    there = before >= 0
    there[np.searchsorted(keys, told)] = True
    parts, rows = np.zeros(keys.size, dtype=np.int64), np.zeros(keys.size, dtype=np.int64)
    parts[before >= 0] = known.part_of[before[before >= 0]]
    rows[before >= 0] = known.row_of[before[before >= 0]]
    parts[np.searchsorted(keys, told)], rows[np.searchsorted(keys, told)] = part_of, row_of
    readings = larger.arranged(parts[there], rows[there])
    tables = readings.laid_out()
    return Compiled(stamp, keys[there], marks[there], readings, tables, readings.prepared(tables))


def _places_before(
    former: Compiled | None, keys: NDArray[np.int64], marks: NDArray[np.uint8]
) -> NDArray[np.int64]:
    """Return the place in the former pool of each candidate that has not changed since, −1 for others."""
    places = np.full(keys.size, -1, dtype=np.int64)
    if former is not None and former.keys.size:
        at = np.minimum(np.searchsorted(former.keys, keys), former.keys.size - 1)
        same = (former.keys[at] == keys) & (former.marks[at] == marks).all(axis=1)
        places[same] = at[same]
    return places
