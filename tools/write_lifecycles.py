"""Writes docs/lifecycles.md from the transition tables; `make lifecycles` runs it, a test holds it.

Every module `marketplace.<room>.lifecycle` is read; each table becomes a diagram (Mermaid) and a
list of its arrows: from where, to where, who may take it, what it records, whom it tells.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "lifecycles.md"
sys.path.insert(0, str(ROOT))

from marketplace.lifecycle import Lifecycle  # noqa: E402
from marketplace.permissions import GRANTS, ROLE_NAMES  # noqa: E402

HEAD = """# Lifecycles

Written by `make lifecycles` from the transition tables; the suite fails when they differ.
An arrow is taken by one conditional UPDATE (`marketplace/lifecycle.py`), with its audit entry, by whoever holds its
permission; 系统 is the clock, or a step that follows from another.
"""


def tables() -> Iterator[tuple[str, Lifecycle]]:
    """Yield (room, lifecycle) of every table, rooms by name, tables as they stand."""
    for path in sorted((ROOT / "marketplace").glob("*/lifecycle.py")):
        module = import_module(f"marketplace.{path.parent.name}.lifecycle")
        for value in vars(module).values():
            if isinstance(value, Lifecycle):
                yield path.parent.name, value


def _who(permission: str) -> str:
    roles = [str(ROLE_NAMES[role]) for role, held in GRANTS.items() if permission in held]
    return "、".join(roles) or "系统"


def _diagram(table: Lifecycle) -> Iterator[str]:
    yield "```mermaid"
    yield "stateDiagram-v2"
    for code, name in table.states.items():
        yield f'    state "{name}" as {code}'
    yield f"    [*] --> {table.initial}"
    for arrow in table.transitions:
        for source in arrow.sources:
            yield f"    {source} --> {arrow.target}: {arrow.label}"
    reached = {arrow.target for arrow in table.transitions} | {table.initial}
    for code in table.states:
        if code in reached and not table.open_to(code):
            yield f"    {code} --> [*]"
    yield "```"


def _arrows(table: Lifecycle) -> Iterator[str]:
    yield "| 步骤 | 从 | 到 | 谁 | 权限 | 记录 | 通知 |"
    yield "|---|---|---|---|---|---|---|"
    for arrow in table.transitions:
        sources = "、".join(str(table.states[code]) for code in arrow.sources)
        cells = (
            f"{arrow.label} `{arrow.name}`",
            sources,
            table.states[arrow.target],
            _who(arrow.permission),
            f"`{arrow.permission}`",
            arrow.records,
            arrow.tells,
        )
        yield "| " + " | ".join(str(cell) for cell in cells) + " |"


def render() -> str:
    """Return the whole page; needs an application context for the names."""
    parts = [HEAD]
    for room, table in tables():
        lines = [f"## `{room}`: {table.subject}", "", *_diagram(table), "", *_arrows(table), ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)


if __name__ == "__main__":
    from marketplace.factory import create_app

    with TemporaryDirectory() as folder:
        app = create_app({"DUIJIE_INSTANCE": folder})
        with app.test_request_context():
            TARGET.write_text(render(), encoding="utf-8")
