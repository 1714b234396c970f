"""Drawing lots that anybody can draw again: a seed and ids give one order; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def lot_of(seed: str, number: int) -> str:
    """Return the lot of one id: the SHA-256 (hex) of 'seed:id'."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def in_order_of_lots(seed: str, numbers: Iterable[int]) -> list[int]:
    """Return the ids by ascending lot; who is first is drawn first."""
    return sorted(numbers, key=lambda number: lot_of(seed, number))


def is_replayed(seed: str, pool: Sequence[int], fitting: int, drawn: Sequence[int]) -> bool:
    """Whether the seed gives this pool in this order, and the drawn are its first."""
    again = in_order_of_lots(seed, pool[:fitting]) + in_order_of_lots(seed, pool[fitting:])
    return (
        0 <= fitting <= len(pool)
        and len(set(pool)) == len(pool)
        and list(pool) == again
        and list(drawn) == again[: len(drawn)]
    )
