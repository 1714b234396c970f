"""The weight set that counts full embeddings is the one before it in all else."""

from __future__ import annotations

from marketplace.matching.weights import load_weights


def test_without_vectors_the_set_is_the_one_before_it() -> None:
    before, with_vectors = load_weights("2026-11"), load_weights("2026-11-28")
    assert with_vectors.points == before.points
    assert with_vectors.tiers == before.tiers
    # Who is recommended is another matter than who comes first; offering what is not wanted cost nothing before.
    others = {"text.semantic": 0.4, "fit.score": 45, "declined.cost": 0.6}
    assert with_vectors.settings == {**before.settings, **others}
