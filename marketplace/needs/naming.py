"""Names and contact data in texts: find them, take them out. Pure; knows no database and no page.

Used on both sides: to refuse a mask text that names the company, and to clean what is shown to
readers who must not learn who it is. When in doubt it takes out more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_HAN = "\u4e00-\u9fff"
_PARENTHESES = re.compile(r"[（(][^（）()]*[）)]")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}(?![0-9A-Z])")
_FIRM = re.compile(
    rf"[{_HAN}A-Za-z0-9（）()·]{{2,24}}?"
    r"(?:股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|股份公司|集团)"
)


def name_parts(
    company: str, suffixes: Iterable[str], regions: Iterable[str], generic: Iterable[str]
) -> tuple[str, ...]:
    """Return the pieces of a company's name that give it away, longest first.

    '苏江恒钧压铸有限公司' with region '苏江' → the whole name, '苏江恒钧压铸', '恒钧压铸' and the
    house mark '恒钧'. Pieces that are mere trade words, and names that are masked already
    ('某压铸企业'), give nothing away and are left out.
    """
    whole = company.strip()
    plain = _PARENTHESES.sub("", whole)
    stem = plain
    for suffix in sorted(suffixes, key=len, reverse=True):
        if stem.endswith(suffix):
            stem = stem.removesuffix(suffix)
            break
    core = _without_region(stem, regions)
    trade = set(generic)
    house = core[:2] if re.match(rf"[{_HAN}]{{3,}}", core) else ""
    pieces = {whole, plain, stem, core, house}
    return tuple(
        sorted(
            (item for item in pieces if _gives_away(item, trade)),
            key=lambda item: (-len(item), item),
        )
    )


def _without_region(stem: str, regions: Iterable[str]) -> str:
    """Drop the places a name begins with; at most two, such as province and city."""
    known = sorted({name for name in regions if len(name) >= 2}, key=len, reverse=True)
    for _round in range(2):
        found = next((name for name in known if stem.startswith(name)), None)
        if found is None or len(stem) - len(found) < 2:
            break
        stem = stem.removeprefix(found).removeprefix("市").removeprefix("省")
    return stem


def _gives_away(piece: str, trade: set[str]) -> bool:
    return len(piece) >= 2 and piece not in trade and not piece.startswith("某")


def region_names(names: Iterable[str]) -> frozenset[str]:
    """Return regions' names with and without their kind: '苏江市' → '苏江市', '苏江'."""
    found: set[str] = set()
    for name in names:
        found.add(name)
        found.add(re.sub(r"(?:特别行政区|自治区|自治州|自治县|地区|省|市|区|县)$", "", name))
    return frozenset(item for item in found if len(item) >= 2)


def first_named(text: str, parts: Iterable[str]) -> str:
    """Return the first piece of a name that stands in the text, ignoring spaces; else ''."""
    tight = re.sub(r"\s+", "", text)
    return next((part for part in parts if part in tight), "")


def firms_in(text: str) -> tuple[str, ...]:
    """Return what looks like names of firms: 'XX有限公司', 'XX集团'."""
    return tuple(match for match in _FIRM.findall(text) if not match.startswith("某"))


def has_contact(text: str) -> bool:
    """Whether a phone number or a mail address stands in the text."""
    return bool(_MOBILE.search(text) or _LANDLINE.search(text) or _MAIL.search(text))


def without_contact(text: str, *contact: str) -> str:
    """Return the text without phone numbers, mail addresses and the contact given."""
    for item in sorted((item for item in contact if len(item) >= 2), key=len, reverse=True):
        text = text.replace(item, "联系人")
    for pattern in (_MAIL, _MOBILE, _LANDLINE):
        text = pattern.sub("（联系方式已隐去）", text)
    return text


def without_names(text: str, parts: Iterable[str], label: str) -> str:
    """Return the text with the company's name as `label` and other firms as 某企业.

    What stands before a firm's name in the same breath goes with it: better a clumsy sentence
    than a name.
    """
    for part in sorted(parts, key=len, reverse=True):
        text = re.sub(r"\s*".join(map(re.escape, part)), label, text)
    return _FIRM.sub("某企业", _USCC.sub("", text))
