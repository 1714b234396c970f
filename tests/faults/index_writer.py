"""A process that changes the index without end, to be killed in the middle.

Each step moves three documents to one new version, removes one and brings one back, so that
a state which is neither before nor after a step shows. Every ninth step is a rebuild.
"""

from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from marketplace.search import Document, SearchIndex

TRIO = ("case:1", "case:2", "case:3")
STANDING = 200
REBUILD_EVERY = 9


def standing() -> Iterator[Document]:
    """Make the documents that no step touches."""
    for number in range(STANDING):
        ref = f"profile:{number}"
        yield Document(ref, f"p{number}", "profile", 1, "智能制造服务", "视觉检测与排产排程")


def expected(step: int) -> dict[str, int]:
    """Give the versions after a step."""
    there = {f"profile:{number}": 1 for number in range(STANDING)}
    if step:
        there.update(dict.fromkeys(TRIO, step))
        there[_guest(step)] = step
    return there


def change(index: SearchIndex, step: int) -> None:
    """Take one step."""
    fresh = [Document(ref, "p1", "case", step, "激光焊接", f"第{step}步") for ref in TRIO]
    fresh.append(Document(_guest(step), "p2", "offering", step, "节能", "空压机"))
    if step % REBUILD_EVERY == 0:
        index.rebuild([*standing(), *fresh])
    else:
        index.apply(fresh, [_guest(step + 1)])


def write_without_end(path: Path, step: int, acknowledged: Connection) -> None:
    """Take steps after the given one until killed, and tell of each when it is done."""
    index = SearchIndex(path, grace_seconds=0.2)
    while True:
        step += 1
        change(index, step)
        acknowledged.send(step)


def _guest(step: int) -> str:
    return "offering:even" if step % 2 == 0 else "offering:odd"
