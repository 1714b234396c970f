"""Why a spreadsheet was refused, each as one sentence: what is wrong and what to do.

`MESSAGES` are gettext msgids; whoever shows them may translate them with `params`.
"""

from __future__ import annotations


def N_(text: str) -> str:
    """Mark a sentence for the message catalogue without translating it here."""
    return text


MESSAGES: dict[str, str] = {
    "empty_file": N_("文件是空的（0 字节），请重新导出后再上传。"),
    "too_big": N_("文件超过 %(limit)s MB，请删去图片等附件，或拆成几个文件再上传。"),
    "unreadable": N_("文件读不出来，请确认文件仍在原处后再试。"),
    "html": N_(
        "这是改了扩展名的网页文件，不是电子表格，请用 Excel 或 WPS 打开后另存为 xlsx 再上传。"
    ),
    "xml_2003": N_("这是 XML 格式的旧式表格，请用 Excel 或 WPS 打开后另存为 xlsx 再上传。"),
    "pdf": N_("这是 PDF 文件，不是电子表格，请上传原始的 xlsx 或 csv 文件。"),
    "word": N_(
        "这是 Word 文档，不是电子表格，请把表格复制到 Excel 或 WPS 表格中另存为 xlsx 再上传。"
    ),
    "slides": N_("这是演示文稿，不是电子表格，请上传 xlsx 或 csv 文件。"),
    "image": N_("这是图片，不是电子表格，请上传原始的 xlsx 或 csv 文件。"),
    "archive": N_("这是压缩包，不是电子表格，请解压后上传其中的表格文件。"),
    "xlsb": N_("暂不接收二进制工作簿（xlsb），请另存为 xlsx 再上传。"),
    "unknown_kind": N_("认不出这是什么文件，请上传 xlsx、xls、ods 或 csv 格式的表格。"),
    "not_a_workbook": N_("压缩包里没有工作簿，请用 Excel 或 WPS 重新另存为 xlsx 再上传。"),
    "encrypted": N_("文件设有打开密码，请取消密码后另存一份再上传。"),
    "truncated": N_("文件不完整，可能没有传完或已损坏，请重新导出后再上传。"),
    "damaged": N_("文件内容已损坏，无法读取，请用 Excel 或 WPS 打开后另存一份再上传。"),
    "unpacks_too_big": N_("文件解压后过大，已停止读取，请删去多余内容后另存为新的 xlsx 再上传。"),
    "too_many_parts": N_("文件内部的部件过多，已停止读取，请把数据复制到新工作簿后再上传。"),
    "nested_archive": N_("文件里夹带了压缩包，已停止读取，请把数据复制到新工作簿后再上传。"),
    "suspicious_zip": N_("文件内部结构异常，已停止读取，请把数据复制到新工作簿后再上传。"),
    "document_type": N_("文件里夹带了外部实体声明，存在安全风险，请把数据复制到新工作簿后再上传。"),
    "bad_encoding": N_(
        "文件内部不是 UTF-8 编码，已停止读取，请用 Excel 或 WPS 另存为 xlsx 再上传。"
    ),
    "too_deep": N_("文件内部结构异常复杂，已停止读取，请把数据复制到新工作簿后再上传。"),
    "far_cell": N_(
        "第 %(row)s 行第 %(column)s 列有内容，超出最多 %(max_rows)s 行、%(max_columns)s 列的范围，"
        "请删去表格以外的内容后再上传。"
    ),
    "too_many_cells": N_("单元格过多（超过 %(limit)s 个），请按批次拆成几个文件再上传。"),
    "too_many_sheets": N_("工作表过多（超过 %(limit)s 张），请只保留需求清单所在的工作表再上传。"),
    "too_many_merges": N_("合并单元格过多，请取消合并后再上传。"),
    "cell_too_long": N_("第 %(row)s 行有一个单元格超过 %(limit)s 字，请缩短后再上传。"),
    "nul_bytes": N_("文件中含有空字节，不是正常的文本表格，请重新导出为 xlsx 或 csv 再上传。"),
    "unknown_charset": N_("认不出文件的文字编码，请另存为 xlsx 或 UTF-8 编码的 csv 再上传。"),
    "no_sheets": N_("工作簿里没有工作表，请检查后再上传。"),
    "no_rows": N_("表格里没有数据行，请填好内容后再上传。"),
    "no_header": N_(
        "没有找到需求清单的表头，表头至少要有企业名称和需求名称（或需求描述），请补上表头后再上传。"
    ),
}


class SheetError(Exception):
    """A file that cannot be read as a table; `str()` is the Chinese sentence."""

    def __init__(self, code: str, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(MESSAGES[code] % params if params else MESSAGES[code])
