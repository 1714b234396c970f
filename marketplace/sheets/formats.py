"""Number formats that change what a number means: a unit in quotes, a date without a day.

Excel turns a typed 2026年9月 into the first of September shown without its day, and a bureau
may show 50 as “50万元”; the stored number alone would be misread. Source: ECMA-376 18.8.30.
"""

from __future__ import annotations

import re

from . import limits
from .errors import SheetError
from .xml_guard import XmlGuard

# Built-in formats of the Chinese locale that show year and month only (ECMA-376 18.8.30).
_MONTH_ONLY_BUILTIN = {
    17: "mmm-yy",
    27: 'yyyy"年"m"月"',
    36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"',
    52: 'yyyy"年"m"月"',
    54: 'yyyy"年"m"月"',
    57: 'yyyy"年"m"月"',
}
_MONEY_BUILTIN = {5: "¥#,##0", 6: "¥#,##0", 7: "¥#,##0.00", 8: "¥#,##0.00"}
_UNIT = re.compile(r"[万亿元千￥¥]")
_BRACKETS = re.compile(r"\[[^\]]*\]")
_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.')


class StyleGuard(XmlGuard):
    """Reads `styles.xml`: the format code of each cell style."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[int, str] = {}
        self._styles: list[int] = []
        self._in_cell_styles = False

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Collect format codes and the cell styles that use them."""
        if name == "numFmt" and attributes.get("numFmtId", "").isdecimal():
            self._codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cell_styles = True
        elif name == "xf" and self._in_cell_styles:
            if len(self._styles) >= limits.MAX_STYLES:
                raise SheetError("too_deep")
            number = attributes.get("numFmtId", "0")
            self._styles.append(int(number) if number.isdecimal() else 0)

    def element_end(self, name: str) -> None:
        """Note the end of the cell styles."""
        if name == "cellXfs":
            self._in_cell_styles = False

    def telling_formats(self) -> dict[int, str]:
        """Return the format codes worth knowing, by cell style."""
        builtin = _MONTH_ONLY_BUILTIN | _MONEY_BUILTIN
        found: dict[int, str] = {}
        for style, number in enumerate(self._styles):
            code = self._codes.get(number) or builtin.get(number, "")
            if code and (is_month_only(code) or unit_of(code)):
                found[style] = code
        return found


def is_month_only(code: str) -> bool:
    """Whether a format shows a year and a month but no day and no time."""
    letters = _QUOTED.sub("", _BRACKETS.sub("", code.split(";")[0])).lower()
    return "y" in letters and "m" in letters and not set("dhs") & set(letters)


def unit_of(code: str) -> str:
    """Return the unit a format shows beside a number: 万元, 元, ¥ …, or nothing.

    A format that divides while it shows (`0!.0,"万"`, a trailing comma) holds plain yuan.
    """
    shown = code.split(";")[0]
    if is_month_only(code) or "y" in _QUOTED.sub("", shown).lower():
        return ""
    literal = "".join(re.findall(r'"([^"]*)"', shown)) + _BRACKETS.sub(
        lambda match: "¥" if "¥" in match[0] or "￥" in match[0] else "", shown
    )
    marks = "".join(_UNIT.findall(literal.replace(" ", "")))
    if not marks:
        return ""
    if "!." in shown or "\\." in shown or re.search(r"[0#],+(?![0#])", _QUOTED.sub("", shown)):
        return "元"
    return "¥" if marks[0] in "¥￥" else "".join(dict.fromkeys(marks))
