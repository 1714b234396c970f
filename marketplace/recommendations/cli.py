"""The group of commands `flask match`, and `evaluate`, which measures a judged set.

`evaluate` needs no application (`python -m marketplace.recommendations.cli`) and writes to no database.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import click

from ..embeddings.faults import FAULTS, EmbeddingFault
from ..embeddings.measuring import nearness_in
from ..embeddings.settings import IN_PROCESS, OFF, Settings
from ..embeddings.sources import open_source
from ..matching.evaluation import Evaluation, JudgedSet, JudgedSetError, evaluate
from ..matching.facts import Vocabulary
from ..matching.lexicon import load_lexicon
from ..matching.understanding import Understanding
from ..matching.weights import DEFAULT_WEIGHTS, WeightsError, load_weights
from .judged import TOP, count_broken, documents, read_set, read_violations, scratch_index
from .vocabulary import shipped_vocabulary


@click.group("match")
def match() -> None:
    """匹配：评测与单条需求的推荐。"""


@match.command("evaluate")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出指标")
@click.option(
    "--run", "run_path", type=click.Path(dir_okay=False, path_type=Path), help="写出排序结果（TSV）"
)
@click.option(
    "--weights", "weights_name", default=DEFAULT_WEIGHTS, show_default=True, help="权重集名称"
)
@click.option(
    "--embeddings",
    "embeddings",
    type=click.Choice([OFF, IN_PROCESS]),
    default=OFF,
    show_default=True,
    help="是否计入语义向量",
)
def evaluate_command(
    folder: Path, as_json: bool, run_path: Path | None, weights_name: str, embeddings: str
) -> None:
    """在评判集 FOLDER（providers.jsonl、needs.jsonl、qrels.tsv）上计算 nDCG@10、Recall@10 与 MRR。"""
    started = time.perf_counter()
    try:
        weights = load_weights(weights_name)
        judged = read_set(folder, shipped_vocabulary())
    except (JudgedSetError, WeightsError) as error:
        raise click.ClickException(str(error)) from error
    try:
        found = evaluate_set(judged, shipped_vocabulary(), weights_name, embeddings)
    except EmbeddingFault as fault:
        raise click.ClickException(f"{FAULTS[fault.code]}（{fault}）") from fault
    if run_path is not None:
        write_run(run_path, found)
    first = {row[:2] for row in found.run_rows() if row[2] <= TOP}
    broken = count_broken(read_violations(folder), first)
    figures = {
        "nDCG@10": round(found.quality.ndcg_at_10, 4),
        "Recall@10": round(found.quality.recall_at_10, 4),
        "MRR": round(found.quality.mrr, 4),
        "violations@5": None if broken is None else round(broken / max(1, len(first)), 4),
        "needs": found.quality.needs,
        "providers": len(judged.providers),
        "weights": weights.name,
        "lexicon": load_lexicon().version,
        "embeddings": embeddings,
        "seconds": round(time.perf_counter() - started, 2),
    }
    if as_json:
        click.echo(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            click.echo(f"{name}\t{value}")


def evaluate_set(
    judged: JudgedSet, vocabulary: Vocabulary, weights_name: str, embeddings: str = OFF
) -> Evaluation:
    """Evaluate a judged set with text evidence from a scratch index, gone when this returns.

    Full embeddings are computed as it goes, if asked for. Raises EmbeddingFault.
    """
    source = open_source(Settings(embeddings))
    semantic = nearness_in(documents(judged.providers), source) if source else None
    with scratch_index(judged.providers) as index:

        def evidence(understanding: Understanding) -> Mapping[str, float]:
            return dict(index.scores(understanding.search_text))

        return evaluate(
            judged,
            load_lexicon(),
            vocabulary,
            load_weights(weights_name),
            datetime.now(UTC).date(),
            evidence,
            semantic=semantic,
        )


def write_run(path: Path, found: Evaluation) -> None:
    """Write a run as tab-separated need_id, provider_id, rank, score."""
    with path.open("w", encoding="utf-8") as file:
        file.write("need_id\tprovider_id\trank\tscore\n")
        for need_id, provider_id, rank, score in found.run_rows():
            file.write(f"{need_id}\t{provider_id}\t{rank}\t{score:.4f}\n")


if __name__ == "__main__":
    match()
