"""Search by vectors, for documents that clients add with embeddings of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot
from operator import mul
from typing import TypeVar

from .ranking import MMR_POOL

T = TypeVar("T")
Vector = Sequence[float]


def cosine(left: Vector, right: Vector) -> float:
    """Return the cosine similarity of two vectors of one length; 0 for a zero vector."""
    lengths = hypot(*left) * hypot(*right)
    return max(-1.0, min(1.0, sum(map(mul, left, right)) / lengths)) if lengths else 0.0


def nearest(
    query: Vector,
    items: Sequence[T],
    vector: Callable[[T], Vector],
    *,
    limit: int,
    min_score: float | None,
    mmr_lambda: float | None,
) -> list[tuple[float, T]]:
    """Return the items whose vectors have the query's length, best first; equals keep their order.

    With `mmr_lambda`, the best 50 are ordered by maximal marginal relevance; the rest follow.
    """
    comparable = [item for item in items if len(vector(item)) == len(query)]
    scored = [(cosine(query, vector(item)), item) for item in comparable]
    if min_score is not None:
        scored = [pair for pair in scored if pair[0] >= min_score]
    scored.sort(key=lambda pair: -pair[0])
    if mmr_lambda is None:
        return scored[:limit]
    pool, rest = scored[:MMR_POOL], scored[MMR_POOL:]
    return [*_diverse(pool, vector, limit, mmr_lambda), *rest][:limit]


def _diverse(
    scored: list[tuple[float, T]], vector: Callable[[T], Vector], limit: int, mmr_lambda: float
) -> list[tuple[float, T]]:
    """Choose again and again the item that is relevant and unlike those chosen before."""
    remaining = [(score, item, 0.0) for score, item in scored]
    taken: list[tuple[float, T]] = []
    while remaining and len(taken) < limit:
        gains = [
            mmr_lambda * score - (1 - mmr_lambda) * similarity for score, _, similarity in remaining
        ]
        score, item, _ = remaining.pop(gains.index(max(gains)))
        taken.append((score, item))
        remaining = [
            (s, i, max(similarity, cosine(vector(i), vector(item))))
            for s, i, similarity in remaining
        ]
    return taken
