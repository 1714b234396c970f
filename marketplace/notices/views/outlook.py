"""What happens after the period, and what cannot be done with a notice, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from ..lifecycle import OPEN_ENTRIES
from ..models import NoticeEntry, PublicNotice

Outlook = tuple[str, str, str, str]
"""(symbol, tone, title, text) as the macro `what_follows` takes it."""


def outlook_of(
    notice: PublicNotice, entries: Sequence[NoticeEntry], held: Mapping[int, int], least: int
) -> list[Outlook]:
    """Return how things go on with a notice, from who waits to what is barred."""
    items: list[Outlook] = []
    clear = sum(entry.state in OPEN_ENTRIES and entry.id not in held for entry in entries)
    if notice.kind == "edition":
        items.append(
            (
                "journal-check",
                "ok",
                _("%(n)s家无异议", n=clear),
                _("期满后由目录负责人发布本期目录"),
            )
        )
    elif clear:
        text = (
            _("可以批量入库，等级与有效期按核准的决定")
            if notice.state == "ended"
            else _("期满次日起可批量入库，等级与有效期按核准的决定")
        )
        items.append(("check-circle", "ok", _("%(n)s家无异议", n=clear), text))
    if held:
        items.append(
            (
                "exclamation-triangle",
                "warn",
                _("%(n)s家有异议", n=len(held)),
                _("逐家决定前不入库，不拖累其他企业"),
            )
        )
    done = [
        (_("%(n)s家已入库"), "listed"),
        (_("%(n)s家未入库"), "not_listed"),
        (_("%(n)s家改定等级，另行公示"), "regraded"),
    ]
    for words, state in done:
        if count := sum(entry.state == state for entry in entries):
            items.append(("dot", "mute", words.replace("%(n)s", str(count)), ""))
    return items + (_barred(least, held) if notice.state == "published" else [])


def _barred(least: int, held: Mapping[int, int]) -> list[Outlook]:
    """Return what cannot be done with a running notice, each with its reason."""
    items: list[Outlook] = [
        (
            "lock",
            "mute",
            _("提前结束公示"),
            _("不可以：公示不少于%(least)s个工作日，期满由系统办结", least=least),
        ),
        ("lock", "mute", _("增补名单"), _("不可以：须另发公示，重新起算")),
        (
            "lock",
            "mute",
            _("改动名单和期限"),
            _("不可以：发布后固定；有误的，取消后重新公示"),
        ),
    ]
    if held:
        items.append(("lock", "mute", _("取消公示"), _("不可以：还有异议没有办结")))
    return items
