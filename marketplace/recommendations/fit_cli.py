"""`flask match fit` and `flask match measure`: fit weights, and keep what a set reaches on judged folders."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from ..db import db, now
from ..matching.evaluation import JudgedSetError
from ..matching.fitting import Example, Fit, Fold, Plan, fit
from ..matching.weights import Weights, WeightsError
from ..web.filters import beijing_today
from .judged import Loaded, examples_of, load_folder
from .learning import body_of, keep_fitted, keep_measures, list_outcome_examples, provenance_of
from .lexicons import lexicon_in_force
from .vocabulary import shipped_vocabulary
from .weight_sets import weights_in_force, weights_of

_FOLDERS = click.argument(
    "folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
_LABELS = click.option(
    "--label",
    "labels",
    multiple=True,
    help="评判集在页面上的名称，与 FOLDERS 依次对应；不给则用文件夹名",
)
LONGEST_LABEL = 60


@dataclass(slots=True)
class Notebook:
    """The folds already fitted, in a file, so that an interrupted run goes on; `key` names its inputs."""

    path: Path | None
    key: str
    folds: dict[int, dict[str, float]]

    def write(self, fold: Fold) -> None:
        """Keep a fold and say how it went."""
        before = sum(fold.before.values()) / max(len(fold.before), 1)
        click.echo(
            f"第{fold.number + 1}折：{len(fold.before)}条需求，"
            f"{before:.4f} → {before + fold.gain:.4f}（{fold.gain:+.4f}）",
            err=True,
        )
        self.folds[fold.number] = dict(fold.points)
        if self.path is not None:
            text = json.dumps({"key": self.key, "folds": self.folds}, ensure_ascii=False)
            beside = self.path.with_name(f"{self.path.name}.part")
            beside.write_text(text, encoding="utf-8")
            os.replace(beside, self.path)


def _open(path: Path | None, key: str) -> Notebook:
    kept = _read(path) if path is not None and path.is_file() else {}
    folds = kept["folds"] if kept.get("key") == key else {}
    return Notebook(path, key, {int(number): points for number, points in folds.items()})


def _read(path: Path) -> dict[str, Any]:
    """Return what a notebook holds; one that cannot be read holds nothing."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


