"""The fairness check, sentence by sentence: what blocks, what is asked about, what is fine."""

from __future__ import annotations

import pytest

from marketplace.calls.fairness import Finding, check_fairness
from marketplace.rules.queries import shipped

PLACES = ("江州省", "江州", "试验市", "试验")


def found(text: str) -> tuple[Finding, ...]:
    return check_fairness({"条件": text}, shipped("call_fairness"), PLACES)


BLOCKED = [
    ("申请单位须在本市注册。", "local_registration"),
    ("在本市依法登记注册、具有独立法人资格。", "local_registration"),
    ("凡在本省行政区域内注册的企业均可申报。", "local_registration"),
    ("注册地须为XX市。", "local_registration"),
    ("注册地：本市", "local_registration"),
    ("注册地址应在试验", "local_registration"),
    ("住所地须位于山东省内", "local_registration"),
    ("须 在 本 市 注 册", "local_registration"),
    ("须在本、市、注、册", "local_registration"),
    ("须在“本市”（含县区）注册", "local_registration"),
    ("须在本\u200b市註冊", "local_registration"),
    ("须在本市\n注册", "local_registration"),
    ("仅限本市企业申报", "local_registration"),
    ("仅限江州省内服务商", "local_registration"),
    ("非本市企业不得申报", "local_registration"),
    ("不接受外地企业申请", "local_registration"),
    ("未在本市注册的，不予受理", "local_registration"),
    ("不限规模、须在本市注册", "local_registration"),
    ("不限规模，但须在本市注册", "local_registration"),
    ("外省企业须先在我省备案", "local_registration"),
    ("限江州省范围内的企业参加", "local_registration"),
    ("承诺入库后将注册地迁至本市", "local_registration"),
    ("原则上为本市企业", "local_registration"),
    ("本地企业优先", "local_preference"),
    ("同等条件下优先考虑本市服务商", "local_preference"),
    ("本市注册企业加5分", "local_preference"),
    ("对本地企业给予加分", "local_preference"),
    ("须设立子公司", "local_branch"),
    ("入库后须在试验市设立分公司", "local_branch"),
    ("在我市设有常驻机构", "local_branch"),
    ("应在当地拥有固定办公场所", "local_branch"),
    ("近三年在本市依法纳税", "local_tax"),
    ("团队成员须在本市缴纳社保", "local_tax"),
    ("税收须缴纳在本市", "local_tax"),
    ("服务器限定品牌", "named_brand"),
    ("须采用甲乙丙品牌的服务器", "named_brand"),
    ("须使用指定 品 牌的相机", "named_brand"),
    ("品牌须为某某", "named_brand"),
    ("须有本市三个以上项目业绩", "local_performance"),
    ("在本市具有成功案例", "local_performance"),
    ("获得过本省科技奖项的加分", "local_performance"),
    ("须与本地企业组成联合体", "local_partner"),
    ("仅限国有企业", "ownership"),
    ("民营企业不得申报", "ownership"),
    ("国有控股企业优先", "ownership"),
    ("注册资本不低于500万元", "capital"),
    ("注册资本500万元以上", "capital"),
    ("实缴资本≥1000万元", "capital"),
    ("成立满三年", "years"),
    ("成立时间不少于3年", "years"),
    ("持续经营2年以上", "years"),
    ("成立不满三年的不得申报", "years"),
    ("企业成立三年（含）以上", "years"),
]


@pytest.mark.parametrize(("text", "code"), BLOCKED, ids=[text for text, _ in BLOCKED])
def test_a_condition_that_excludes_is_found_for_certain(text: str, code: str) -> None:
    assert code in {item.code for item in found(text) if item.definite}


DOUBTFUL = [
    ("年营业收入不低于2000万元", "size"),
    ("从业人员达到50人", "size"),
    ("须为高新技术企业", "title"),
    ("获得省级以上奖项", "title"),
    ("须对接指定平台", "named_product"),
    ("须提供原厂授权", "named_product"),
    ("设备国产化率不低于80%", "named_product"),
    ("鼓励本地企业申报", "local_wording"),
    ("须说明是否在本市注册", "local_registration"),
]


@pytest.mark.parametrize(("text", "code"), DOUBTFUL, ids=[text for text, _ in DOUBTFUL])
def test_a_condition_that_may_exclude_is_asked_about(text: str, code: str) -> None:
    assert {(item.code, item.definite) for item in found(text)} == {(code, False)}


INNOCENT = [
    "不限注册地",
    "注册地不限",
    "注册地不作要求",
    "注册地和所有制不作为申请条件",
    "请填写注册地",
    "请填写注册地所在市",
    "请填写是否在本市注册",
    "注册地须与营业执照一致",
    "不要求在本市、本省注册",
    "不得要求服务商在本市注册",
    "无须在本地设立机构",
    "外地服务商无须在本市设立分公司",
    "外地企业与本地企业同等对待",
    "是否在本市注册不影响评分",
    "外省注册的企业同样可以申请",
    "如在本市有分支机构，请注明地址",
    "申请人是依法登记的企业、事业单位或一人公司",
    "面向全国征集服务商",
    "服务商应能为本市制造企业提供现场服务",
    "须为本市制造企业提供现场服务",
    "接到通知后24小时内到达本市现场",
    "本次征集由本市工业和信息化局组织，在平台注册账号后申请",
    "请先在本市企业服务平台注册账号",
    "优先满足本市企业的需求",
    "有注册商标的附证书",
    "依法缴纳税收和社会保险",
    "团队社保证明，在何地缴纳不作要求",
    "品牌不限，请注明品牌与型号",
    "不得指定品牌和厂家",
    "应采用开放的通信协议",
    "近24个月有铸造行业的验收案例，不限地区",
    "验收后的项目可列为全市典型场景",
    "国有企业、民营企业、外资企业一视同仁",
    "服务商应能服务国有企业和民营企业",
    "注册资本不作要求",
    "请填写注册资本",
    "成立时间不限",
    "成立不满三年的企业也可申请",
    "项目经理须有五年以上现场经验",
    "员工培训覆盖率达到90%",
    "支持上市公司和一人公司申请",
    "须有类似场景的应用案例",
    "凡中国境内依法注册的服务商均可申请",
    "入库服务商列入我市服务商目录",
    "服务期限、质保期限由双方约定",
    "须为有限责任公司或其他组织的，按登记证书填写",
]


@pytest.mark.parametrize("text", INNOCENT)
def test_an_innocent_sentence_is_left_alone(text: str) -> None:
    assert [(item.code, item.words) for item in found(text)] == []


def test_a_finding_says_where_the_words_stand_as_written() -> None:
    text = "一、面向全国。\n二、申请单位须在 本市 注册。"
    [item] = found(text)
    assert (item.field, item.words) == ("条件", "本市注册")
    assert text[item.start : item.end] == "本市 注册"


def test_a_finding_names_the_rule_and_what_may_be_written_instead() -> None:
    [item] = found("须在本市注册")
    assert "公平竞争审查条例" in item.law
    assert "24小时内到达现场" in item.instead


def test_the_default_words_of_a_call_are_fair() -> None:
    flow, materials = shipped("call_flow"), shipped("call_materials")["materials"]
    texts = [*flow["statements"], *(f"{row['name']}。{row['hint']}" for row in materials)]
    assert [item.words for text in texts for item in found(text)] == []


def test_a_long_text_is_read_quickly() -> None:
    text = "申请单位应当提供案例和评测报告，响应时限由双方约定，本市企业" * 300
    assert len(text) > 8000
    found(text)
