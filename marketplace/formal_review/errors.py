"""What can go wrong with a formal review beyond the general errors."""

from __future__ import annotations

from ..errors import InvalidInput


class Blocked(InvalidInput):
    """The step cannot be taken now; the message says why and what would help."""

    title = "现在还不能这样办理"
