"""What changed between two snapshots, in words."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from marketplace.applications.changes import Change, compare

BODY: dict[str, Any] = {
    "track": "专业",
    "asked_tier": "tier2",
    "cases": [
        {
            "case_id": 7,
            "title": "熔接痕检测",
            "metrics": [["漏检率", "2.1", "0.4", "%"]],
            "accepted_on": None,
            "on_time": None,
            "client_rating": 4,
        }
    ],
    "statements": {"team": "五人"},
    "declarations": ["truthful"],
    "explanations": {},
    "files": [{"key": "k1", "filename": "执照.pdf", "sha256": "a", "size": 1, "item": "licence"}],
    "profile": {"summary": "做检测", "offerings": [{"id": 3, "name": "工位"}], "certificates": []},
}
NAMES = {"team": "团队", "licence": "营业执照", "tier2": "二级", "tier3": "三级", "lawful": "守法"}


def changed(**parts: Any) -> list[Change]:
    return compare(BODY, {**copy.deepcopy(BODY), **parts}, NAMES)


def case(**facts: Any) -> list[dict[str, Any]]:
    return [{**BODY["cases"][0], **facts}]


def test_nothing_changed_gives_no_lines() -> None:
    assert changed() == []


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"asked_tier": "tier3"}, Change("申报等级", "二级", "三级")),
        (
            {"cases": case(accepted_on="2026-05-20")},
            Change("案例“熔接痕检测”验收日", "", "2026-05-20"),
        ),
        ({"cases": case(on_time=False)}, Change("案例“熔接痕检测”按期交付", "", "否")),
        ({"cases": case(client_rating=5)}, Change("案例“熔接痕检测”客户评分", "4", "5")),
        (
            {"cases": case(metrics=[["漏检率", "2.1", "0.3", "%"]])},
            Change("案例“熔接痕检测”前后数据", "漏检率 2.1→0.4%", "漏检率 2.1→0.3%"),
        ),
        ({"cases": []}, Change("案例“熔接痕检测”", "列入申报", "")),
        ({"statements": {"team": "六人"}}, Change("说明“团队”", "五人", "六人")),
        ({"statements": {}}, Change("说明“团队”", "五人", "")),
        ({"files": []}, Change("附件“执照.pdf”（营业执照）", "已上传", "")),
        (
            {"declarations": ["truthful", "lawful"]},
            Change("承诺“守法”", "", "已签署"),
        ),
        (
            {"explanations": {"X-07": "甲方已注销"}},
            Change("补正说明“X-07”", "", "甲方已注销"),
        ),
        (
            {"profile": {**BODY["profile"], "summary": "做外观检测"}},
            Change("单位资料：一句话介绍", "做检测", "做外观检测"),
        ),
        (
            {"profile": {**BODY["profile"], "offerings": []}},
            Change("产品“工位”", "有", ""),
        ),
    ],
)
def test_each_difference_is_one_line(parts: dict[str, Any], line: Change) -> None:
    assert changed(**parts) == [line]


def test_a_file_put_in_place_of_another_is_two_lines() -> None:
    file = {"key": "k2", "filename": "验收单.pdf", "sha256": "b", "size": 1, "item": "case-7"}
    assert changed(files=[file]) == [
        Change("附件“验收单.pdf”（案例“熔接痕检测”）", "", "已上传"),
        Change("附件“执照.pdf”（营业执照）", "已上传", ""),
    ]


def test_the_same_file_uploaded_again_is_no_change() -> None:
    assert changed(files=[{**BODY["files"][0], "key": "k9"}]) == []
