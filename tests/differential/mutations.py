"""Mutations: each makes a valid call invalid in one way, or returns False if it does not apply."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.differential.calls import (
    JSON,
    Call,
    alternatives,
    media_of,
    one_spelling_each,
)
from understudy.openapi.schemas.schema import merged

Mutation = Callable[[Call, Random], bool]


def _unknown_path(call: Call, random: Random) -> bool:
    call.suffix = random.choice(("/nowhere", "x", "/end/end"))
    return call.target.count("/") > 1  # else it is not below any API


def _trailing_slash(call: Call, random: Random) -> bool:
    call.suffix = "/"
    return True


def _other_method(call: Call, random: Random) -> bool:
    call.method = random.choice(("PUT", "TRACE", "DELETE", "PATCH", "POST", "GET"))
    call.body, call.path = None, dict.fromkeys(call.path, "some")
    operations = call.api.contract.operations
    methods = {o.method for o in operations if _fits(o.path, call.operation.path)}
    return call.method not in methods and "/end" not in call.target


def _fits(template: str, path: str) -> bool:
    """Return whether a path may be one of a template, as /a/{b} fits /a/c and /a/{d}."""
    pattern = re.sub(r"\\\{[^/]+\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


def _options(call: Call, random: Random) -> bool:
    call.method, call.body = "OPTIONS", None
    return True


def _head(call: Call, random: Random) -> bool:
    call.method = "HEAD"
    return call.operation.method == "GET"


def _no_key(call: Call, random: Random) -> bool:
    return call.headers.pop("authorization", None) is not None


def _bad_key(call: Call, random: Random) -> bool:
    bad = ("Bearer one", "Api-Key", "Api-Key ", "api-key one", "Api-Key one two", "one", "")
    had = "authorization" in call.headers
    call.headers["authorization"] = random.choice(bad)
    return had


def _odd_id(call: Call, random: Random) -> bool:
    for name in call.path:
        call.path[name] = random.choice(("a%2Fb", "%FF", "%00", "a%252Fb", "..", "nobody", "%20"))
    return bool(call.path)


def _unknown_field(call: Call, random: Random) -> bool:
    call.query.append((random.choice(("colour", "limit[]", "%FF")), "1"))
    return True


def _query(call: Call, random: Random, kinds: Sequence[str], values: Sequence[str]) -> bool:
    """Set a query parameter of one of `kinds` to one of `values`."""
    fitting = [p for p in one_spelling_each(call.operation) if p.types[:1] and p.types[0] in kinds]
    if fitting:
        name = random.choice(fitting).name
        call.query = [(n, v) for n, v in call.query if n != name]
        call.query.append((name, random.choice(values)))
    return bool(fitting)


def _wrong_type_in_query(call: Call, random: Random) -> bool:
    return _query(call, random, ("integer", "number", "boolean"), ("many", "1,5", "[]", "null"))


def _empty_in_query(call: Call, random: Random) -> bool:
    return _query(call, random, ("integer", "number", "boolean", "string"), ("",))


def _out_of_range_in_query(call: Call, random: Random) -> bool:
    return _query(call, random, ("integer",), ("-1", "2147483648", "9" * 30, "1.5", "1.0", "1e3"))


def _not_in_enum_in_query(call: Call, random: Random) -> bool:
    return _query(call, random, ("string",), ("colour", "CREATED_AT", "2026-13-01T00:00:00Z"))


def _pythonic_number_in_query(call: Call, random: Random) -> bool:
    values = ("1_0", "+5", " 5", "5 ", "\u0663", "-0")
    return _query(call, random, ("integer", "number"), values)


def _no_number_in_query(call: Call, random: Random) -> bool:
    return _query(call, random, ("number",), ("nan", "inf", "-Infinity", "1e999"))


def _twice_in_query(call: Call, random: Random) -> bool:
    if not call.query:
        return False
    call.query.append((call.query[0][0], random.choice(("1", call.query[0][1]))))
    return True


def _no_body(call: Call, random: Random) -> bool:
    had, call.body = call.body is not None, None
    return had


def _no_object(call: Call, random: Random) -> bool:
    call.raw = random.choice((b"[]", b'"text"', b"5", b"null", b"true"))
    return call.is_json


def _no_json(call: Call, random: Random) -> bool:
    broken = (b"{", b'{"a":}', b" ", b"nothing", b"{'a': 1}", b'{"a": 1,}', b"\xef\xbb\xbf{}")
    call.raw = random.choice(broken)
    return call.is_json


def _not_quite_json(call: Call, random: Random) -> bool:
    """Send JSON on which Python's json module differs from the standard."""
    odd = (b"NaN", b"Infinity", b'"\\ud800"', b'"\xff"', b"[" * 2000 + b"]" * 2000)
    call.raw = call.payload[:-1] + b', "metadata": {"a": ' + random.choice(odd) + b"}}"
    return call.is_json and bool(call.body) and isinstance(call.body, dict)


def _without(call: Call, random: Random) -> bool:
    part, schema = _part(call, random)
    if isinstance(part, list) or part is None:
        return False
    required = [n for n in schema.get("required", ()) if n in part]
    if required:
        del part[random.choice(required)]
    return bool(required)


def _not_one_of(call: Call, random: Random) -> bool:
    """Send none of the fields of which one must be given, or all of them, or one that is null."""
    choices = alternatives(call.operation)
    if choices:
        names, value = random.choice(choices), random.choice(("user-1", "group-1", None))
        for name in names:
            call.body.pop(name, None)
        call.body |= dict.fromkeys(names[: random.choice((0, 1, 2, 2))], value)
    return bool(choices)


def _wrong_type(call: Call, random: Random) -> bool:
    return _replace(call, random, (5, 1.5, True, [], {}, "text", None, [None], {"a": []}))


