"""What an interpreter hands back: the text as typed, the value, warnings, candidates. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Understood(Generic[ValueT]):
    """One cell as understood; `value` is None when a person must decide.

    `candidates` are the choices to offer then (codes, or an ISO date), best first.
    """

    raw: str
    value: ValueT | None = None
    warnings: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()

    def warned(self, *codes: str) -> Understood[ValueT]:
        """Return the same with more warnings, each once."""
        fresh = tuple(code for code in codes if code not in self.warnings)
        return replace(self, warnings=self.warnings + fresh) if fresh else self
