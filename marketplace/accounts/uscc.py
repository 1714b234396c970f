"""The unified social credit code (统一社会信用代码, GB 32100-2015): tidy it, say what is wrong."""

from __future__ import annotations

import unicodedata

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError

from ..msgids import N_


def tidy_uscc(text: str) -> str:
    """Return the code in half-width capitals without blanks and hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in plain if not sign.isspace() and sign not in "-·")


def find_uscc_fault(code: str) -> str | None:
    """Return in words why the tidied code cannot be right, or None when its check digit fits.

    '91329901MA00000010' → the 18th place does not fit the 17 before it.
    """
    try:
        uscc.validate(code)
    except InvalidLength:
        return N_("统一社会信用代码应为18位，请对照营业执照看有没有漏填或多填。")
    except InvalidChecksum:
        return N_("统一社会信用代码的校验位不符，很可能有一位抄错了，请对照营业执照核对。")
    except ValidationError:
        return N_(
            "统一社会信用代码里有不该出现的字符（不使用字母I、O、Z、S、V），请对照营业执照核对。"
        )
    return None
