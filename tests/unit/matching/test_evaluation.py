"""Judged sets: their form, their errors, and the command that measures them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from marketplace.matching.evaluation import JudgedSetError, parse_set
from marketplace.recommendations.cli import match

from .builders import VOCABULARY

PROVIDERS = (
    '{"id": "p1", "name": "甲", "provider_type": "T8", "region_code": "320500", "industries": ["36"],'
    ' "scenes": ["在线智能检测", "没有的场景"], "description": "压铸件外观检测", "cases": ["转向节厂：毛刺"]}\n',
    '{"id": "p2", "description": "泵配件供货"}\n',
)
NEEDS = (
    '{"id": "n1", "title": "压铸件外观要人看", "description": "毛刺多", "industry_code": "36",'
    ' "scene": "", "budget": "100-150万元"}\n',
)
GRADES = ("need_id\tprovider_id\tgrade\n", "n1\tp1\t3\n")


def test_a_judged_set_is_read_leniently() -> None:
    judged = parse_set(PROVIDERS, NEEDS, GRADES, VOCABULARY)
    first, second = judged.providers
    assert (first.scene_ids, first.industry_codes) == (("S24",), ("36",))
    assert [item.ref for item in first.cases] == ["case:p1-1"]
    assert (second.name, second.cases) == ("p2", ())
    assert (judged.needs[0].budget_min_wan, judged.needs[0].budget_max_wan) == (100.0, 150.0)
    assert judged.grades == {"n1": {"p1": 3}}


@pytest.mark.parametrize(
    ("providers", "grades", "message"),
    [
        (("{broken",), GRADES, "providers.jsonl 第1行不是 JSON"),
        (('{"name": "x"}',), GRADES, "providers.jsonl 第1行缺少 id"),
        (PROVIDERS, ("n1 p1 three",), "qrels.tsv 第1行"),
    ],
)
def test_a_judged_set_that_cannot_be_read_says_where(
    providers: tuple[str, ...], grades: tuple[str, ...], message: str
) -> None:
    with pytest.raises(JudgedSetError, match=message):
        parse_set(providers, NEEDS, grades, VOCABULARY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, lines in (
        ("providers.jsonl", PROVIDERS),
        ("needs.jsonl", NEEDS),
        ("qrels.tsv", GRADES),
    ):
        (tmp_path / name).write_text("".join(lines), encoding="utf-8")
    return tmp_path


def test_the_command_prints_figures_and_writes_the_run(folder: Path) -> None:
    run_path = folder / "run.tsv"
    result = CliRunner().invoke(match, ["evaluate", str(folder), "--json", "--run", str(run_path)])
    assert result.exit_code == 0, result.output
    figures = json.loads(result.output)
    assert (figures["nDCG@10"], figures["Recall@10"], figures["MRR"]) == (1.0, 1.0, 1.0)
    assert (figures["needs"], figures["providers"]) == (1, 2)
    rows = [line.split("\t") for line in run_path.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == ["need_id", "provider_id", "rank", "score"]
    assert [row[:3] for row in rows[1:]] == [["n1", "p1", "1"], ["n1", "p2", "2"]]
    assert float(rows[1][3]) > float(rows[2][3])


def test_places_of_those_who_break_a_hard_demand_are_counted_where_they_are_marked(
    folder: Path,
) -> None:
    def measured() -> float | None:
        told = CliRunner().invoke(match, ["evaluate", str(folder), "--json"]).output
        found: float | None = json.loads(told)["violations@5"]
        return found

    assert measured() is None
    (folder / "violations.tsv").write_text("need_id\tprovider_id\nn1\tp2\n", encoding="utf-8")
    assert measured() == 0.5


def test_the_command_leaves_nothing_behind_and_repeats_itself(folder: Path) -> None:
    first = CliRunner().invoke(match, ["evaluate", str(folder), "--run", str(folder / "a.tsv")])
    second = CliRunner().invoke(match, ["evaluate", str(folder), "--run", str(folder / "b.tsv")])
    assert first.exit_code == second.exit_code == 0
    assert (folder / "a.tsv").read_bytes() == (folder / "b.tsv").read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == [
        "a.tsv",
        "b.tsv",
        "needs.jsonl",
        "providers.jsonl",
        "qrels.tsv",
    ]


def test_a_folder_that_is_no_judged_set_fails_with_one_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(match, ["evaluate", str(tmp_path), "--json"])
    assert result.exit_code == 1
    assert "读不到 providers.jsonl" in result.output


def test_an_unknown_weight_set_fails_with_one_line(folder: Path) -> None:
    result = CliRunner().invoke(match, ["evaluate", str(folder), "--weights", "nosuch"])
    assert result.exit_code == 1
    assert "没有名为“nosuch”的权重" in result.output