def _wrong_text(call: Call, random: Random) -> bool:
    return _replace(call, random, ("", "x" * 4001, "no-uuid", "\U0001f375" * 2500, "\x00"))


def _large_number(call: Call, random: Random) -> bool:
    numbers = (2**63, 2**64, -(2**63) - 1, 10**30, 1e300, 2.0, -1, 0)
    return _replace(call, random, [{"n": n} for n in numbers]) and b'"metadata"' in call.payload


def _replace(call: Call, random: Random, values: Sequence[Any]) -> bool:
    """Replace a property of the schema, or an item, by one of the values."""
    part, schema = _part(call, random)
    if part is None:
        return False
    if isinstance(part, list):
        places: list[Any] = list(range(len(part)))
    else:
        places = list(schema.get("properties", {}))
    if places:
        part[random.choice(places)] = random.choice(values)
    return bool(places)


def _part(call: Call, random: Random) -> tuple[Any, dict[str, Any]]:
    """Return the body, or an object or list in it, and its schema; None without a JSON body."""
    if not call.is_json or call.body is None:
        return None, {}
    document = call.document
    part, schema = call.body, merged(document, media_of(call.operation).definition["schema"])
    while True:
        items = dict(enumerate(part)) if isinstance(part, list) else part
        inner = [
            (item, merged(document, _schema_of(schema, name)))
            for name, item in items.items()
            if isinstance(item, dict | list) and _schema_of(schema, name)
        ]
        if not inner or (random.random() < 0.5 and not isinstance(part, list)):
            return part, schema
        part, schema = random.choice(inner)


def _schema_of(schema: dict[str, Any], name: str | int) -> Any:
    """Return the schema of an item of a list, or of a property."""
    return schema.get("items") if isinstance(name, int) else schema.get("properties", {}).get(name)


def _without_part(call: Call, random: Random) -> bool:
    """Leave out a field of a form."""
    if call.body and not call.is_json:
        del call.body[random.choice(list(call.body))]
    return call.operation.body is not None and not call.is_json


def _no_form(call: Call, random: Random) -> bool:
    """Send a body that is no form, or has a part that cannot be read."""
    part = b"--understudy\r\nContent-Disposition: form-data%s\r\n\r\nx\r\n--understudy--\r\n"
    heads = (b"", b"; name=", b'; name=""', b'; name="file"', b'; name="a\\"')
    call.raw = random.choice((b"nothing", *[part % head for head in heads]))
    return call.operation.body is not None and not call.is_json


def _wrong_in_message(call: Call, random: Random) -> bool:
    messages = call.body.get("messages") if isinstance(call.body, dict) else None
    if messages:
        name = random.choice(("role_type", "content", "uuid", "metadata", "role", "token_count"))
        messages[-1][name] = random.choice(("robot", "x" * 2501, 7, None, [], {"a": {"b": None}}))
    return bool(messages)


def _wrong_in_classify(call: Call, random: Random) -> bool:
    last = random.choice((1.0, 4.0, 0, -1, "4", None, 2**31, 2.5))
    request = {"name": "n", "classes": ["a", "b"], "last_n": last}
    call.body = request if call.operation.id == "classifySession" else {"classify": request}
    return call.api.name == "zep" and call.operation.id in ("endSession", "classifySession")


def _whole_float(call: Call, random: Random) -> bool:
    """Replace an integer by a whole number with a fraction, such as 4.0."""
    part, schema = _part(call, random)
    if not isinstance(part, dict):
        return False
    kinds = {n: merged(call.document, s) for n, s in schema.get("properties", {}).items()}
    names = [name for name, kind in kinds.items() if kind.get("type") == "integer"]
    if names:
        part[random.choice(names)] = float(random.randint(0, 9))
    return bool(names)


def _too_many(call: Call, random: Random) -> bool:
    message = {"role_type": "user", "content": "again"}
    call.body = {"messages": [message] * random.choice((30, 31))}
    return call.operation.id == "addMemory"


def _other_content_type(call: Call, random: Random) -> bool:
    kinds = ("text/plain", "Application/JSON", f"{JSON}; charset=utf-8", f"{JSON};charset=utf-16")
    kind = random.choice((*kinds, "application/x-www-form-urlencoded", "nonsense", None))
    if kind is None:
        del call.headers["content-type"]
    else:
        call.headers["content-type"] = kind
    return True


def _other_content_type_of_body(call: Call, random: Random) -> bool:
    return call.body is not None and _other_content_type(call, random)


def _chunked(call: Call, random: Random) -> bool:
    call.chunked = True
    return call.body is not None


def _too_large(call: Call, random: Random) -> bool:
    if call.body is None:
        call.headers["x-filler"] = "x" * 70_000
    else:
        call.raw = b'{"user_id": "big", "email": "' + b"x" * 5_000_000 + b'"}'
    return call.operation.id in ("addUser", "addDocuments", "getAgent", "getGraphEdge")


MUTATIONS: tuple[Mutation, ...] = (
    _unknown_path, _trailing_slash, _other_method, _options, _head, _no_key, _bad_key, _odd_id,
    _unknown_field, _wrong_type_in_query, _empty_in_query, _out_of_range_in_query,
    _not_in_enum_in_query, _pythonic_number_in_query, _no_number_in_query, _twice_in_query,
    _no_body, _no_object, _no_json, _not_quite_json, _without, _not_one_of, _wrong_type,
    _wrong_text, _large_number, _whole_float, _wrong_in_message, _wrong_in_classify, _too_many,
    _without_part, _no_form,
    _other_content_type_of_body, _chunked, _too_large, *[_wrong_in_classify] * 3,
    *[_other_content_type_of_body] * 2, *[_not_quite_json] * 2, *[_no_form] * 3,
)  # fmt: skip
