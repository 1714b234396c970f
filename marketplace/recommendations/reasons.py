"""The reason that must stand with a switch of weights or words: long enough for a later reader."""

from __future__ import annotations

from flask_babel import gettext as _

from ..errors import InvalidInput

FEWEST = 8
"""Characters; a shorter reason tells a later reader nothing."""


def check_reason(words: str, kept: str) -> None:
    """Raise InvalidInput when a reason is too short; `kept` says what stays as it was."""
    if len(words.strip()) < FEWEST:
        raise InvalidInput(_("请写明理由，至少%(count)s个字。", count=FEWEST), kept)
