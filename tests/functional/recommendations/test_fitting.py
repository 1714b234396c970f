"""`flask match fit` and `match measure`: what they report, write, and refuse to write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from marketplace.matching.weights import DEFAULT_WEIGHTS
from marketplace.recommendations.judged import digest_of_folder
from marketplace.recommendations.models import WeightMeasure, WeightSet
from marketplace.recommendations.weight_sets import weights_in_force

NEEDS = 6
TRADES = ("压铸件毛刺", "泵站轴承", "玻璃气泡", "注塑换模", "电缆接线", "锅炉能耗")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A judged folder of six needs, each answered by one of six providers."""
    providers = [
        {"id": f"P{place}", "name": f"第{place}家", "description": f"{trade}检测与分析，驻厂实施。"}
        for place, trade in enumerate(TRADES)
    ]
    needs = [
        {"id": f"N{place}", "title": f"{trade}靠人看", "description": f"{trade}漏检多，想改一改。"}
        for place, trade in enumerate(TRADES)
    ]
    grades = [f"N{place}\tP{place}\t3" for place in range(NEEDS)]
    for name, rows in (("providers.jsonl", providers), ("needs.jsonl", needs)):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("\n".join(grades), encoding="utf-8")
    return tmp_path


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def fit(runner: FlaskCliRunner, *words: str) -> tuple[int, str]:
    """Run the command; return its code and what it said."""
    done = runner.invoke(args=["match", "fit", *words])
    return done.exit_code, done.output


def test_a_set_that_does_not_beat_the_one_in_force_is_not_written(
    runner: FlaskCliRunner, session: Session, folder: Path
) -> None:
    code, said = fit(runner, str(folder), "--folds", "3")
    assert code == 1
    assert "未写入" in said
    assert session.query(WeightSet).count() == 0


def test_forced_it_is_written_and_says_so_but_is_not_in_force(
    runner: FlaskCliRunner, session: Session, folder: Path
) -> None:
    code, said = fit(runner, str(folder), "--folds", "3", "--force")
    assert code == 0, said
    row = session.query(WeightSet).one()
    assert row.provenance["forced"] is True
    assert row.provenance["beats"] is False
    assert row.provenance["from"] == DEFAULT_WEIGHTS
    assert [item["needs"] for item in row.provenance["folders"]] == [NEEDS]
    assert sum(fold["needs"] for fold in row.provenance["folds"]) == NEEDS
    assert sum(row.body["points"].values()) == pytest.approx(100)
    assert weights_in_force(session).name == DEFAULT_WEIGHTS
    measured = {(item.weights_name, item.figures["needs"]) for item in session.query(WeightMeasure)}
    assert measured == {(DEFAULT_WEIGHTS, NEEDS), (row.name, NEEDS)}


def test_a_dry_run_only_reports(runner: FlaskCliRunner, session: Session, folder: Path) -> None:
    code, said = fit(runner, str(folder), "--folds", "3", "--dry-run", "--json")
    assert code == 0
    report = json.loads(said[said.index("{") :])
    assert report["needs"] == NEEDS
    assert session.query(WeightSet).count() == 0


def test_an_interrupted_fit_goes_on_with_the_folds_it_has(
    runner: FlaskCliRunner, folder: Path
) -> None:
    kept = folder / "progress.json"
    words = (str(folder), "--folds", "3", "--dry-run", "--progress", str(kept))
    assert fit(runner, *words)[0] == 0
    notes = json.loads(kept.read_text(encoding="utf-8"))
    assert sorted(notes["folds"]) == ["0", "1", "2"]
    marked = {"ability": 30.0, "text": 30.0, "cases": 12.0, "industry": 14.0}
    notes["folds"] = {"1": {**marked, "constraints": 8.0, "standing": 6.0, "distance": 0.0}}
    kept.write_text(json.dumps(notes), encoding="utf-8")
    assert fit(runner, *words)[0] == 0
    again = json.loads(kept.read_text(encoding="utf-8"))
    assert again["folds"]["1"]["text"] == 30.0


