"""What can go wrong with applications beyond the general errors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..errors import Conflict, InvalidInput
from ..msgids import N_


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: in which section, at which field, in one sentence."""

    section: str
    anchor: str
    text: str


class EditedMeanwhile(Conflict):
    """A colleague saved the same draft first; nothing was written, and it is known who."""

    def __init__(self, who: str, at: datetime) -> None:
        super().__init__(
            N_("这份申请刚刚被他人改过，您这次的修改没有写入。"),
            N_("对方的内容已保存，您填写的内容仍在页面上。"),
            N_("请对照后再保存。"),
        )
        self.who = who
        self.at = at


class Faulty(InvalidInput):
    """The application cannot be handed in like this; `faults` say where and why."""

    title = "申请还不能提交"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(
            "；".join(fault.text for fault in faults),
            N_("已填写的内容和已上传的材料都在。"),
            N_("请按提示补齐后再提交。"),
        )
        self.faults = faults


class NotEditable(Conflict):
    """What is written no longer can be changed: it was handed in, or is over."""

    title = "现在不能修改"


class TooLate(InvalidInput):
    """The period is over by the database's clock: late by a second is late."""

    title = "已过截止时间"


class Blocked(InvalidInput):
    """This cannot be done now; the message says why and what would help."""

    title = "现在还不能这样办理"
