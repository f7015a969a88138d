"""Matchers: what fits a pattern, what a failure says, and which patterns are refused."""

from __future__ import annotations

import json
from time import process_time
from typing import Any

import pytest

from understudy.errors import Invalid
from understudy.http.messages import Request
from understudy.runtime.plans.request_matcher import MatchCandidate, RequestMatcher

BODY = {
    "messages": [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "good day"},
        {"role": "user", "content": "bye"},
    ],
    "n": 5,
    "flag": True,
    "nothing": None,
    "tags": ["a", "b", "c"],
    "$ref": "x",
    "at": "2026-01-02T00:00:00Z",
}


def candidate(body: Any = BODY) -> MatchCandidate:
    """Return a request with a JSON body, or with bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {b"x-trace": b"abc-1", b"x-number": b"12"}
    request = Request("POST", b"/shop/pets/p1", b"limit=9&q=", headers, content)
    return MatchCandidate("shop", "addPet", request, 201)


def differences(when: dict[str, Any], body: Any = BODY) -> list[str]:
    """Return the differences as texts; there is none exactly if the request matches."""
    matcher, sent = RequestMatcher.from_json(when, "/when"), candidate(body)
    found = [str(difference) for difference in matcher.differences(sent)]
    assert matcher.matches(sent) is not bool(found)
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        {"n": 5, "flag": True, "nothing": None},
        {"messages": [{"content": "good day"}]},
        {"messages": [{"role": "user"}, {"role": "user"}]},
        {"messages": [{"content": "hello"}, {"content": "bye"}]},
        {"messages": []},
        {"tags": ["a", "c"]},
        {"tags": {"$eq": ["a", "b", "c"]}},
        {"messages": [{"$eq": {"content": "bye", "role": "user"}}]},
        {"messages": [{"content": {"$regex": r"\bd.y$"}}]},
        {"n": {"$gt": 4, "$gte": 5, "$lt": 5.5, "$lte": 5}},
        {"n": {"$type": "integer"}, "at": {"$type": "string"}, "nothing": {"$type": "null"}},
        {"flag": {"$type": "boolean"}, "tags": {"$type": "array"}},
        {"n": {"$type": "number"}, "messages": [{"$type": "object"}]},
        {"at": {"$gte": "2026-01-01", "$lt": "2027"}},
        {"n": {"$exists": True}, "absent": {"$exists": False}},
        {"n": {"$in": [1, 5.0]}},
        {"n": {"$not": {"$gt": 5}}, "absent": {"$not": 7}, "tags": {"$not": ["z"]}},
        {"$eq": BODY},
        {"$type": "object"},
    ],
    ids=str,
)
def test_body_fits_a_pattern_that_it_contains(wanted: Any) -> None:
    """Objects may have other fields, lists other items, and operators say what a value is like."""
    assert differences({"body": wanted}) == []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"n": "5"}, ["body /n: wanted '5', got 5"]),
        ({"flag": 1}, ["body /flag: wanted 1, got True"]),
        ({"absent": None}, ["body /absent: wanted None, got absent"]),
        (
            {"tags": ["c", "z"]},
            ["body /tags: no item after /2 fits: wanted 'z', got ['a', 'b', 'c']"],
        ),
        (
            {"tags": ["b", "a"]},
            [
                "body /tags: no item after /1 fits (/0 would, but the order matters): "
                "wanted 'a', got ['a', 'b', 'c']"
            ],
        ),
        (
            {"messages": [{"role": "assistant", "content": "hi"}]},
            [
                "body /messages: no item fits, the nearest is /1: wanted "
                "{'role': 'assistant', 'content': 'hi'}, "
                "got {'role': 'assistant', 'content': 'good day'}",
                "body /messages/1/content: wanted 'hi', got 'good day'",
            ],
        ),
        ({"tags": {"$eq": ["a"]}}, ["body /tags: wanted {'$eq': ['a']}, got ['a', 'b', 'c']"]),
        ({"n": {"$gt": 5, "$lt": 9}}, ["body /n: wanted {'$gt': 5}, got 5"]),
        ({"n": {"$regex": "5"}}, ["body /n: wanted {'$regex': '5'}, got 5"]),
        ({"flag": {"$type": "number"}}, ["body /flag: wanted {'$type': 'number'}, got True"]),
        ({"absent": {"$regex": ""}}, ["body /absent: wanted {'$regex': ''}, got absent"]),
        ({"flag": {"$in": [1]}}, ["body /flag: wanted {'$in': [1]}, got True"]),
        ({"n": {"$not": 5}}, ["body /n: wanted {'$not': 5}, got 5"]),
    ],
    ids=str,
)
def test_differences_name_the_place_and_the_nearest_item(wanted: Any, found: list[str]) -> None:
    """A failure says what is wanted and what is there instead."""
    assert differences({"body": wanted}) == found


def test_parameters_headers_and_paths_take_operators() -> None:
    """Numbers in a query and a header are compared as numbers; a path takes `*` or operators."""
    fits = {
        "path": {"$regex": "^/shop/pets/[a-z][0-9]$"},
        "query": {"limit": {"$lt": 10}, "q": {"$exists": True}, "z": {"$exists": False}},
        "headers": {"X-Trace": {"$regex": "^abc"}, "X-Number": {"$gte": 12, "$in": ["12"]}},
    }
    assert differences(fits) == []
    assert differences({"path": "/shop/*", "query": {"limit": {"$not": {"$gt": 9}}}}) == []
    assert differences({"query": {"limit": {"$gt": 9}}, "path": {"$regex": "^/pets"}}) == [
        "path: wanted {'$regex': '^/pets'}, got '/shop/pets/p1'",
        "query limit: wanted {'$gt': 9}, got '9'",
    ]


def test_json_path_leads_to_values_of_which_one_must_fit() -> None:
    """Paths are those of RFC 9535, with filters; the pattern is that of a body."""
    fits = {
        "$.messages[*].role": "assistant",
        "$..content": {"$regex": "^good"},
        "$.messages[?@.role == 'user'].content": "bye",
        "$.tags[-1]": "c",
        "$.nowhere[*]": {"$exists": False},
        "$": {"n": 5},
    }
    assert differences({"json_path": fits}) == []
    assert differences({"json_path": {"$.messages[*].role": "system"}}) == [
        "json_path $.messages[*].role: none of 3 values fits: "
        "wanted 'system', got ['user', 'assistant', 'user']"
    ]
    assert differences({"json_path": {"$.nowhere": 1}}) == [
        "json_path $.nowhere: wanted 1, got absent"
    ]
    assert differences({"json_path": {"$": "plain"}}, b"plain") == []
    assert differences({"json_path": {"$.a": {"$exists": False}}}, b"") == []


@pytest.mark.parametrize(
    ("when", "at", "message"),
    [
        ({"body": {"a": [{"$regx": 1}]}}, "/body/a/0/$regx", "did you mean '$regex'? There are"),
        ({"body": {"a/b": {"$gt": 1, "x": 2}}}, "/body/a~1b/x", "cannot stand beside operators"),
        ({"body": {"$regex": "("}}, "/body/$regex", "$regex takes a regular expression"),
        ({"body": {"$regex": "(?=a)"}}, "/body/$regex", "without lookaround"),
        ({"body": {"$regex": "(a)\\1"}}, "/body/$regex", "references to groups"),
        ({"body": {"$regex": "a" * 1001}}, "/body/$regex", "at most 1000 characters"),
        ({"body": {"$type": "str"}}, "/body/$type", "takes one of string, number"),
        ({"body": {"$exists": 1}}, "/body/$exists", "takes true or false"),
        ({"body": {"$gt": True}}, "/body/$gt", "takes a number, or a text"),
        ({"body": {"$in": []}}, "/body/$in", "takes a list of values"),
        ({"body": {"$not": {"$no": 1}}}, "/body/$not/$no", "there is no operator '$no'"),
        ({"query": {"a": 5}}, "/query/a", "takes a text, or operators: $regex"),
        ({"headers": {"a": {"b": 1}}}, "/headers/a", "takes a text, or operators"),
        ({"json_path": {"a": 1}}, "/json_path/a", "it does not begin with $"),
        ({"json_path": {"$[": 1}}, "/json_path/$[", "is not a JSON path (RFC 9535)"),
        ({"json_path": {"$[?@..a]": 1}}, "/json_path/$[?@..a]", "may lead to several values"),
        ({"json_path": {"$[?match(@.a, 'a')]": 1}}, "/json_path/$[?match(@.a, 'a')]", "'match'"),
        ({"body": [{"$regex": "a"}] * 21}, "/body/20/$regex", "a matcher may have 20"),
    ],
    ids=str,
)
def test_wrong_patterns_are_refused_with_their_place(
    when: dict[str, Any], at: str, message: str
) -> None:
    """The error says what there is instead."""
    with pytest.raises(Invalid) as refused:
        RequestMatcher.from_json(when, "/when")
    [violation] = refused.value.violations
    assert (violation.at, message in violation.message) == (f"/when{at}", True), violation


@pytest.mark.parametrize(
    "outer", ["[*]", '{"a": *}', '{"$not": *}', '{"$eq": [*]}', '{"$in": [*]}']
)
def test_deep_patterns_are_refused(outer: str) -> None:
    """No pattern makes a comparison run out of the stack."""
    inner = "[*]" if outer.startswith(('{"$eq', '{"$in')) else outer
    before, after = (part * 200 for part in inner.split("*"))
    wanted = json.loads(outer.replace("*", f"{before}1{after}"))
    for when in ({"body": wanted}, {"query": {"q": wanted}}):
        with pytest.raises(Invalid, match=r"nested more than 64 levels|takes a text"):
            RequestMatcher.from_json(when)


@pytest.mark.parametrize(
    "when",
    [
        {"body": {"a": [{f"k{n}": {"$exists": False} for n in range(1000)} | {"x": -1}]}},
        {"json_path": {"$..*..*..*..[?@.x > 1]": -1}},
        {"json_path": {"$" + "[*,*,*,*]" * 20: -1}},
        {"json_path": {"$..zz": -1}},
    ],
    ids=lambda when: str(when)[:40],
)
def test_hostile_patterns_take_bounded_time(when: dict[str, Any]) -> None:
    """A comparison that would take too many steps ends as no match, and says so."""
    deep = "$..zz" in str(when)
    body = json.loads("[" * 200 + "]" * 200) if deep else {"a": [{"x": 0}] * 5_000}
    started = process_time()
    [difference] = differences(when, body)
    assert "the comparison took too many steps" in difference
    assert process_time() - started < 60


def test_regular_expressions_take_linear_time() -> None:
    """One that backtracks for ever elsewhere is no danger."""
    started = process_time()
    assert differences({"body": {"$regex": "^(a+)+$"}}, "a" * 50_000 + "b")
    assert process_time() - started < 60
