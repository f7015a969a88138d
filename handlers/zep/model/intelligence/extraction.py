"""Extraction: a value for each property of a schema, taken from what was said, by rules.

A property is looked for by its type (`zep_type`, else `format`, else `type`). First comes what
follows its name: "my shoe size is 42" and "size: 42" both say what `shoe_size` is. Then comes
anything of the type, wherever it is said; for a text, that is nothing. What is not found has a
value that only fits its type, so that clients can parse it, or none, if only what was said counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

#: What a value of a type looks like in a text, and the value where none is found.
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
_ANYWHERE = {kind: re.compile(look) for kind, (look, _) in _KINDS.items() if look != _TEXT[0]}
_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_NAME = 100
_MOST_PROPERTIES = 100


def fill(
    schema: Mapping[str, Any],
    texts: Sequence[str],
    known: Mapping[str, str] | None = None,
    *,
    only_said: bool = False,
) -> dict[str, str]:
    """A value, as a string, for each of the first hundred properties of an object's schema: the
    known one, else the latest that was said.

    Where `only_said`, what is not found is left out.
    """
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    said = list(reversed(texts))
    values = {}
    for name, part in islice(properties.items(), _MOST_PROPERTIES):
        kind = _kind(part if isinstance(part, dict) else {})
        value = known[name] if known and name in known else next(_found(name, kind, said), None)
        if value is not None or not only_said:
            values[name] = _KINDS[kind][1] if value is None else value
    return values


def _kind(part: Mapping[str, Any]) -> str:
    """The kind of value that a property's schema asks for; text, unless it is one we know."""
    for given in (part.get("zep_type"), part.get("format"), part.get("type")):
        if isinstance(given, str):
            kind = _KIND_OF_TYPE.get(given, given)
            if kind in _KINDS:
                return kind
    return "ZepText"


def _found(name: str, kind: str, texts: Sequence[str]) -> Iterator[str]:
    words = _WORD.findall(_CAMEL.sub(" ", name[:_LONGEST_NAME]))
    for wanted in (words, words[-1:]):
        if wanted:
            named = r"[\s_-]+".join(map(re.escape, wanted))
            look = rf"\b{named}\b(?:\s+(?:is|are|was|were|=)|\s*[:=])\s+({_KINDS[kind][0]})"
            for text in texts:
                for match in re.finditer(look, text, re.IGNORECASE):
                    yield match[1].strip()
    for text in texts if kind in _ANYWHERE else ():
        for match in _ANYWHERE[kind].finditer(text):
            yield match[0]
