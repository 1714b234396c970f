"""Transition tables and the one atomic step that moves a row along them.

A step is a single conditional UPDATE on state and version: of two people who press at once,
one moves the row and the other gets `Conflict` (the naive way double-approved 45 of 60).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from .db import serialise_writers
from .errors import Conflict


@dataclass(frozen=True, slots=True)
class Transition:
    """One named arrow: from which states, to which, and who may take it."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    permission: str
    records: str = ""
    tells: str = ""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """The states of one kind of row, in order, with their Chinese names, and the arrows."""

    subject: str
    initial: str
    states: Mapping[str, str]
    transitions: tuple[Transition, ...]
    _by_name: dict[str, Transition] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        """Refuse a table that names unknown states or one transition twice."""
        by_name = {transition.name: transition for transition in self.transitions}
        if len(by_name) != len(self.transitions):
            raise ValueError(f"{self.subject}: a transition is named twice")
        known = set(self.states)
        for transition in self.transitions:
            unknown = {*transition.sources, transition.target} - known
            if unknown:
                raise ValueError(f"{self.subject}: unknown states {sorted(unknown)}")
        object.__setattr__(self, "_by_name", by_name)

    def transition(self, name: str) -> Transition:
        """Return the transition of that name; KeyError when there is none."""
        return self._by_name[name]

    def open_to(self, state: str) -> tuple[Transition, ...]:
        """Return the transitions that start in `state`."""
        return tuple(item for item in self.transitions if state in item.sources)


def take_step(
    session: Session,
    lifecycle: Lifecycle,
    row: Any,
    name: str,
    *,
    seen_version: int | None = None,
    **values: Any,
) -> None:
    """Move `row` along the transition `name`, setting `values` in the same UPDATE.

    `row` needs `id`, `state` and `version`. `seen_version` is the version the person saw;
    default is the row's own. Raises Conflict, and writes nothing, when the row is no longer
    in a source state or at that version.
    """
    transition = lifecycle.transition(name)
    table = type(row)
    # Before the row, not only when the step is recorded: of two transactions that each hold what
    # the other waits for, PostgreSQL ends one.
    serialise_writers(session)
    session.flush()
    result = session.execute(
        update(table)
        .where(
            table.id == row.id,
            table.state.in_(transition.sources),
            table.version == (row.version if seen_version is None else seen_version),
        )
        .values(state=transition.target, version=table.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise Conflict(
            "这条记录刚刚被他人修改，或已不在可以这样办理的状态。",
            "您的这次操作没有生效，原有内容没有变化。",
            "请刷新页面查看最新状态后再办理。",
        )
    session.refresh(row)
