"""What a row of the sheet is before it is read: data, blank, a note, a section, a total. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .mapping import ColumnMapping
from .profile import looks_like_company
from .tables import is_header_again
from .text import clip, is_nothing, plain

DATA, BLANK, NOTE = "data", "blank", "note"

_TOTAL = re.compile(
    r"^(?:本页|全市|全县|全区|本县|本市|以上)?(?:合计|总计|小计|共计|累计|汇总|总数|总和)(?!.{2,}(?:公司|厂)$)|^共\d+[家项条个]"
)
_NOTE = re.compile(
    r"^(?:[(【\[*※#]|注(?=[:：、\d.])|注释|备注|说明|填表|填报|审核|制表|审批|经办人|盖章|以下|以上|附[:件表注]|联系人:|日期:|"
    r"单位负责人|分管|第[一二三四五六七八九十\d]+批|续表|第\d+页|未完|示例|样例|范例|例[:：1]|例如|举例|填写示例|\(?示例\)?|(?:以上|以下)(?:为|是))"
)
_SIGNATURE = re.compile(
    r"^(?:填[报表]|审核|制表|审批|经办|复核|统计|单位|分管)?(?:人|单位|负责人|日期|领导|时间)(?:\([^)]*\))?:"
)
_SECTION = re.compile(
    r"^(?:[一二三四五六七八九十]+[、.]|[(（][一二三四五六七八九十\d]+[)）]|第[一二三四五六七八九十]+[批类部章])"
)
_EXAMPLE = re.compile(r"^[(【\[]?(?:填写)?(?:示例|样例|范例|例)[)】\]:]?(?:\d|$|[:：)】])")
_HINT = re.compile(
    r"^(?:请|填写|填报|格式|如[:：、]|例如|例[:：]|选择|下拉|必填|选填|限填|不超过\d+|数字$|数值$|文本$|手机号码?$)"
    r"|(?:格式为|不超过\d+字|\d+字以?内|下拉选择|据实填写|营业执照一致|必填|选填)"
)
_SERIAL = re.compile(r"^\d+(?:\.0)?$")


@dataclass(frozen=True, slots=True)
class RowKind:
    """What a row is; `text` is its words when it is a note, `is_section` when it heads rows."""

    kind: str
    text: str = ""
    is_section: bool = False


def kind_of_row(
    texts: Sequence[str], mapping: ColumnMapping, headers: Sequence[tuple[str, str]]
) -> RowKind:
    """Tell a data row from everything else people put between data rows."""
    said = [
        (column, clip(text.strip())) for column, text in enumerate(texts) if not is_nothing(text)
    ]
    serial = mapping.column("seq")
    content = [(column, text) for column, text in said if column != serial]
    if not content:
        return _serial_only(said)
    whole = "；".join(dict.fromkeys(text for _, text in said))
    if is_header_again(texts, headers) or _is_numbering(said):
        return RowKind(NOTE, whole)
    if any(_TOTAL.match(name) or _EXAMPLE.match(name) for name in _names(said, mapping)):
        return RowKind(NOTE, whole)
    mapped = {column for places in mapping.columns.values() for column in places}
    if not any(column in mapped for column, _ in content):
        return RowKind(NOTE, whole)
    if len({text for _, text in content}) == 1:
        return _single(said, content, mapping, whole)
    hints = sum(1 for _, text in content if _HINT.search(plain(text)))
    if hints >= 2 and hints >= 0.4 * len(content):
        return RowKind(NOTE, whole)
    if not _names_need(content, mapping) and any(
        _SIGNATURE.match(plain(text)) or _NOTE.match(plain(text)) for _, text in content
    ):
        return RowKind(NOTE, whole)
    return RowKind(DATA)


def _names(said: Sequence[tuple[int, str]], mapping: ColumnMapping) -> list[str]:
    """Return the texts where a total or an example says what it is; a title only stands in."""
    columns = dict(said)
    naming = [mapping.column("seq"), said[0][0], mapping.column("company")]
    if mapping.column("company") not in columns:
        naming.append(mapping.column("title"))
    return [plain(columns[column]) for column in naming if column in columns]


def _serial_only(said: Sequence[tuple[int, str]]) -> RowKind:
    """A row with nothing but its number is blank; words in the number column are a note."""
    if not said or all(_SERIAL.match(plain(text)) for _, text in said):
        return RowKind(BLANK)
    text = said[0][1]
    folded = plain(text)
    is_section = bool(_SECTION.match(folded)) or not _NOTE.match(folded)
    return RowKind(NOTE, text, is_section)


def _single(
    said: Sequence[tuple[int, str]],
    content: Sequence[tuple[int, str]],
    mapping: ColumnMapping,
    whole: str,
) -> RowKind:
    """Judge a row with one text: a company or a title whose rest is missing, or a heading."""
    column, text = content[0]
    folded = plain(text)
    numbered = len(said) > len(content) and bool(_SERIAL.match(plain(said[0][1])))
    if _NOTE.match(folded) or _SECTION.match(folded):
        return RowKind(NOTE, whole, is_section=bool(_SECTION.match(folded)))
    named = column in {mapping.column("company"), mapping.column("title")}
    if named and (numbered or (column == mapping.column("company") and looks_like_company(text))):
        return RowKind(DATA)
    return RowKind(NOTE, whole, is_section=len(folded) <= 20)


def _names_need(content: Sequence[tuple[int, str]], mapping: ColumnMapping) -> bool:
    columns = dict(content)
    company, title = mapping.column("company"), mapping.column("title")
    if company in columns and title in columns:
        return not _SIGNATURE.match(plain(columns[company]))
    return False


def _is_numbering(said: Sequence[tuple[int, str]]) -> bool:
    """Whether the row numbers the columns: 1 2 3 4 …, or 甲 乙 1 2 …."""
    numbers = [plain(text).strip("()") for _, text in said]
    if len(numbers) < 3:
        return False
    numbers = [
        number for number in numbers if number not in set("甲乙丙丁abcdefghijklmnopqrstuvwxyz")
    ]
    if not all(number.isdigit() for number in numbers):
        return False
    values = [int(number) for number in numbers]
    return values == list(range(values[0], values[0] + len(values))) if values else True
