"""Telephone numbers as typed into tables, to one dialled form. Pure.

A mobile is eleven digits, a fixed line keeps its area code and hyphen; what cannot be dialled
is None with the reason. Source of the shapes: the national numbering plan (工信部 YD/T 标准):
mobiles 1[3-9]x, area codes 010, 02x, 0[3-9]xx, lines of 7 or 8 digits, 400 and 800 services.
"""

from __future__ import annotations

import re
import unicodedata

from .text import clip, is_nothing, plain
from .understood import Understood

_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_AREA = r"(?:010|02\d|0[3-9]\d{2})"
_FIXED = re.compile(rf"^({_AREA})-?([1-9]\d{{6,7}})$")
_SERVICE = re.compile(r"^(400|800)-?(\d)(\d{2})-?(\d{4})$|^(400|800)-?(\d{3})-?(\d{4})$")
_LOCAL = re.compile(r"^[2-8]\d{6,7}$")
_SPLITS = re.compile(r"[,;、/|\n]|或者?|和|及|(?<=\d{7})\s+(?=1[3-9]\d|0\d{2,3})")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|#)[:-]?(\d{1,6})$|(?<=\d{7})-(\d{1,6})$", re.IGNORECASE)
_LABELS = re.compile(r"[^\d+#*xX转分机ext.,;、/|或和及()\-\n]+")
FIND = re.compile(rf"(?<!\d)(?:1[3-9]\d[- ]?\d{{4}}[- ]?\d{{4}}|{_AREA}[- ]?[2-8]\d{{6,7}})(?!\d)")


def read_phone(text: str) -> Understood[str]:
    """Read one phone cell; of several numbers the first that can be dialled is taken."""
    if is_nothing(text):
        return Understood(text)
    folded = unicodedata.normalize("NFKC", clip(text)).strip()
    if re.fullmatch(r"[\d.]+e\+?\d+", folded, re.IGNORECASE):
        return _from_scientific(text, folded)
    if re.search(r"\d{3}[*xX]{3,}", folded):
        return Understood(text, warnings=("phone_masked",))
    warnings = _style_warnings(text)
    parts = [part for part in _SPLITS.split(folded) if re.search(r"\d", part)]
    whole = _dial(folded)
    dialled = (
        [whole]
        if whole
        else list(dict.fromkeys(number for part in parts if (number := _dial(part)) is not None))
    )
    if not dialled:
        dialled = list(dict.fromkeys(filter(None, (_dial(m) for m in FIND.findall(folded)))))
    if not dialled:
        return Understood(text, None, (*warnings, _fault_of(folded)))
    if len(dialled) > 1:
        warnings = (*warnings, "phone_several")
    if _LOCAL.match(dialled[0]):
        warnings = (*warnings, "phone_without_area_code")
    return Understood(text, dialled[0], warnings, tuple(dialled[1:]))


def find_phone(text: str) -> tuple[str | None, str]:
    """Take the first number out of a mixed text such as 张工 138…; return it and the rest."""
    folded = unicodedata.normalize("NFKC", clip(text))
    match = FIND.search(folded)
    if match is None:
        return None, text
    before, after = folded[: match.start()], folded[match.end() :]
    name = _name_in(before) or _name_in(FIND.sub("", after))
    return _dial(match[0]), name


def _name_in(text: str) -> str:
    """Return what is left of a mixed cell once labels and signs are gone."""
    bare = re.sub(r"(?:联系)?(?:电话|手机号?|方式|tel)[::]?", "", text, flags=re.IGNORECASE)
    return re.split(r"[,;、()/|:\n]", bare.strip(" \t\n,;、()/|:-"))[0].strip()


def _dial(part: str) -> str | None:
    """Return the dialled form of one number, or None."""
    core = plain(_LABELS.sub("", part)).lower().strip(".")
    core = (
        re.sub(r"^(?:\+|00)?86-?(?=\d|\()", "", core.lstrip("-")).replace("(", "").replace(")", "-")
    )
    core = core.replace(".", "-").strip("-+x")
    digits = core.replace("-", "")
    if _MOBILE.match(digits):
        return digits
    if _MOBILE.match(digits[1:]) and digits.startswith("0"):
        return digits[1:]
    extension = _EXTENSION.search(core)
    main = core[: extension.start()] if extension else core
    tail = f"-{extension[1] or extension[2]}" if extension else ""
    main = main.strip("-")
    if service := _SERVICE.match(main):
        joined = "".join(group for group in service.groups() if group)
        return f"{joined[:3]}-{joined[3:6]}-{joined[6:]}{tail}"
    fixed = _FIXED.match(main) or _FIXED.match(main.replace("-", "")) or _FIXED.match(f"0{main}")
    if fixed:
        return f"{fixed[1]}-{fixed[2]}{tail}"
    return f"{main}{tail}" if _LOCAL.match(main.replace("-", "")) and "-" not in main else None


def _style_warnings(text: str) -> tuple[str, ...]:
    """Note a sign before the number, and digits of two widths mixed, a sign of retyping."""
    found = []
    if re.match(r"^\s*[-－—=@＝＠'‘]", text):
        found.append("phone_leading_symbol")
    digits = [char for char in text if unicodedata.normalize("NFKC", char).isdigit()]
    if len({char.isascii() for char in digits}) > 1:
        found.append("phone_fullwidth")
    return tuple(found)


def _fault_of(folded: str) -> str:
    digits = re.sub(r"\D", "", folded)
    if not digits:
        return "phone_unrecognised"
    if len(digits) == 11 and "-" not in folded[1:]:
        return "phone_invalid"
    return "phone_invalid_length"


def _from_scientific(text: str, folded: str) -> Understood[str]:
    """1.3800000001E+10 still holds every digit, 1.38E+10 has lost them."""
    number = str(int(float(folded)))
    if _MOBILE.match(number) and len(re.sub(r"\D", "", folded.lower().split("e")[0])) >= 10:
        return Understood(text, number, ("phone_scientific",))
    return Understood(text, None, ("phone_scientific",))
