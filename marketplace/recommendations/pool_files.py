"""The compiled pool on disk, shared by all processes: generations beside the search index, one of them current.

Built in a directory nobody reads, made durable, sealed with sums, made current in one step; see `search.generations`,
which knows files and not what is in them. Killing a builder leaves the generation before. The database remains the
truth: a generation says by its stamp which state of the database it shows, and whoever reads it compares.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unicodedata import unidata_version

import numpy as np
from numpy.typing import NDArray

from ..catalogue import shown
from ..matching import arrays as kept
from ..matching.flattening import CodeTables
from ..matching.kept_numbers import KeptNumbers
from ..matching.lexicon import Lexicon
from ..matching.natures import NATURES_PATH, TRADES_PATH
from ..matching.parts import Part, part_of_arrays
from ..matching.prepared import Prepared
from ..matching.readings import Readings
from ..matching.vectors import VECTORS_DIR
from ..search import generations
from ..search.errors import IndexBusy, IndexUnavailable
from . import facts

log = logging.getLogger("duijie.pool")

FORMAT = 2
TABLES, PIECES, ORDER = "tables.arrays", "pieces.arrays", "order.arrays"
PARTS = "parts"
# Who is about to open a generation that is being replaced tries again; so it need not stay for long.
GRACE_SECONDS = 5.0
OPEN_ATTEMPTS = 3
# How long a request waits for whoever is building; the web server gives up on it after 60.
LOCK_SECONDS = 20.0
# Whether one may build: the place is one's own, taken by another, or the folder takes nothing.
OWN, TAKEN, CLOSED = "own", "taken", "closed"


@dataclass(frozen=True, eq=False)
class Compiled:
    """Readings ready to be ranked, and the state of the database they show.

    `stamp` tells the state of all, `marks` (a row of bytes each) that of the provider of each of the `keys`, rising.
    """

    stamp: str
    keys: NDArray[np.int64]
    marks: NDArray[np.uint8]
    readings: Readings
    tables: dict[str, NDArray[Any]]
    prepared: Prepared
    generation: str = ""


class PoolFiles:
    """The generations of one pool in a folder."""

    def __init__(self, folder: Path, lock_seconds: float = LOCK_SECONDS) -> None:
        self._folder = folder
        self._lock_seconds = lock_seconds
        self._checksums = generations.Checksums()
        self._opened: Compiled | None = None
        # Now, while the files are those this process runs: an upgrade may replace them under it.
        reading_sum()

    def open(self, lexicon: Lexicon) -> Compiled | None:
        """Give the current generation; None when there is none that can be used here, which is then logged."""
        for attempt in range(OPEN_ATTEMPTS):
            try:
                stored = generations.load_current(self._folder)
                if self._opened is not None and self._opened.generation == stored.name:
                    return self._opened if _is_of(stored.content, lexicon) else None
                if not _is_of(stored.content, lexicon):
                    log.info("pool %s is of other words or another version", stored.name)
                    return None
                generations.check_files(stored, self._checksums)
                self._opened = _load(stored, lexicon)
                return self._opened
            except (IndexUnavailable, OSError, KeyError, ValueError) as problem:
                # It may have been replaced and swept while it was being opened.
                if attempt == OPEN_ATTEMPTS - 1 and (self._folder / generations.CURRENT).exists():
                    log.warning("the pool on disk cannot be used: %s", problem)
        return None

    @contextmanager
    def building(self) -> Iterator[str]:
        """Hold the right to build; gives OWN, or TAKEN or CLOSED when one may not, which is then logged."""
        with ExitStack() as held:
            try:
                held.enter_context(generations.write_lock(self._folder, self._lock_seconds))
            except IndexBusy:
                log.warning("another process has been building the pool for long")
                yield TAKEN
            except OSError as problem:
                log.warning("the pool is not kept on disk: %s", problem)
                yield CLOSED
            else:
                yield OWN

    def save(self, made: Compiled, former: Compiled | None) -> Compiled:
        """Make what was compiled the current generation and give it as mapped from disk; the caller may build.

        What cannot be written is given back as it is, and logged.
        """
        try:
            generations.sweep(self._folder, GRACE_SECONDS)
            base = self._base(former)
            with generations.building(self._folder, base) as unsealed:
                _write(unsealed, made, former if base else None)
                stored = generations.publish(
                    self._folder, unsealed, _content(made), base, self._checksums
                )
            self._opened = _load(stored, made.readings.lexicon)
            return self._opened
        except (IndexUnavailable, OSError, KeyError, ValueError) as problem:
            log.warning("the pool could not be kept on disk: %s", problem)
            return made

    def _base(self, former: Compiled | None) -> generations.Stored | None:
        """Give the generation whose files can be taken over: the current one, if it is the one built upon."""
        if former is None or not former.generation:
            return None
        stored = generations.load_current(self._folder)
        return stored if stored.name == former.generation else None


def _content(made: Compiled) -> dict[str, Any]:
    return {
        "pool": FORMAT,
        "stamp": made.stamp,
        "lexicon": made.readings.lexicon.version,
        "reading": reading_sum(),
        "codes": made.readings.codes.names(),
        "parts": [part.name for part in made.readings.parts],
        "documents": len(made.tables["unit_kind"]),
    }


def _is_of(content: dict[str, Any], lexicon: Lexicon) -> bool:
    made_by = content.get("pool"), content.get("lexicon"), content.get("reading")
    return made_by == (FORMAT, lexicon.version, reading_sum())


def _write(folder: Path, made: Compiled, former: Compiled | None) -> None:
    """Write what differs from the former generation, whose files lie here as links."""
    readings = made.readings
    parts = folder / PARTS
    parts.mkdir(exist_ok=True)
    wanted = {_file_of(part.name): part for part in readings.parts}
    for path in list(parts.iterdir()):
        if path.name not in wanted:
            path.unlink()
    for name, part in wanted.items():
        if not (parts / name).exists():
            kept.write_arrays(parts / name, part.arrays())
    if former is None or former.readings.numbers is not readings.numbers:
        _replace(folder / PIECES, readings.numbers.arrays)
    if former is None or former.tables is not made.tables:
        _replace(folder / TABLES, made.tables)
    order = {"part_of": readings.part_of, "row_of": readings.row_of}
    _replace(folder / ORDER, {**order, "keys": made.keys, "marks": made.marks})


def _replace(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Write a file anew; what lies here may be a link to the former generation's."""
    path.unlink(missing_ok=True)
    kept.write_arrays(path, arrays)


