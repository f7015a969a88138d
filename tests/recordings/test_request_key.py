"""Which requests are the same one, as far as recordings go."""

from __future__ import annotations

import pytest

from understudy.http.messages import Request
from understudy.http.secrets import Secrets
from understudy.recordings.request_key import RequestKey, request_key

FORM = "application/x-www-form-urlencoded"
PARTS = '--{0}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--{0}--\r\n'


def key(query: str = "", body: str = "", media_type: str = "application/json") -> RequestKey:
    """Return the key of a request."""
    headers = {b"content-type": media_type.encode()}
    request = Request("POST", b"/a%20b", query.encode(), headers, body.encode())
    return request_key(request, [b"a%20b"], Secrets(), has_body=True)


def multipart(boundary: str) -> RequestKey:
    """Return the key of a request with a form in parts."""
    return key(body=PARTS.format(boundary), media_type=f"multipart/form-data; boundary={boundary}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (key("a=1&b=%32&b=1"), key("b=1&b=2&a=1")),
        (key("a=1&api_key=x"), key("api_key=***&a=1")),
        (
            key(body='{"a": 1.0, "b": [1, {"d": 2, "c": 3}]}'),
            key(body='{"b":[1,{"c":3,"d":2}],"a":1}'),
        ),
        (
            key(body="b=2&a=1&client_secret=x", media_type=FORM),
            key(body="a=1&b=2", media_type=FORM),
        ),
        (multipart("xYz"), multipart("another")),
    ],
)
def test_form_and_credentials_do_not_matter(one: RequestKey, other: RequestKey) -> None:
    """The order of a query, a form or an object, escapes, boundaries and keys do not count."""
    assert one == other
    assert one.differences(other, ["id"]) == []


@pytest.mark.parametrize(
    ("one", "other", "differences", "places"),
    [
        (key("a=1"), key("a=2"), ["query a"], ""),
        (key("a=1&a=1"), key("a=1"), ["query"], ""),
        (key("a="), key(""), ["query a"], ""),
        (key(body='{"a/b": [1, 2], "c": 1}'), key(body='{"a/b": [1, 3]}'), ["body"], "/a~1b/1, /c"),
        (key(body="[1]"), key(body="[1, 2]"), ["body"], ""),
        (key(body="true"), key(body="text"), ["body"], ""),
    ],
)
def test_differences_are_named(
    one: RequestKey, other: RequestKey, differences: list[str], places: str
) -> None:
    """By the part of the request, and by the places in bodies of JSON."""
    assert (one.differences(other, ["id"]), one.places(other)) == (differences, places)


def test_bodies_of_any_depth_are_compared() -> None:
    """The place of a difference is found as deep as bodies are read."""
    one, other = (key(body="[" * 900 + digit + "]" * 900) for digit in "12")
    assert one.places(other) == "/0" * 900
