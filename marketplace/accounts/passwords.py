"""What makes a password too weak to accept; pure rules, no database, no web.

Length first, then what guessers try first: one sign or a short piece repeated, runs along the
keyboard, digits only (birthdays, telephone numbers), the words of `data/common_words.txt` with
digits around them, and the person's own name or address.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files

from ..msgids import N_

MIN_LENGTH = 10
MAX_LENGTH = 128
_ROWS = ("01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
_LOOKALIKES = str.maketrans("@4$50137!", "aassoleti")
_DIGITS_AND_SIGNS = "0123456789!@#$%^&*()-_=+.,?~ "


def tidy_password(password: str) -> str:
    """Return the form that is hashed and compared: full-width signs as their half-width ones.

    The same password typed with another input method must be the same password; the setting
    PASSWORD_NORMALIZE_FORM has Flask-Security do likewise at sign-in.
    """
    return unicodedata.normalize("NFKC", password)


def find_password_fault(password: str, email: str = "", name: str = "") -> str | None:
    """Return in words why the password is refused, or None."""
    plain = tidy_password(password).lower()
    if len(password) < MIN_LENGTH:
        return N_("密码至少要10个字符，可以用几个不相干的词连起来，便于记住。")
    if len(password) > MAX_LENGTH:
        return N_("密码不能超过128个字符。")
    if plain.isdigit():
        return N_("密码不能全是数字，生日、电话号码最容易被猜到。")
    if _repeats(plain) or _runs(plain):
        return N_("密码是重复或连续的按键，最容易被猜到，请换一个。")
    if _is_common(plain):
        return N_("这是很多人都在用的密码，请换一个。")
    if _is_own(plain, email, name):
        return N_("密码里不能用自己的邮箱或姓名。")
    return None


def _repeats(plain: str) -> bool:
    """Whether the whole is one piece of up to a third of its length, over and over."""
    return any(
        plain == (plain[:size] * len(plain))[: len(plain)] for size in range(1, len(plain) // 3 + 1)
    )


def _runs(plain: str) -> bool:
    """Whether keyboard or alphabet runs of four and more make up all but three signs."""
    rest = plain
    for row in _ROWS:
        for line in (row, row[::-1]):
            for size in range(len(line), 3, -1):
                for start in range(len(line) - size + 1):
                    rest = rest.replace(line[start : start + size], "")
    return len(rest) <= 3


@cache
def _common_words() -> tuple[str, ...]:
    text = files("marketplace.accounts").joinpath("data", "common_words.txt").read_text("utf-8")
    words = (line.strip() for line in text.splitlines())
    return tuple(
        sorted((word for word in words if word and not word.startswith("#")), key=len, reverse=True)
    )


def _is_common(plain: str) -> bool:
    """Whether it is nothing but common words, digits and signs, lookalikes undone.

    'p@ssw0rd2024' → the digits behind are set aside, then '@' is read as a and '0' as o.
    """
    for variant in (plain, plain.strip(_DIGITS_AND_SIGNS).translate(_LOOKALIKES)):
        letters = re.sub(r"[\W\d_]+", "", variant)
        for word in _common_words():
            letters = letters.replace(word, " ")
        if not letters.replace(" ", ""):
            return True
    return False


def _is_own(plain: str, email: str, name: str) -> bool:
    own = {part for part in re.split(r"[@.+_\-\s]+", f"{email} {name}".lower()) if len(part) > 3}
    own.add(email.lower().partition("@")[0])
    return any(part and part in plain and len(plain) - len(part) < 6 for part in own)
