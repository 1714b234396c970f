"""Whether two names are one employer's, however they were typed; pure."""

from __future__ import annotations

import re
import unicodedata

_NOISE = re.compile(r"[\s()（）·,，.。\-—_]+")


def plain_name(name: str) -> str:
    """Return the name without blanks, brackets and differences of width or case.

    'Ａ（苏江） 数据公司' and 'a苏江数据公司' are one.
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", name)).casefold()


def is_same_employer(one: str, other: str) -> bool:
    """Whether both names, neither of them empty, are the same organisation's."""
    plain = plain_name(one)
    return bool(plain) and plain == plain_name(other)
