"""Finds the texts of a Python module that go through gettext, and those that should; pure.

Serves `babel.cfg` as the extractor of Python files (Babel's own knows only calls by keyword,
not the sentences of errors, which `web.errors` translates), and the test that holds us to it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from .. import errors

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
MARKS: Final = frozenset(
    {"_", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext", "pgettext", "N_"}
)
ERRORS: Final = frozenset(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.DuijieError)
)
"""Errors whose texts are msgids wherever they are made; of any other error, what is raised."""

Found = tuple[int, str]


def extract_python(
    fileobj: BinaryIO, keywords: Any, comment_tags: Sequence[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield a file's msgids as Babel's extractors do: (line, function, message, comments)."""
    for line, text in msgids_of(ast.parse(fileobj.read())):
        yield line, None, text, []


def msgids_of(tree: ast.AST) -> list[Found]:
    """Return (line, text) of every text that is translated, now or where it is shown."""
    marked = _marked(tree)
    return [(node.lineno, node.value) for node in _texts(tree) if id(node) in marked]


def loose_texts_of(tree: ast.AST) -> list[Found]:
    """Return (line, text) of Chinese texts that nothing translates; docstrings are none.

    A Chinese f-string is one even inside a mark: its msgid would differ from call to call.
    """
    marked, documented = _marked(tree), _documentation(tree)
    broken = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    return [
        (node.lineno, node.value)
        for node in _texts(tree)
        if CHINESE.search(node.value)
        and id(node) not in documented
        and (id(node) not in marked or id(node) in broken)
    ]


def _texts(tree: ast.AST) -> Iterator[Any]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def _marked(tree: ast.AST) -> set[int]:
    """Return the ids of the nodes that are the text of a mark or of an error."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _name(node.func)
            if name in MARKS:
                found |= _ids(node.args[: 2 if name == "ngettext" else 1], any_text=True)
            elif name in ERRORS:
                found |= _ids([*node.args, *(item.value for item in node.keywords)])
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            found |= _ids([*node.exc.args, *(item.value for item in node.exc.keywords)])
        elif isinstance(node, ast.ClassDef):
            found |= _ids([item.value for item in node.body if _is_title(item)])
    return found


def _is_title(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and [_name(target) for target in node.targets] == ["title"]


def _ids(nodes: Sequence[Any], *, any_text: bool = False) -> set[int]:
    """Return the ids of texts among the nodes, Chinese or any; of a choice, of both its ends."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.IfExp):
            found |= _ids([node.body, node.orelse], any_text=any_text)
            continue
        text = getattr(node, "value", None)
        if isinstance(text, str) and text and (any_text or CHINESE.search(text)):
            found.add(id(node))
    return found


def _name(node: ast.AST) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def _documentation(tree: ast.AST) -> set[int]:
    """Return the ids of docstrings: a text that stands alone as a statement."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
