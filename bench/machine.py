"""What the machine can do and what a process takes of it: memory bandwidth, resident memory.

Linux only: resident memory is read from ``/proc/self/smaps``.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

_FAR_LARGER_THAN_CACHE = 64_000_000  # numbers of 4 bytes
_ROUNDS = 7


def bandwidth() -> float:
    """Measure how many bytes a second one thread reads and writes, by copying and by a triad.

    The better of both medians, counting what is read and what is written.
    """
    source, other, target = (np.ones(_FAR_LARGER_THAN_CACHE, dtype=np.float32) for _ in range(3))
    copying, triad = [], []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        np.copyto(target, source)
        copying.append(2 * source.nbytes / (time.perf_counter() - started))
        started = time.perf_counter()
        np.add(source, other, out=target)
        triad.append(3 * source.nbytes / (time.perf_counter() - started))
    return max(statistics.median(copying), statistics.median(triad))


def resident(index: Path) -> dict[str, float]:
    """Open an index in a fresh process that answers fifty queries, and see what it takes.

    Gives seconds to open, and bytes: ``own`` memory that came with opening and answering, and
    pages of the index ``mapped``, which all processes share.
    """
    command = [sys.executable, "-m", "bench.search.resident", str(index)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told)
    return found


def memory(index: Path) -> tuple[int, int]:
    """Give the bytes of anonymous memory of this process, and those mapped of an index."""
    own = mapped = 0
    of_index = False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            of_index = words[-1].startswith(str(index))
        elif words[0] == "Anonymous:":
            own += int(words[1]) * 1024
        elif words[0] == "Rss:" and of_index:
            mapped += int(words[1]) * 1024
    return own, mapped
