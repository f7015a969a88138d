"""Scores and ranks of texts.

scores  RapidFuzz's token set ratio, from 0 to 1: 1 if one text has all the words of the other, and
        less the more letters have to change.
ranks   By score; equals keep their order. MMR takes the best 50 and chooses each next one by
        `lambda * score - (1 - lambda) * similarity`, where similarity is the highest score between
        it and those chosen before.
lengths Of a query the first 400 characters count, as in Zep, and of a text the first 10,000, for
        Zep's data are no longer: the time that a score takes grows with the product of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

#: How many characters of a query count (Zep documentation).
LONGEST_QUERY = 400
#: How many characters of a text count.
LONGEST_TEXT = 10_000
#: How many of the best MMR reorders; the rest follow in their order.
MMR_POOL = 50
#: The default balance of relevance and variety.
MMR_LAMBDA = 0.5


@cache
def _rapidfuzz() -> Any:
    """Return RapidFuzz, imported at the first search: until then nobody needs its 3 MB."""
    import rapidfuzz.fuzz
    import rapidfuzz.process
    import rapidfuzz.utils

    return rapidfuzz


def _ratio(first: str, second: str) -> float:
    ratio: float = _rapidfuzz().fuzz.token_set_ratio(first, second)
    return ratio


def _words(text: str) -> str:
    words: str = _rapidfuzz().utils.default_process(text)
    return words


def balance(request: Mapping[str, Any], kind: str) -> float | None:
    """Return the `mmr_lambda` of a request; None if its field `kind` does not ask for MMR."""
    if request.get(kind) != "mmr":
        return None
    given = request.get("mmr_lambda")
    return MMR_LAMBDA if given is None else given


def score(query: str, text: str) -> float:
    """Return how similar two texts are by their words, from 0 to 1."""
    return _fraction(_ratio(_words(query), _words(text)))


def _fraction(ratio: float) -> float:
    return round(ratio / 100, 4)


def most_similar(query: str, texts: Sequence[str], limit: int) -> list[int]:
    """Return the indexes of the texts that are most similar to the query, best first."""
    counted = [text[:LONGEST_TEXT] for text in texts]
    return [number for _, _, number in _extract(query[:LONGEST_TEXT], counted, limit)]


def _extract(query: str, texts: Sequence[str], limit: int | None) -> list[tuple[str, float, int]]:
    fuzz = _rapidfuzz()
    extracted: list[tuple[str, float, int]] = fuzz.process.extract(
        query,
        texts,
        scorer=fuzz.fuzz.token_set_ratio,
        processor=fuzz.utils.default_process,
        limit=limit,
    )
    return extracted


def rank(
    query: str,
    items: Sequence[T],
    text: Callable[[T], str],
    *,
    limit: int | None,
    min_score: float | None,
    mmr_lambda: float | None,
) -> list[tuple[float, T]]:
    """Return the items with their scores, best first; `limit` of them, none below `min_score`."""
    texts = [text(item)[:LONGEST_TEXT] for item in items]
    most = limit if mmr_lambda is None or limit is None else max(limit, MMR_POOL)
    extracted = _extract(query[:LONGEST_QUERY], texts, most)
    ranked = [(_fraction(ratio), number) for _, ratio, number in extracted]
    if min_score is not None:
        ranked = [pair for pair in ranked if pair[0] >= min_score]
    if mmr_lambda is not None:
        ranked = _diverse(ranked[:MMR_POOL], texts, limit, mmr_lambda) + ranked[MMR_POOL:]
    return [(portion, items[number]) for portion, number in ranked[:limit]]


def _diverse(
    pool: list[tuple[float, int]], texts: list[str], limit: int | None, weight: float
) -> list[tuple[float, int]]:
    """Order the pool by maximal marginal relevance."""
    weight = min(1.0, max(0.0, weight))
    words = {number: _words(texts[number]) for _, number in pool}
    similarity = dict.fromkeys(words, 0.0)
    chosen: list[tuple[float, int]] = []
    while pool and (limit is None or len(chosen) < limit):
        best = max(pool, key=lambda pair: weight * pair[0] - (1 - weight) * similarity[pair[1]])
        pool.remove(best)
        chosen.append(best)
        for _, number in pool:
            ratio = _ratio(words[best[1]], words[number]) / 100
            similarity[number] = max(similarity[number], ratio)
    return chosen
