"""Why a file handed in was refused, each as what is wrong and what to do; pure."""

from __future__ import annotations

from typing import Final

from ..errors import InvalidInput
from ..msgids import N_

NOTHING_STORED: Final = N_("没有保存这个文件，已填内容和已上传的材料没有变化。")

REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "empty": (N_("文件是空的。"), N_("请打开文件核对后重新上传。")),
    "ending": (
        N_("不接收这种扩展名的文件。"),
        N_("请转成PDF，或上传照片、docx、xlsx、ofd文件。"),
    ),
    "doubled_ending": (
        N_("文件名里带有程序文件的扩展名。"),
        N_("请改成只有一个扩展名的文件名，如“验收单.pdf”。"),
    ),
    "unknown": (
        N_("认不出这是什么文件。"),
        N_("请转成PDF，或上传照片、docx、xlsx、ofd文件。"),
    ),
    "mismatch": (
        N_("文件内容与扩展名不符。"),
        N_("请用原来的软件打开，另存为所需格式后再上传。"),
    ),
    "kind_closed": (N_("现在不接收这种格式的文件。"), N_("请转成页面上写明的格式后再上传。")),
    "damaged": (
        N_("文件不完整或已损坏。"),
        N_("请打开文件核对，另存一份后再上传。"),
    ),
    "trailing": (
        N_("文件末尾还夹带了别的数据。"),
        N_("请用原来的软件另存一份，或打印成PDF后再上传。"),
    ),
    "polyglot": (
        N_("文件里夹带了压缩包或网页代码。"),
        N_("请用原来的软件另存一份，或打印成PDF后再上传。"),
    ),
    "active": (
        N_("PDF里带有脚本、启动程序的动作或夹带的附件。"),
        N_("请重新打印成PDF后再上传。"),
    ),
    "locked": (
        N_("PDF已加密，内容无法检查。"),
        N_("请去掉密码和权限限制，或重新打印成PDF后再上传。"),
    ),
    "macros": (
        N_("文档里带有宏、控件、程序或指向外部的模板。"),
        N_("请另存为不带宏的文档，或转成PDF后再上传。"),
    ),
    "too_complex": (
        N_("文件解开后过大，或内部结构过于复杂。"),
        N_("请另存一份，或转成PDF后再上传。"),
    ),
}
"""Code → what is wrong, what to do."""


class Unfit(InvalidInput):
    """The file cannot be taken; `code` is one of `REFUSALS`. Nothing was stored."""

    title = "这个文件不能接收"

    def __init__(self, code: str) -> None:
        what, next_step = REFUSALS[code]
        super().__init__(what, NOTHING_STORED, next_step)
        self.code = code
