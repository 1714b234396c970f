"""One row of a need list read and judged: what each cell means and whether it may come in.

Pure. The judgement of a row alone; duplicates are a matter of the whole list (`check`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from .budget import UNKNOWN, Budget, read_budget, read_budget_bounds
from .choices import (
    read_cooperation,
    read_digital_level,
    read_disclosure,
    read_scene,
    read_size,
    read_uscc,
)
from .deadline import read_deadline
from .fields import BUDGET_MAX, BUDGET_MIN, LABELS, TEXT_FIELDS
from .industry import read_industry
from .phone import find_phone, read_phone
from .region import find_region, read_region
from .text import FORMULA_SIGNS, MARKUP, is_nothing, plain, tidy, tidy_lines
from .understood import Understood
from .vocabulary import Vocabulary

IMPORT, REVIEW, REJECT = "import", "review", "reject"

# Warnings that hold a row back until a person has looked: the text may be an attack, or a
# value that would be stored is probably wrong. Everything else comes in with its warning.
NEEDS_REVIEW = frozenset(
    {
        "formula_injection",
        "markup_in_text",
        "deadline_in_past",
        "deadline_invalid",
        "deadline_unusually_far",
        "budget_negative",
        "budget_unit_doubtful",
        "budget_foreign_currency",
        "budget_several_amounts",
        "budget_looks_like_date",
    }
)
_LONG = frozenset({"description", "goal", "data_basis", "constraints", "must_haves", "remark"})
_ONE_LINE = frozenset({"company", "title"})
_CHECKED_FOR_SIGNS = (
    *TEXT_FIELDS,
    "industry",
    "region",
    "budget",
    BUDGET_MIN,
    BUDGET_MAX,
    "deadline",
    "phone",
    "uscc",
    "size",
    "cooperation",
    "disclosure",
)
_SIMPLE: dict[str, Callable[[str], Understood[str]]] = {
    "size": read_size,
    "digital_level": read_digital_level,
    "cooperation": read_cooperation,
    "disclosure": read_disclosure,
}
_TITLE_LENGTH = 30
_TOO_LONG = 40


@dataclass(frozen=True, slots=True)
class TableContext:
    """What the table around a row says; together with the raw texts it decides everything.

    `as_of` is the day relative words count from; `unit` the money unit of bare numbers;
    `columns` the fields the table has; `home` the prefectures it names; `company` whose list
    it is when it has no company column; `region` the county all rows lie in when there is no
    column for it, as `region_from` (sheet or heading) says.
    """

    as_of: date
    unit: str | None = None
    unit_in_header: bool = False
    columns: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    company: str = ""
    region: str = ""
    region_from: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the context as plain data to be stored."""
        return {
            "as_of": self.as_of.isoformat(),
            "unit": self.unit,
            "unit_in_header": self.unit_in_header,
            "columns": sorted(self.columns),
            "home": sorted(self.home),
            "company": self.company,
            "region": self.region,
            "region_from": self.region_from,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> TableContext:
        """Read a stored context."""
        return cls(
            date.fromisoformat(data["as_of"]),
            data.get("unit"),
            bool(data.get("unit_in_header")),
            frozenset(data.get("columns", ())),
            frozenset(data.get("home", ())),
            str(data.get("company", "")),
            str(data.get("region", "")),
            str(data.get("region_from", "")),
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """The fields of a row as understood, its warnings in reading order, and the verdict."""

    action: str
    fields: Mapping[str, Understood[Any]]
    warnings: tuple[str, ...]


@dataclass(slots=True)
class _Reading:
    raw: Mapping[str, str]
    context: TableContext
    vocabulary: Vocabulary
    fields: dict[str, Understood[Any]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.raw.get(name, "")

    def keep(self, name: str, found: Understood[Any]) -> None:
        self.fields[name] = found
        self.warnings += [code for code in found.warnings if code not in self.warnings]


def judge_row(
    raw: Mapping[str, str],
    context: TableContext,
    vocabulary: Vocabulary,
    notes: tuple[str, ...] = (),
    confirmed: frozenset[str] = frozenset(),
) -> Judgement:
    """Read the raw texts of a row, by field, and judge it.

    `notes` are warnings found while the cells were taken out of the sheet; `confirmed` are
    warnings a person has looked at and let pass.
    """
    reading = _Reading(raw, context, vocabulary)
    _check_signs(reading)
    _read_texts(reading)
    for note in notes:
        reading.warnings.append(note)
    reading.keep("industry", _industry(reading))
    reading.keep("region", _region(reading))
    _read_contact(reading)
    reading.keep("uscc", read_uscc(reading.text("uscc")))
    reading.keep("budget", _budget(reading))
    reading.keep("deadline", read_deadline(reading.text("deadline"), context.as_of))
    for name, read in _SIMPLE.items():
        reading.keep(name, read(reading.text(name)))
    reading.keep("scene", read_scene(reading.text("scene"), vocabulary.scenes))
    action = _verdict(reading, confirmed)
    warnings = tuple(
        code for code in reading.warnings if action != REJECT or not code.startswith("region_")
    )
    return Judgement(action, reading.fields, warnings)


def _verdict(reading: _Reading, confirmed: frozenset[str]) -> str:
    """A row without company or title cannot come in; its place is then nobody's concern yet."""
    if any(code.startswith("missing_required:") for code in reading.warnings):
        return REJECT
    waiting = [code for code in reading.warnings if code.partition(":")[0] in NEEDS_REVIEW]
    return REVIEW if any(code not in confirmed for code in waiting) else IMPORT


def _check_signs(reading: _Reading) -> None:
    for name in _CHECKED_FOR_SIGNS:
        text = reading.text(name).strip()
        if _is_formula(name, text):
            reading.warnings.append(f"formula_injection:{LABELS[name]}")
    for name in TEXT_FIELDS:
        if MARKUP.search(reading.text(name)):
            reading.warnings.append(f"markup_in_text:{LABELS[name]}")


def _is_formula(name: str, text: str) -> bool:
    """Whether a text would run as a formula; numbers carry signs for reasons of their own."""
    if not text.startswith(FORMULA_SIGNS) or is_nothing(text):
        return False
    if name == "phone":
        return read_phone(text).value is None and text[0] in "=@＝＠"
    if name in {"budget", BUDGET_MIN, BUDGET_MAX, "deadline"}:
        return text[0] in "=@＝＠"
    return True


def _read_texts(reading: _Reading) -> None:
    for name in TEXT_FIELDS:
        text = reading.text(name)
        tidied = tidy_lines(text) if name in _LONG else tidy(text)
        value = None if is_nothing(text) else tidied
        if name == "scene":
            continue
        reading.fields[name] = Understood(text, value)
    _settle_company(reading)
    _settle_title(reading)
    for name in ("company", "title"):
        if reading.fields[name].value is None:
            reading.warnings.append(f"missing_required:{LABELS[name]}")
        elif "\n" in tidy_lines(reading.text(name)):
            reading.warnings.append(f"cell_newline:{LABELS[name]}")


def _settle_company(reading: _Reading) -> None:
    if "company" in reading.context.columns or not reading.context.company:
        return
    if reading.fields["company"].value is None:
        reading.keep("company", Understood("", reading.context.company, ("company_from_heading",)))


def _settle_title(reading: _Reading) -> None:
    """A table without titles gets them from the descriptions; a blank title cell does not.

    A sentence in the title column of a table without descriptions is both.
    """
    title, description = reading.fields["title"].value, reading.fields["description"].value
    if "title" not in reading.context.columns and description and not reading.text("title"):
        reading.keep("title", Understood("", _clause(description), ("title_from_description",)))
    elif title and len(title) > _TOO_LONG and "description" not in reading.context.columns:
        raw = reading.text("title")
        reading.fields["description"] = Understood(raw, tidy_lines(raw))
        reading.keep("title", Understood(raw, _clause(title), ("title_shortened",)))


def _clause(text: str) -> str | None:
    """Return the first clause of a longer text, short enough for a title."""
    clause = re.split(r"[。；;！!？?\n]", text)[0]
    if len(clause) > _TITLE_LENGTH:
        clause = re.split(r"[，,、：:]", clause)[0]
    return (clause if len(clause) <= _TITLE_LENGTH else f"{clause[: _TITLE_LENGTH - 1]}…") or None


def _industry(reading: _Reading) -> Understood[str]:
    text = reading.text("industry")
    found = read_industry(text, reading.vocabulary.industries)
    if is_nothing(text) and "industry" in reading.context.columns:
        return found.warned("missing_industry")
    return found


def _region(reading: _Reading) -> Understood[str]:
    places, home = reading.vocabulary.places, reading.context.home
    text = reading.text("region")
    if not is_nothing(text):
        return read_region(text, places, home)
    for name in ("address", "section"):
        found = find_region(reading.text(name), places, home)
        if found is not None and found.level == 2:
            return Understood(text, found.code, (f"region_from_{name}",))
    context = reading.context
    if context.region and "region" not in context.columns:
        return Understood(text, context.region, (f"region_from_{context.region_from}",))
    # A registered name begins with the place of registration (企业名称登记管理规定); only the
    # full form 寿光市… is proof, a bare 寿光… may be a brand and is offered, not decided.
    company = reading.fields["company"].value or ""
    found = find_region(company, places, home)
    missing = ("missing_region",) if "region" in reading.context.columns else ()
    if found is None or found.level < 2:
        return Understood(text, None, missing)
    if not missing and plain(company).startswith(found.name):
        return Understood(text, found.code, ("region_from_company",))
    return Understood(text, None, missing, (found.code,))


def _read_contact(reading: _Reading) -> None:
    phone = read_phone(reading.text("phone"))
    contact = reading.text("contact")
    inside, name = find_phone(contact)
    if inside:
        reading.fields["contact"] = Understood(contact, name or None)
        if is_nothing(phone.raw):
            phone = Understood(contact, inside)
    elif not is_nothing(phone.raw) and reading.fields["contact"].value is None:
        _, name = find_phone(phone.raw)
        if name and name != phone.raw and re.search(r"[\u4e00-\u9fff]", name):
            reading.fields["contact"] = Understood(contact, tidy(name))
    asked = {"phone", "contact"} & reading.context.columns
    if asked and phone.value is None and is_nothing(phone.raw):
        phone = phone.warned("missing_phone")
    reading.keep("phone", phone)


def _budget(reading: _Reading) -> Understood[Budget]:
    unit, in_header = reading.context.unit, reading.context.unit_in_header
    low, high = reading.text(BUDGET_MIN), reading.text(BUDGET_MAX)
    if not is_nothing(reading.text("budget")) or (is_nothing(low) and is_nothing(high)):
        return read_budget(reading.text("budget"), unit, in_header)
    found = read_budget_bounds(low, high, unit, in_header)
    return found if found.value else Understood(found.raw, UNKNOWN, found.warnings)
