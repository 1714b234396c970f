"""By when a need should be met: every way such a cell is written, to one date. Pure.

Conventions: a month alone, its end (底, 末) or “before” it (前) mean its last day; a quarter,
a half or a year its last day; what cannot be decided is None with the reason, never a guess.
Excel counts days from 1899-12-30 (ECMA-376 18.17.4.1, with its leap-year error).
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from .durations import last_day, read_duration
from .numerals import SIGNS, parse_numeral
from .text import clip, is_nothing, plain
from .understood import Understood

_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(20_000, 80_000)  # 1954 to 2118: no five-digit number in use means anything else
_FARTHEST_YEARS = 10

_VAGUE = re.compile(
    r"尽快|尽早|待定|待议|未定|另定|另议|长期|面议|协商|视|根据|按需|近期|立即|马上|急|随时|不限|暂|商定"
    r"|asap|不定|灵活|常年|具体|待|无要求|无具体|持续|越快越好|年度内滚动"
)
_RELATIVE_YEARS = {"今年": 0, "本年": 0, "当年": 0, "明年": 1, "次年": 1, "来年": 1, "后年": 2}
_QUARTER = re.compile(r"(?:[1-4一二三四](?:季度)?[-、~和至])?(?:第?([1-4])季度?|q([1-4])|([1-4])q)")
_MONTHS = {
    name: i
    for i, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_ENGLISH = re.compile(
    r"(?:(\d{1,2})[-/.]?)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[-/.,]?"
    r"(?:(\d{1,2})(?:,|(?=\d{4}$)))?[-/]?(\d{4}|\d{2})$"
)
_SEP = r"[-./年、]"
# 26.9.30 is a year in short, 9.30 and 10.1 are months: no month is above 12.
_Y = r"\d{4}|[2-4]\d"
_FULL = re.compile(rf"^({_Y}){_SEP}(\d{{1,2}})[-./月、](\d{{1,2}})[日号]?(?:t?\d{{1,2}}:\d\d.*)?$")
_COMPACT = re.compile(r"^(20\d\d)(\d\d)(\d\d)?$")
_MONTH = re.compile(rf"^({_Y}){_SEP}(\d{{1,2}})月?份?$")
_YEAR = re.compile(r"^(\d{4}|\d{2}(?=年))年?度?$")
_MONTH_DAY = re.compile(r"^(\d{1,2})[月.](\d{1,2})[日号]?$")
_MONTH_ONLY = re.compile(r"^(\d{1,2})月份?$")
_FOREIGN_ORDER = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_RANGE = re.compile(r"^(.*?\d.*?)(?:至|到|~|--+|(?<=[月日年号度])-)(.+)$")
_NUMBER_RANGE = re.compile(rf"^((?:{_Y}){_SEP})?(\d{{1,2}})-(\d{{1,2}})月(?:份|底|末)?$")
_DATE_RANGE = re.compile(r"^(\d{4}[./]\d{1,2}(?:[./]\d{1,2})?)-(\d{4}[./].+)$")
_YEAR_RANGE = re.compile(r"^20\d\d年?-(20\d\d)年?$")
_MENTION = re.compile(
    r"\d{4}年\d{1,2}月(?:\d{1,2}[日号]|[底末])?|\d{4}[-./]\d{1,2}(?:[-./]\d{1,2})?(?!\d)|\d{4}年[底末]"
)
_FEASTS = {"国庆": (10, 1), "国庆节": (10, 1), "五一": (5, 1), "元旦": (1, 1)}
_PLANS = {"十四五": 2025, "十五五": 2030, "十六五": 2035}
_PART_OF_MONTH = {"上旬": 10, "初": 10, "中旬": 20, "中": 15, "下旬": 31}
_END = re.compile(r"(?:底|末|内|止|底止)$")
_NOISE = re.compile(
    r"[(【\[][^)\]】]*[)\]】]|^(?:预计|计划|力争|争取|拟|约|大约|于|在|截止(?:到|至|日期)?|截至|不晚于|最迟|最晚|期望|希望|要求)+:?"
    r"|(?:完成|交付|上线|验收|建成|投产|投用|实施完毕|竣工|完工|结束|截止|落地|使用|左右|期间|底完)+$"
)
_NUMERAL_RUN = re.compile(rf"[{SIGNS}]+(?=[年月日号季个周天])|(?<=第)[{SIGNS}](?=季)")


def read_deadline(text: str, as_of: date) -> Understood[date]:
    """Read one deadline cell; words such as 年底 count from `as_of`."""
    if is_nothing(text):
        return Understood(text)
    folded = _digits(plain(clip(text)).lower())
    if folded.startswith(("=", "@")):
        return Understood(text)
    try:
        found = _serial(text, folded) or _spoken(text, folded, as_of)
    except (ValueError, OverflowError):
        # The calendar itself refuses: the year 0, or one beyond 9999.
        return Understood(text, warnings=("deadline_invalid",))
    day = found.value
    if day is None:
        return found
    if day < as_of:
        found = Understood(text, day, ("deadline_in_past", *found.warnings))
    elif day.year > as_of.year + _FARTHEST_YEARS:
        found = found.warned("deadline_unusually_far")
    return found


def _serial(text: str, folded: str) -> Understood[date] | None:
    if not re.fullmatch(r"\d{5}(?:\.\d+)?", folded) or int(float(folded)) not in _SERIALS:
        return None
    day = _EXCEL_EPOCH + timedelta(days=int(float(folded)))
    return Understood(text, day, ("deadline_excel_serial",))


def _spoken(text: str, folded: str, as_of: date) -> Understood[date]:
    core = folded
    for _ in range(3):
        core = _NOISE.sub("", core).strip(",;。:")
    before = core.endswith(("前", "之前", "以前"))
    core = re.sub(r"(?:之|以)?前$", "", core)
    found = (
        _exact(text, core)
        or _end_of_month(text, core, before)
        or _part_of_month(text, core)
        or _span(text, core, as_of)
        or _part_of_year(text, core, as_of)
        or _without_year(text, core, before, as_of)
        or read_duration(text, core, as_of)
        or _named_day(text, core, as_of)
        or _mentioned(text, folded, as_of)
    )
    if found is not None:
        return found
    if _VAGUE.search(folded):
        return Understood(text, warnings=("deadline_vague",))
    return Understood(text, warnings=("deadline_unrecognised",))


def _exact(text: str, core: str) -> Understood[date] | None:
    core = _END.sub("", core) if core.endswith(("止", "日内")) else core
    if match := _FULL.match(core):
        return _dated(text, _year(match[1]), int(match[2]), int(match[3]), len(match[1]) == 2)
    if (match := _COMPACT.match(core)) and match[3]:
        return _dated(text, int(match[1]), int(match[2]), int(match[3]))
    if match := _FOREIGN_ORDER.match(core):
        first, second, year = (int(part) for part in match.groups())
        if first > 12 >= second:
            first, second = second, first
        return _dated(text, year, first, second)
    if (match := _ENGLISH.match(core)) and match[4]:
        day = match[1] or (match[3] or "").strip(",")
        month = _MONTHS[match[2]]
        year = _year(match[4])
        return _dated(text, year, month, int(day) if day else last_day(year, month))
    return None


def _end_of_month(text: str, core: str, before: bool) -> Understood[date] | None:
    bare = re.sub(r"月?(?:底|末)$", "月", core) if core.endswith(("底", "末")) else core
    bare = re.sub(r"月[内止]$", "月", bare)
    match = _MONTH.match(bare)
    if match is None and (compact := _COMPACT.match(bare)) and not compact[3]:
        match = compact
    if match is None:
        return None
    year, month = _year(match[1]), int(match[2])
    if not 1 <= month <= 12:
        return Understood(text, warnings=("deadline_invalid",))
    warnings: tuple[str, ...] = ()
    if before and bare == core:
        warnings = ("deadline_before_interpreted",)
    if len(match[1]) == 2:
        warnings += ("deadline_short_year",)
    return Understood(text, date(year, month, last_day(year, month)), warnings)


def _part_of_month(text: str, core: str) -> Understood[date] | None:
    match = re.match(rf"^({_Y}){_SEP}(\d{{1,2}})月?份?(上旬|中旬|下旬|初|中)$", core)
    if match is None:
        return None
    year, month = _year(match[1]), int(match[2])
    if not 1 <= month <= 12:
        return Understood(text, warnings=("deadline_invalid",))
    day = min(_PART_OF_MONTH[match[3]], last_day(year, month))
    return Understood(text, date(year, month, day), ("deadline_approx",))


def _part_of_year(text: str, core: str, as_of: date) -> Understood[date] | None:
    match = re.match(
        r"^(?:(\d{4}|\d{2})(?:年度?)?|(今年|本年|当年|明年|次年|来年|后年)度?)?(.*)$", core
    )
    if match is None:
        return None
    written, spoken, rest = match.groups()
    year = as_of.year if written is None else _year(written)
    if spoken:
        year = as_of.year + _RELATIVE_YEARS[spoken]
    relative = written is None
    said = ("deadline_year_assumed",) if not written and not spoken else ()
    if quarter := _QUARTER.fullmatch(re.sub(r"[底末内]$|之内$", "", rest)):
        month = 3 * int(quarter[1] or quarter[2] or quarter[3])
        day = date(year, month, last_day(year, month))
        if said and day < as_of:
            day = day.replace(year=year + 1)
        return Understood(text, day, ("deadline_quarter", *said))
    if half := re.fullmatch(r"(?:(上|下)半年[底末内]?|h([12]))", rest):
        day = date(year, 6, 30) if half[1] == "上" or half[2] == "1" else date(year, 12, 31)
        return Understood(text, day, ("deadline_half_year", *said))
    if rest in {"中", "年中"} and (written or spoken or rest == "年中"):
        return Understood(text, date(year, 6, 30), ("deadline_approx", *said))
    if rest in {"初", "年初"}:
        return Understood(text, date(year, 3, 31), ("deadline_approx", *said))
    is_end = rest in {"底", "末", "年底", "年末", "内", "年内", "岁末", "全年", "底内"}
    if is_end or (rest == "" and (spoken or (written and _YEAR.match(core)))):
        if not is_end:
            return Understood(text, date(year, 12, 31), ("deadline_year_only",))
        warnings = ("deadline_relative_year_end",) if relative else ()
        return Understood(text, date(year, 12, 31), warnings)
    if spoken and rest:
        return _spoken(text, f"{year}年{rest}", as_of)
    return None


def _without_year(text: str, core: str, before: bool, as_of: date) -> Understood[date] | None:
    if core in {"本月", "本月底", "月底", "月末", "本月内", "当月"}:
        return _relative(text, as_of.year, as_of.month)
    if core in {"下月", "下个月", "下月底", "下个月底", "次月底"}:
        return _relative(text, as_of.year + as_of.month // 12, as_of.month % 12 + 1)
    if core in {"本季度", "本季度末", "季度末"}:
        return _relative(text, as_of.year, (as_of.month + 2) // 3 * 3)
    match = re.match(r"^(\d{1,2})[月.]", core)
    if match is None:
        return None
    if not 1 <= int(match[1]) <= 12:
        return Understood(text, warnings=("deadline_invalid",)) if "月" in core else None
    for year in (as_of.year, as_of.year + 1):
        dated = f"{year}年{core}" if "月" in core else f"{year}.{core}"
        found = (
            _exact(text, dated) or _end_of_month(text, dated, before) or _part_of_month(text, dated)
        )
        if found is None or found.value is None:
            return found
        if found.value >= as_of or year > as_of.year:
            return found.warned("deadline_year_assumed")
    return None


def _span(text: str, core: str, as_of: date) -> Understood[date] | None:
    """Read 2026年6月-12月 or 9月1日至10月1日 as its end, which borrows what it leaves out."""
    if match := _NUMBER_RANGE.match(core):
        end = f"{match[1] or ''}{match[3]}月"
    elif match := _DATE_RANGE.match(core) or _YEAR_RANGE.match(core):
        end = match[match.lastindex or 1]
    elif match := _RANGE.match(core):
        start, end = match.groups()
        year = re.match(r"^(\d{4})", start)
        if re.match(r"^\d{1,2}[月.]", end) and year:
            end = f"{year[1]}年{end.replace('.', '月', 1)}"
        elif re.fullmatch(r"\d{1,2}[日号]?", end) and (head := re.match(r"^(.*月)", start)):
            end = head[1] + end
    else:
        return None
    if not re.search(r"[-./年月日号季]|^20\d\d$", end) or re.search(r"\d个", end):
        return None
    found = _spoken(text, end, as_of)
    return None if found.value is None else found.warned("deadline_range")


def _named_day(text: str, core: str, as_of: date) -> Understood[date] | None:
    if match := re.match(r"^(十[四五六]五)(?:规划)?(?:期?末|期间|内|底)?$", core):
        return Understood(text, date(_PLANS[match[1]], 12, 31), ("deadline_approx",))
    match = re.match(r"^(?:(20\d\d)年)?(国庆节?|五一|元旦)(?:节|假期)?$", core)
    if match is None:
        return None
    month, day = _FEASTS[match[2]]
    found = date(int(match[1] or as_of.year), month, day)
    if match[1] is None and found < as_of:
        found = found.replace(year=found.year + 1)
    return Understood(text, found, ("deadline_approx",))


def _mentioned(text: str, folded: str, as_of: date) -> Understood[date] | None:
    """Take the last date a longer sentence mentions: 6月启动，2026年12月底前完成系统部署."""
    mentions = _MENTION.findall(folded)
    if not mentions or mentions[-1] == folded:
        return None
    found = _spoken(text, mentions[-1], as_of)
    if found.value is None:
        return found
    return found.warned("deadline_range" if len(mentions) > 1 else "deadline_from_text")


def _dated(text: str, year: int, month: int, day: int, is_short: bool = False) -> Understood[date]:
    try:
        found = date(year, month, day)
    except ValueError:
        return Understood(text, warnings=("deadline_invalid",))
    return Understood(text, found, ("deadline_short_year",) if is_short else ())


def _relative(text: str, year: int, month: int) -> Understood[date]:
    return Understood(text, date(year, month, last_day(year, month)), ("deadline_relative_month",))


def _digits(folded: str) -> str:
    def replace(match: re.Match[str]) -> str:
        number = parse_numeral(match[0])
        return match[0] if number is None else str(int(number))

    return _NUMERAL_RUN.sub(replace, folded)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)
