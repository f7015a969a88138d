"""Extraction: a value for each property of a schema, found in messages by rules.

A property is searched for by its type (`zep_type`, else `format`, else `type`). First comes the
text after its name: both "my shoe size is 42" and "size: 42" give `shoe_size`. Next comes any text
of the type, wherever it stands; for a plain text, there is none. A value that is not found is a
default of the type, so that clients can parse it, or is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

#: By kind: the pattern of a value in a text, and the default if there is none.
_NUMBER = (r"[-+]?\d+(?:\.\d+)?", "0")
_TEXT = (r"[^\s.,;!?][^.,;!?\n]*", "unknown")
_KINDS = {
    "ZepText": _TEXT,
    "ZepRegex": _TEXT,
    "ZepEmail": (r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", "unknown@example.com"),
    "ZepPhoneNumber": (r"(?<![\d-])(?!\d{4}-\d\d-\d\d)\+?\(?\d[\d ().-]{5,18}\d", "+1 555 0100"),
    "ZepZipCode": (r"\b\d{5}(?:-\d{4})?\b", "00000"),
    "ZepFloat": _NUMBER,
    "ZepNumber": (r"[-+]?\b\d+\b(?!\.\d)", "0"),
    "ZepDate": (r"\d{4}-\d\d-\d\d", "1970-01-01"),
    "ZepDateTime": (
        r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?",
        "1970-01-01T00:00:00Z",
    ),
    "boolean": (r"\b(?:true|false|yes|no)\b", "false"),
}
_KIND_OF_TYPE = {
    "date": "ZepDate",
    "date-time": "ZepDateTime",
    "email": "ZepEmail",
    "integer": "ZepNumber",
    "number": "ZepFloat",
    "boolean": "boolean",
}
_ANYWHERE = {
    kind: re.compile(pattern) for kind, (pattern, _) in _KINDS.items() if pattern != _TEXT[0]
}
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_NAME = 100
_MOST_PROPERTIES = 100


def fill(
    schema: Mapping[str, Any],
    texts: Sequence[str],
    known: Mapping[str, str] | None = None,
    *,
    omit_missing: bool = False,
) -> dict[str, str]:
    """Return a value, as a string, for each property of an object's schema.

    It is the known value, else the latest in the texts. Only the first hundred properties count.
    With `omit_missing`, properties without a value are left out; else they get a default.
    """
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    newest_first = list(reversed(texts))

    @cache  # many properties may be of one kind
    def anywhere(kind: str) -> str | None:
        return next(_anywhere(kind, newest_first), None)

    values = {}
    for name, part in islice(properties.items(), _MOST_PROPERTIES):
        kind = _kind(part if isinstance(part, dict) else {})
        value = (
            known[name]
            if known and name in known
            else next(_named(name, kind, newest_first), None) or anywhere(kind)
        )
        if value is not None or not omit_missing:
            values[name] = _KINDS[kind][1] if value is None else value
    return values


def _kind(part: Mapping[str, Any]) -> str:
    """Return the kind of value that a property's schema asks for; text if it is unknown."""
    for given in (part.get("zep_type"), part.get("format"), part.get("type")):
        if isinstance(given, str):
            kind = _KIND_OF_TYPE.get(given, given)
            if kind in _KINDS:
                return kind
    return "ZepText"


def _named(name: str, kind: str, texts: Sequence[str]) -> Iterator[str]:
    """Yield the values that stand after the name of a property."""
    words = _WORD.findall(_CAMEL.sub(" ", name[:_LONGEST_NAME]))
    for name_words in (words, words[-1:]):
        if name_words:
            joined = r"[\s_-]+".join(map(re.escape, name_words))
            pattern = rf"\b{joined}\b(?:\s+(?:is|are|was|were|=)|\s*[:=])\s+({_KINDS[kind][0]})"
            for text in texts:
                for match in re.finditer(pattern, text, re.IGNORECASE):
                    yield match[1].strip()


def _anywhere(kind: str, texts: Sequence[str]) -> Iterator[str]:
    """Yield the values of a kind, wherever they stand."""
    for text in texts if kind in _ANYWHERE else ():
        for match in _ANYWHERE[kind].finditer(text):
            yield match[0]
