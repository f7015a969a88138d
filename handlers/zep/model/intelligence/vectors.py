"""Search by vectors, for the documents that clients bring vectors of their own for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import hypot
from operator import mul
from typing import TypeVar

T = TypeVar("T")
Vector = Sequence[float]


def cosine(one: Vector, other: Vector) -> float:
    """How alike the directions of two vectors of one length are, from -1 to 1; 0 for a zero."""
    lengths = hypot(*one) * hypot(*other)
    return max(-1.0, min(1.0, sum(map(mul, one, other)) / lengths)) if lengths else 0.0


def nearest(
    query: Vector,
    items: Sequence[T],
    vector: Callable[[T], Vector],
    *,
    limit: int,
    min_score: float | None,
    mmr_lambda: float | None,
) -> list[tuple[float, T]]:
    """The items whose vectors have the query's length, best first, equals in the given order.

    With `mmr_lambda`, by maximal marginal relevance.
    """
    comparable = [item for item in items if len(vector(item)) == len(query)]
    scored = [(cosine(query, vector(item)), item) for item in comparable]
    if min_score is not None:
        scored = [pair for pair in scored if pair[0] >= min_score]
    scored.sort(key=lambda pair: -pair[0])
    if mmr_lambda is None:
        return scored[:limit]
    return _diverse(scored, vector, limit, mmr_lambda)


def _diverse(
    scored: list[tuple[float, T]], vector: Callable[[T], Vector], limit: int, mmr_lambda: float
) -> list[tuple[float, T]]:
    """Take, again and again, what is relevant and unlike all that was taken before."""
    left = [(score, item, 0.0) for score, item in scored]
    taken: list[tuple[float, T]] = []
    while left and len(taken) < limit:
        gains = [mmr_lambda * score - (1 - mmr_lambda) * like for score, _, like in left]
        score, item, _ = left.pop(gains.index(max(gains)))
        taken.append((score, item))
        left = [(s, i, max(like, cosine(vector(i), vector(item)))) for s, i, like in left]
    return taken