def _file_of(part: str) -> str:
    return f"{part}.arrays"


def _load(stored: generations.Stored, lexicon: Lexicon) -> Compiled:
    content, folder = stored.content, stored.directory
    order = kept.open_arrays(folder / ORDER)
    parts: list[Part] = [
        part_of_arrays(name, kept.open_arrays(folder / PARTS / _file_of(name)))
        for name in content["parts"]
    ]
    readings = Readings(
        lexicon,
        tuple(parts),
        order["part_of"],
        order["row_of"],
        CodeTables.of(content["codes"]),
        KeptNumbers(kept.open_arrays(folder / PIECES)),
    )
    tables = kept.open_arrays(folder / TABLES)
    return Compiled(
        content["stamp"],
        order["keys"],
        order["marks"],
        readings,
        tables,
        readings.prepared(tables),
        stored.name,
    )


@lru_cache(maxsize=1)
def reading_sum() -> str:
    """Give what changes when providers would be read differently: code, word lists, what cuts words and names states.

    Their facts are put together by `facts`, in the words of the catalogue.
    """
    code = Path(kept.__file__).parent
    found = hashlib.sha256(unidata_version.encode())
    for path in (
        *sorted(code.glob("*.py")),
        *(Path(facts.__file__), Path(shown.__file__)),
        *(NATURES_PATH, TRADES_PATH),
        *sorted(VECTORS_DIR.iterdir()),
    ):
        found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    for package in ("numpy", "scipy", "rjieba"):
        found.update(f"{package} {version(package)}".encode())
    return found.hexdigest()