@click.command("fit")
@_FOLDERS
@_LABELS
@click.option("--outcomes/--no-outcomes", default=True, help="是否一并用已登记的对接结果")
@click.option("--folds", default=5, show_default=True, type=click.IntRange(2, 20), help="分几折")
@click.option(
    "--step",
    default=4.0,
    show_default=True,
    type=click.FloatRange(min=0, min_open=True),
    help="每项分值最多改动多少分",
)
@click.option("--seed", default=1, show_default=True, help="分折与自助抽样的种子")
@click.option("--force", is_flag=True, help="交叉验证没有超出误差也照样写入，来历里会注明")
@click.option("--dry-run", is_flag=True, help="只报告，不写入")
@click.option("--note", default="", help="写进权重说明的一句话")
@click.option(
    "--to", "to_path", type=click.Path(dir_okay=False, path_type=Path), help="写成文件，不入库"
)
@click.option(
    "--progress",
    "progress_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="中断后续算用",
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出报告")
@with_appcontext
def fit_command(
    folders: tuple[Path, ...],
    labels: tuple[str, ...],
    outcomes: bool,
    folds: int,
    step: float,
    seed: int,
    force: bool,
    dry_run: bool,
    note: str,
    to_path: Path | None,
    progress_path: Path | None,
    as_json: bool,
) -> None:
    """在评判集 FOLDERS 与已登记的对接结果上拟合各项分值，按需求分折交叉验证；好于现行才写成新权重。"""
    current = weights_in_force(db.session)
    loaded = _loaded(folders, labels)
    runs = list_outcome_examples(db.session) if outcomes else []
    examples = [item for one in loaded for item in examples_of(one, current)] + runs
    notebook = _open(progress_path, _key(current, loaded, runs, folds, step, seed))
    plan = Plan(folds, step, seed, told=notebook.write)
    try:
        found = fit(examples, current.points, plan, notebook.folds)
    except ValueError as error:
        raise click.ClickException(f"需求太少，分不成{folds}折。") from error
    provenance = provenance_of(current, found, plan, loaded, len(runs), force and not found.beats)
    _report(current, found, provenance, as_json)
    if dry_run:
        return
    if not found.beats and not force:
        raise click.ClickException("没有超出误差地好于现行权重，未写入；确要写入请加 --force。")
    _write(current, found, loaded, provenance, note, to_path)


def _loaded(folders: Sequence[Path], labels: Sequence[str]) -> list[Loaded]:
    """Read the folders with the words in force, a bureau's own included."""
    lexicon, today = lexicon_in_force(db.session), beijing_today(now())
    if labels and len(labels) != len(folders):
        raise click.ClickException(
            f"评判集{len(folders)}套，--label 给了{len(labels)}个，须逐一对应。"
        )
    if any(len(label) > LONGEST_LABEL for label in labels):
        raise click.ClickException(f"--label 最多{LONGEST_LABEL}个字。")
    try:
        return [
            load_folder(folder, lexicon, shipped_vocabulary(), today, label)
            for folder, label in zip_longest(folders, labels, fillvalue="")
        ]
    except (JudgedSetError, OSError) as error:
        raise click.ClickException(str(error)) from error


def _key(
    current: Weights, loaded: list[Loaded], runs: list[Example], folds: int, step: float, seed: int
) -> str:
    """Name the inputs of a fit, so that kept folds of others are not taken for its own."""
    inputs = [current.name, lexicon_in_force(db.session).version, folds, step, seed]
    digest = hashlib.sha256(json.dumps(inputs).encode())
    for item in loaded:
        digest.update(item.digest.encode())
    for example in runs:
        digest.update(example.group.encode() + example.values.tobytes() + example.pairs.tobytes())
    return digest.hexdigest()


def _report(current: Weights, found: Fit, provenance: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"points": found.points, **provenance}, ensure_ascii=False))
        return
    click.echo(
        f"未见过的{found.groups}条需求：{found.before:.4f} → {found.after:.4f}，"
        f"变化 {found.gain:+.4f}，95% 区间 [{found.low:+.4f}, {found.high:+.4f}]"
    )
    for name, value in found.points.items():
        click.echo(f"{name}\t{current.points.get(name, 0.0):g}\t{value:g}")


def _write(
    current: Weights,
    found: Fit,
    loaded: list[Loaded],
    provenance: dict[str, Any],
    note: str,
    to_path: Path | None,
) -> None:
    note = note or f"由 {current.name} 拟合"
    if to_path is not None:
        name = to_path.stem
        body = body_of(current, found.points, note)
        body |= {
            "name": name,
            "dated_on": beijing_today(now()).isoformat(),
            "provenance": provenance,
        }
        to_path.write_text(json.dumps(body, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        click.echo(f"已写成文件 {to_path}")
        return
    row = keep_fitted(db.session, None, current, found.points, provenance, note)
    for weights in (current, weights_of(db.session, row.name)):
        keep_measures(db.session, weights, loaded)
    db.session.commit()
    click.echo(f"已存为权重 {row.name}；现行仍是 {current.name}，启用须在权重页提请并由另一人核准")


@click.command("measure")
@click.argument("name")
@_FOLDERS
@_LABELS
@with_appcontext
def measure_command(name: str, folders: tuple[Path, ...], labels: tuple[str, ...]) -> None:
    """量出权重 NAME 在评判集 FOLDERS 上的指标并存下，供对比页使用。"""
    try:
        weights = weights_of(db.session, name)
    except WeightsError as error:
        raise click.ClickException(str(error)) from error
    loaded = _loaded(folders, labels)
    for row in keep_measures(db.session, weights, loaded):
        click.echo(f"{row.judged_set}\t{json.dumps(row.figures, ensure_ascii=False)}")
    db.session.commit()
