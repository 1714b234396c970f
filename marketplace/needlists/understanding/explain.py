"""Every warning code in plain Chinese: what was noticed and what it means for the row.

A code may carry a detail after a colon (`region_unknown:高新区`); the sentences are gettext
msgids with `%(detail)s` where the detail belongs.
"""

from __future__ import annotations

from marketplace.sheets.errors import N_

WARNINGS: dict[str, str] = {
    "formula_injection": N_(
        "“%(detail)s”以公式符号（= + - @）开头，已按文字保存、不会计算，请核对内容。"
    ),
    "formula_value": N_("“%(detail)s”是公式算出的结果，已取表中显示的值。"),
    "markup_in_text": N_("“%(detail)s”中含有网页代码，已按文字保存，请核对内容。"),
    "error_cell": N_("“%(detail)s”是表格的错误值（如 #N/A），已按空白处理。"),
    "cell_newline": N_("“%(detail)s”中有换行，已合并为一行。"),
    "missing_required": N_("缺少“%(detail)s”，不能导入，请补填。"),
    "duplicate_of": N_("与前面的%(detail)s是同一企业的同名需求，不再重复导入。"),
    "company_from_heading": N_("表中没有企业名称一列，已取表头上方的填报单位。"),
    "title_from_description": N_("表中没有需求名称一列，已从需求描述中截取，请核对。"),
    "title_shortened": N_("需求名称过长，全文已放入需求描述，名称取其首句，请核对。"),
    "industry_ambiguous": N_("行业叫法可对应多个大类（%(detail)s），请确认。"),
    "industry_unknown": N_("没有认出行业“%(detail)s”，请选择所属大类。"),
    "industry_too_broad": N_("行业写得太笼统，请选择所属大类。"),
    "industry_outside_41": N_("所填行业不在 41 个工业大类之内，请确认企业是否属于本清单范围。"),
    "missing_industry": N_("没有填写行业，请选择所属大类。"),
    "region_unknown": N_("“%(detail)s”没有对应的县级行政区划代码（多为功能区），请选择所在县区。"),
    "region_ambiguous": N_("地名对应多个县区（%(detail)s），请选择。"),
    "region_not_county": N_("“%(detail)s”只到市或省一级，可补选县区。"),
    "region_from_address": N_("没有填写县区，已按地址认定。"),
    "region_from_company": N_("没有填写县区，已按企业名称中的行政区划认定。"),
    "region_from_section": N_("没有填写县区，已按所在分组的标题认定。"),
    "region_from_sheet": N_("没有填写县区，已按工作表名称认定。"),
    "region_from_heading": N_("没有填写县区，已按表头上方的填报地区认定。"),
    "missing_region": N_("没有填写县区，请选择。"),
    "phone_invalid_length": N_("电话位数不对，未保存，请补正。"),
    "phone_invalid": N_("电话不是有效的手机号或固定电话，未保存，请补正。"),
    "phone_unrecognised": N_("没有认出电话号码，请补填。"),
    "phone_masked": N_("电话被遮盖，无法联系，请补填完整号码。"),
    "phone_scientific": N_("电话被表格改成了科学计数法，可能丢失数字，请核对。"),
    "phone_fullwidth": N_("电话中全角、半角数字混用，已统一为半角，请核对。"),
    "phone_leading_symbol": N_("电话前有多余的符号，已去掉。"),
    "phone_several": N_("填了多个电话，已取第一个。"),
    "phone_without_area_code": N_("固定电话没有区号，请补上。"),
    "missing_phone": N_("没有联系电话，请补填。"),
    "uscc_invalid": N_("统一社会信用代码校验不通过，未保存，请核对。"),
    "budget_unit_assumed_wan": N_("预算没有写单位，已按表头的单位理解。"),
    "budget_unit_assumed_yuan": N_("预算没有写单位且数额很大，已按元理解，请核对。"),
    "budget_unit_doubtful": N_("按表头单位换算后的预算不合常理，请核对单位。"),
    "budget_converted_from_yuan": N_("预算以元填写，已换算为万元。"),
    "budget_chinese_numeral": N_("预算用汉字数字填写，已换算。"),
    "budget_unusually_large": N_("预算数额特别大，请核对。"),
    "budget_range_reversed": N_("预算范围前大后小，已调换。"),
    "budget_summed": N_("预算由几笔相加，已合计。"),
    "budget_several_amounts": N_("预算中有几笔金额，无法判断总额，请填写总额。"),
    "budget_per_unit": N_("预算是单价，不是总额，请核对。"),
    "budget_vague": N_("预算只有大概量级，请填写具体数额。"),
    "budget_negative": N_("预算是负数，请核对。"),
    "budget_zero": N_("预算为零，按未填写处理。"),
    "budget_foreign_currency": N_("预算以外币填写，请换算为人民币。"),
    "budget_looks_like_date": N_("预算像是日期（可能被表格自动改写），请重新填写。"),
    "budget_unrecognised": N_("没有认出预算数额，请核对。"),
    "deadline_vague": N_("完成时间没有具体日期。"),
    "deadline_relative": N_("完成时间是一段工期，没有起算日期，请填写具体日期。"),
    "deadline_relative_year_end": N_("“年底”已按填报年份的 12 月 31 日理解。"),
    "deadline_relative_month": N_("“本月”“下月”已按填报日期理解。"),
    "deadline_year_assumed": N_("完成时间没有写年份，已取最近的一个。"),
    "deadline_year_only": N_("完成时间只有年份，已取当年最后一天。"),
    "deadline_short_year": N_("年份只写了两位，已按 20 年代理解。"),
    "deadline_quarter": N_("完成时间只到季度，已取季末。"),
    "deadline_half_year": N_("完成时间只到半年，已取期末。"),
    "deadline_approx": N_("完成时间是大致说法（如上旬、下旬），已取其末。"),
    "deadline_before_interpreted": N_("“某月前”已按该月最后一天理解。"),
    "deadline_range": N_("完成时间是一段时间，已取其末。"),
    "deadline_from_text": N_("完成时间从一段文字中认出，请核对。"),
    "deadline_excel_serial": N_("完成时间是表格的日期序号，已换算为日期。"),
    "deadline_in_past": N_("完成时间早于填报日期，请核对。"),
    "deadline_unusually_far": N_("完成时间在十年以后，请核对。"),
    "deadline_invalid": N_("完成时间是不存在的日期，请改正。"),
    "deadline_unrecognised": N_("没有认出完成时间，请填写日期。"),
    "disclosure_unknown": N_("没有认出公开级别，请选择。"),
}

ACTIONS: dict[str, str] = {
    "import": N_("可导入"),
    "review": N_("须核对"),
    "skip_duplicate": N_("重复"),
    "reject": N_("不能导入"),
    "ignore_blank": N_("空行"),
    "ignore_note": N_("说明行"),
}


def explain(code: str) -> tuple[str, dict[str, str]]:
    """Return the msgid of a warning and its parameters, for `_(msgid, **parameters)`."""
    name, _, detail = code.partition(":")
    msgid = WARNINGS.get(name, code.replace("%", "%%"))
    if name == "duplicate_of":
        detail = _row_words(detail)
    return msgid, {"detail": detail} if "%(detail)s" in msgid else {}


def sentence(code: str) -> str:
    """Return the Chinese sentence of a warning, details filled in."""
    msgid, parameters = explain(code)
    return msgid % parameters if parameters else msgid


def _row_words(detail: str) -> str:
    sheet, _, row = detail.rpartition("!")
    number = row.removeprefix("row")
    return f"工作表“{sheet}”第 {number} 号" if sheet else f"第 {number} 号"
