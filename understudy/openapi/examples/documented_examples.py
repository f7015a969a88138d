"""The examples of media types in a document, in the words of every version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any


def example_values(example: Any, *, is_json: bool) -> Iterator[Any]:
    """Yield the value of an Example Object, or nothing if the document does not contain it.

    `dataValue` is the value itself; `serializedValue` the body as text, which is parsed if the
    media type is JSON.
    """
    if not isinstance(example, dict):
        return
    for key in ("value", "dataValue"):
        if key in example:
            yield example[key]
            return
    text = example.get("serializedValue")
    if not isinstance(text, str):
        return
    if not is_json:
        yield text
        return
    try:
        yield json.loads(text)
    except ValueError:
        return
