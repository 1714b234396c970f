"""A process that builds the pool again and again, to be killed in the middle.

Each step gives three providers one new text, so that a state which is neither before nor after a step shows.
"""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from marketplace.matching.facts import ProviderFacts
from marketplace.matching.lexicon import load_lexicon
from marketplace.matching.readings import no_readings
from marketplace.recommendations.pool_files import OWN, Compiled, PoolFiles

STANDING = 30
TRIO = 3


def candidates(step: int) -> list[ProviderFacts]:
    """Make the candidates after a step."""
    moving = [ProviderFacts(f"m{at}", f"第{at}家", f"第{step}步做外观检测") for at in range(TRIO)]
    standing = [ProviderFacts(f"s{at}", f"第{at}家", "视觉检测与排产") for at in range(STANDING)]
    return [*standing, *moving]


def build(files: PoolFiles, step: int) -> None:
    """Make the pool of a step current."""
    lexicon = load_lexicon()
    with files.building() as place:
        assert place == OWN
        former = files.open(lexicon)
        known = former.readings if former else no_readings(lexicon)
        larger, parts, rows = known.with_read(candidates(step))
        readings = larger.arranged(parts, rows)
        tables = readings.laid_out()
        keys = np.arange(len(readings))
        marks = np.zeros((len(readings), 16), dtype=np.uint8)
        prepared = readings.prepared(tables)
        saved = files.save(Compiled(str(step), keys, marks, readings, tables, prepared), former)
        assert saved.generation


def build_without_end(folder: Path, step: int, acknowledged: Connection) -> None:
    """Take steps after the given one until killed, and tell of each when it is done."""
    files = PoolFiles(folder)
    while True:
        step += 1
        build(files, step)
        acknowledged.send(step)
