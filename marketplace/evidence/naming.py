"""File names as they are kept and shown: no path, no control or direction characters; pure."""

from __future__ import annotations

import re
import unicodedata

from ..msgids import N_

LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_PROGRAM = re.compile(
    r"(?:exe|com|scr|bat|cmd|ps1|vbs|vbe|js|jse|wsf|msi|msp|dll|lnk|hta|jar|app|apk|sh|py|php"
    r"|html?|svg|swf|reg|cpl|pif)",
    re.IGNORECASE,
)


def clean_filename(name: str) -> str:
    """Return the name without path, control, format and direction characters, ≤ 120 characters."""
    name = unicodedata.normalize("NFC", name)
    name = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in name if unicodedata.category(char)[0] != "C")
    kept = _FORBIDDEN.sub("_", kept)
    stem, ending = _split(re.sub(r"\s+", " ", kept).rstrip(" ."))
    stem = stem.strip(" .") or N_("附件")
    tail = f".{ending}" if ending else ""
    return stem[: LONGEST - len(tail)] + tail


def ending_of(name: str) -> str:
    """Return the last ending in lower case without its dot; '' when there is none."""
    return _split(name)[1].lower()


def hides_a_program(name: str) -> bool:
    """Whether an ending before the last is that of a program or page, as in 'a.exe.pdf'."""
    return any(_PROGRAM.fullmatch(part.strip()) for part in name.split(".")[1:-1])


def _split(name: str) -> tuple[str, str]:
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name, ""
    return stem, ending.strip()
