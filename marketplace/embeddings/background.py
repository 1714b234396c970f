"""Computes vectors beside the worker's other work, in a thread of its own.

A source may take its time, and a change of a provider must still be found within seconds. Whatever goes wrong here
touches nothing else: faults are noted, anything unforeseen is logged, and the next round begins anew.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from .services import adopt_settings, clear_away, compute_batch
from .settings import Settings
from .sources import Source, open_source

log = logging.getLogger("duijie.embeddings")

BATCHES_A_ROUND = 50


@dataclass
class Background:
    """Rounds of computing, one at a time; the worker's timer starts the next."""

    settings: Settings
    _thread: threading.Thread | None = field(default=None, init=False)

    def look_after(self, session: Session) -> None:
        """Put the source in force and start a round, unless one is running."""
        if self._thread is not None and self._thread.is_alive():
            return
        adopt_settings(session, self.settings)
        source = open_source(self.settings)
        if source is None:
            return
        session.commit()
        bind = session.get_bind().engine  # type: ignore[union-attr]
        self._thread = threading.Thread(
            target=self._round, args=(source, lambda: Session(bind)), name="embeddings", daemon=True
        )
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait for the round that is running; whether it has ended."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    def _round(self, source: Source, session_of: Callable[[], Session]) -> None:
        try:
            with session_of() as session:
                for _ in range(BATCHES_A_ROUND):
                    if compute_batch(session, source, self.settings) is None:
                        return
        except Exception:
            log.exception("a round of embeddings failed")


def tidy(session: Session) -> None:
    """Clear away what is of no use any more; for a timer."""
    if gone := clear_away(session):
        log.info("%d vectors cleared away", gone)
