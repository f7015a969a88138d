"""Random strings that fit a schema: by format, pattern, length and content."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, Any

from understudy.openapi.examples.generator.budget import CannotGenerate
from understudy.openapi.examples.generator.combined_schema import CombinedSchema
from understudy.openapi.examples.generator.format_values import FORMATS, format_value
from understudy.openapi.examples.generator.pattern_strings import pattern_strings

if TYPE_CHECKING:
    from understudy.openapi.examples.generator.value_generator import ValueGenerator

WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord")


def generated_string(generator: ValueGenerator, schema: CombinedSchema, at: str, depth: int) -> str:
    """Return a string that fits. Raises CannotGenerate."""
    fewest, most = int(schema.greatest("minLength") or 0), schema.least("maxLength")
    if most is not None and fewest > most:
        raise CannotGenerate
    generator.budget.spend_characters(fewest)
    media_type = schema.first("contentMediaType")
    has_content = isinstance(media_type, str) or "contentEncoding" in schema.keywords
    if has_content and not schema.all("pattern"):
        return _content(generator, schema, str(media_type), at, depth)
    patterns = [p for p in schema.all("pattern") if isinstance(p, str)]
    formats = [f for f in schema.all("format") if f in FORMATS]
    is_exact = len(patterns) == 1 and not formats and "(?" not in patterns[0]
    for text in _candidates(generator, patterns, formats, fewest, most):
        if is_exact or all(generator.matches(pattern, text) for pattern in patterns):
            return text
    raise CannotGenerate


def _candidates(
    generator: ValueGenerator,
    patterns: list[str],
    formats: list[str],
    fewest: int,
    most: int | None,
) -> Iterator[str]:
    random, ordinal = generator.random, generator.ordinal
    for name in formats:
        for _ in range(3 if patterns else 1):
            text = format_value(name, random, ordinal, fewest, most)
            if text is not None:
                yield text
    for pattern in patterns:
        for text in pattern_strings(pattern, random, fewest, most, generator.budget):
            if all(generator.has_format(name, text) for name in formats):
                yield text
    if not patterns and not formats:
        yield _text(random, ordinal, fewest, most, is_varied=generator.is_careful)


def _text(
    random: Random, ordinal: int | None, fewest: int, most: int | None, *, is_varied: bool
) -> str:
    """Return a word, or as many as the length takes."""
    text = random.choice(WORDS)
    if ordinal is not None:
        text = _counted(ordinal, most)
    if is_varied and ordinal is None:
        shortest = fewest + random.choice((0, 0, 1, 2, 5, 8, 20))
        fewest = shortest if most is None else min(shortest, most)
        most = fewest if random.random() < 0.5 else most
    if len(text) < fewest:
        text = "-".join([text] * (fewest // (len(text) + 1) + 1))
        text = text if len(text) >= fewest else f"{text}-{text}"
        return text[:fewest]
    return text if most is None else text[:most]


def _counted(number: int, most: int | None) -> str:
    """Return one of a series of different texts, a short one if it must be."""
    text = f"{WORDS[number % len(WORDS)]}{number // len(WORDS) or ''}"
    if most is None or len(text) <= most:
        return text
    letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    text = ""
    while number or not text:
        number, digit = divmod(number, len(letters))
        text += letters[digit]
    return text


def _content(
    generator: ValueGenerator, schema: CombinedSchema, media_type: str, at: str, depth: int
) -> str:
    """Return a text of a media type, encoded as the schema says."""
    content: Any = schema.first("contentSchema")
    if media_type.split(";")[0].strip().endswith("json"):
        inner = {"type": "object"} if content is None else content
        text = json.dumps(generator.value(inner, f"{at}/", depth + 1))
    else:
        text = _text(generator.random, generator.ordinal, 0, None, is_varied=False)
    if schema.first("contentEncoding") in ("base64", "base64url"):
        text = b64encode(text.encode()).decode()
    generator.budget.spend_characters(len(text))
    fewest, most = schema.greatest("minLength") or 0, schema.least("maxLength")
    if most is not None and len(text) > most:
        raise CannotGenerate
    return text + " " * (fewest - len(text))