def test_a_notebook_cut_off_or_of_other_inputs_is_begun_anew(
    runner: FlaskCliRunner, folder: Path
) -> None:
    kept = folder / "progress.json"
    words = (str(folder), "--folds", "3", "--dry-run", "--progress", str(kept))
    for cut in ('{"key": "x", "fol', "[]", '{"key": "x", "folds": {"0": {}}}'):
        kept.write_text(cut, encoding="utf-8")
        code, said = fit(runner, *words)
        assert code == 0, said
        notes = json.loads(kept.read_text(encoding="utf-8"))
        assert sorted(notes["folds"]) == ["0", "1", "2"]
    assert [path.name for path in folder.glob("progress.json*")] == ["progress.json"]


@pytest.mark.parametrize("step", ["0", "-1"])
def test_a_step_must_lead_somewhere(runner: FlaskCliRunner, folder: Path, step: str) -> None:
    assert fit(runner, str(folder), "--step", step)[0] == 2


def test_marked_violations_are_part_of_what_a_figure_was_measured_on(folder: Path) -> None:
    plain = digest_of_folder(folder)
    (folder / "violations.tsv").write_text("N0\tP0\n", encoding="utf-8")
    marked = digest_of_folder(folder)
    (folder / "violations.tsv").write_text("N0\tP1\n", encoding="utf-8")
    assert len({plain, marked, digest_of_folder(folder)}) == 3


def test_too_few_needs_are_refused(runner: FlaskCliRunner, folder: Path) -> None:
    code, said = fit(runner, str(folder), "--folds", "10")
    assert code == 1
    assert "需求太少" in said


def test_a_fit_can_be_written_as_a_file_with_where_it_comes_from(
    runner: FlaskCliRunner, folder: Path
) -> None:
    path = folder / "2027-01.json"
    code, said = fit(runner, str(folder), "--folds", "3", "--force", "--to", str(path))
    assert code == 0, said
    body = json.loads(path.read_text(encoding="utf-8"))
    assert body["name"] == "2027-01"
    assert body["provenance"]["forced"] is True


def test_what_breaks_a_hard_demand_among_the_first_five_is_counted_where_it_is_marked(
    runner: FlaskCliRunner, session: Session, folder: Path
) -> None:
    (folder / "violations.tsv").write_text("need_id\tprovider_id\nN0\tP0\n", encoding="utf-8")
    done = runner.invoke(args=["match", "measure", DEFAULT_WEIGHTS, str(folder)])
    assert done.exit_code == 0, done.output
    figures = session.query(WeightMeasure).one().figures
    assert (figures["broken"], figures["top_places"]) == (1, 30)


def test_a_judged_set_is_called_by_its_label_else_by_its_folder(
    runner: FlaskCliRunner, session: Session, folder: Path
) -> None:
    measure = ["match", "measure", DEFAULT_WEIGHTS, str(folder)]
    assert runner.invoke(args=measure).exit_code == 0
    assert runner.invoke(args=[*measure, "--label", "自建评判集"]).exit_code == 0
    kept = session.query(WeightMeasure).order_by(WeightMeasure.id)
    assert [row.judged_set for row in kept] == [folder.name, "自建评判集"]
    code, said = fit(runner, str(folder), "--folds", "3", "--force", "--label", "自建评判集")
    assert code == 0, said
    row = session.query(WeightSet).one()
    assert [item["name"] for item in row.provenance["folders"]] == ["自建评判集"]


@pytest.mark.parametrize("labels", [("--label", "甲", "--label", "乙"), ("--label", "长" * 61)])
def test_labels_fit_the_folders_one_by_one(
    runner: FlaskCliRunner, session: Session, folder: Path, labels: tuple[str, ...]
) -> None:
    done = runner.invoke(args=["match", "measure", DEFAULT_WEIGHTS, str(folder), *labels])
    assert done.exit_code == 1
    assert "--label" in done.output
    assert session.query(WeightMeasure).count() == 0
