"""The texts people consent to, each with its version; pure.

The privacy text is what an account rests on: withdrawing it means closing the account, which
has its own page. The others are free: given and withdrawn with one press (个人信息保护法 第15、16条).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ..msgids import N_

PRIVACY: Final = "privacy"
NOTICES: Final = "notices"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One text: what it is called, what consent allows, and whether the account rests on it."""

    kind: str
    version: str
    title: str
    allows: str
    is_needed: bool


CONSENT_TEXTS: Final = (
    ConsentText(
        PRIVACY,
        "2026-11",
        N_("隐私政策"),
        N_("处理您的姓名、邮箱、电话和操作记录，用于登录、办理供需对接和依法留存日志。"),
        True,
    ),
    ConsentText(
        NOTICES,
        "2026-11",
        N_("提醒邮件"),
        N_("需求状态变化、征集和对接会消息，用邮件提醒您。与账号安全有关的邮件不受此项影响。"),
        False,
    ),
)


def consent_text(kind: str) -> ConsentText | None:
    """Return the current text of that kind, or None."""
    return next((text for text in CONSENT_TEXTS if text.kind == kind), None)
