"""Bad input to the control API: never a 5xx, nothing is changed, and the server goes on."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

POST_OR_PUT = [
    ("POST", "/reset"),
    ("PATCH", "/settings"),
    ("PUT", "/state"),
    ("POST", "/clock"),
    ("POST", "/schedule"),
    ("POST", "/faults"),
    ("POST", "/requests/verify"),
    ("POST", "/requests/wait"),
]

#: A deep value, within and beyond what is read.
DEEP = [json.loads("[" * 890 + "]" * 890), "[" * 100_000 + "]" * 100_000]


def send(http: httpx.Client, method: str, path: str, body: Any) -> httpx.Response:
    """Send a body to the control API: text unchanged, any other value as JSON."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    kind = {"Content-Type": "application/json"}
    return http.request(method, f"/_understudy{path}", content=content, headers=kind)


@pytest.mark.parametrize(("method", "path"), POST_OR_PUT)
@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        b'"\xff"',
        "nul",
        "7",
        "[]",
        '"text"',
        '{"odd": 1}',
        '{"\\ud800": 1}',
        '{"then": null, "when": [], "request": 1, "in": [], "set": {}, "clock": 0, "apis": 7}',
        '{"seed": 1e999}',
        '{"seed": null, "strict": "yes", "personas": [], "timeout": -1, "count": 1e30}',
        DEEP[1],
    ],
    ids=lambda body: repr(body)[:30],
)
def test_bodies_against_the_schema_are_400(
    http: httpx.Client, method: str, path: str, body: str
) -> None:
    """The error is that of RFC 9457 with the violations; the control API keeps responding."""
    if (path, body) == ("/reset", ""):
        return  # needs no body
    response = send(http, method, path, body)
    assert response.status_code == 400, response.text
    assert response.json()["violations"]
    for listed in ("/faults", "/schedule"):
        assert http.get(f"/_understudy{listed}").json() == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/faults", {"then": {}}, 400),
        ("/faults", {"then": {"status": 199}}, 400),
        ("/faults", {"then": {"status": 600}}, 400),
        ("/faults", {"then": {"status": True}}, 400),
        ("/faults", {"then": {"delay": 61}}, 400),
        ("/faults", {"then": {"delay": -0.1}}, 400),
        ("/faults", {"then": {"delay": {"uniform": [1]}}}, 400),
        ("/faults", {"then": {"delay": {"lognormal": {"median": 1}}}}, 400),
        ("/faults", {"then": {"connection": "cut"}}, 400),
        ("/faults", {"then": {"corrupt": "half"}}, 400),
        ("/faults", {"then": {"drip": {"bytes": 0, "every": 1}}}, 400),
        ("/faults", {"then": {"rate_limit": {"requests": 0, "seconds": 1}}}, 400),
        ("/faults", {"then": {"headers": {"X-Odd": "a\r\nb"}}}, 400),
        ("/faults", {"then": {"headers": {"X-Odd": "\u2603"}}}, 400),
        ("/faults", {"then": {"headers": {"\u2603": "x"}}}, 409),
        ("/faults", {"then": {"status": 500}, "times": 0}, 400),
        ("/faults", {"then": {"status": 500}, "times": 1.5}, 400),
        ("/faults", {"then": {"status": 500}, "probability": 1.1}, 400),
        ("/faults", {"then": {"status": 500}, "when": {"body": DEEP[0]}}, 409),
        ("/faults", {"then": {"status": 500, "body": DEEP[0]}}, 201),
        ("/faults", {"then": {"status": 500}, "when": {"headers": {"\u2603": "\u2603"}}}, 201),
        ("/faults", {"then": {"status": 500}, "when": {"path": "[z-a]**?\u2603"}}, 201),
        ("/faults", {"then": {"status": 500}, "when": {"path": "*a" * 499 + "b"}}, 201),
        ("/schedule", {"request": {"method": "GET", "path": "/"}}, 400),
        ("/schedule", {"in": "PT1S", "at": "2026-01-01T00:00:00Z", "request": {}}, 400),
        ("/schedule", {"in": "P1Y", "request": {"method": "GET", "path": "/"}}, 400),
        ("/schedule", {"in": "PT1S", "request": {"method": "TRACE", "path": "/"}}, 400),
        ("/schedule", {"in": "PT1S", "request": {"method": "GET", "path": "api"}}, 400),
        ("/schedule", {"in": "PT1S", "request": {"method": "GET", "path": "/\u2603"}}, 400),
        ("/schedule", {"at": "noon", "request": {"method": "GET", "path": "/"}}, 400),
        (
            "/schedule",
            {"at": "2016-12-31T23:59:60Z", "request": {"method": "GET", "path": "/"}},
            400,
        ),
        ("/schedule", {"after": {"times": 0}, "request": {"method": "GET", "path": "/"}}, 400),
        ("/requests/wait", {"timeout": 3}, 400),
        ("/requests/wait", {"count": 0}, 400),
        ("/requests/wait", {"when": {"status": "x"}}, 400),
        ("/requests/verify", {"when": {"body": DEEP[0]}}, 409),
        ("/requests/verify", {"when": {"query": {"\u2603": "\u2603"}, "path": "["}}, 200),
        ("/requests/verify", {"when": {"status": 10**30}}, 200),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_odd_values_are_rejected_or_harmless(
    http: httpx.Client, path: str, body: dict[str, Any], status: int
) -> None:
    """A value that is accepted breaks no request, no listing and no archive."""
    http.post("/api/v2/users", json={"user_id": "ann", "metadata": {"deep": DEEP[0]}})
    response = send(http, "POST", path, body)
    assert response.status_code == status, response.text
    assert http.post("/api/v2/users/ann", json={}).status_code < 500
    assert http.get("/api/agents", headers=[(b"X-Odd", b"\xe9")]).status_code in (200, 500)
    for listed in ("/faults", "/schedule", "/requests", "/requests/har", "/requests/curl"):
        assert http.get(f"/_understudy{listed}").status_code == 200


@pytest.mark.parametrize("value", ["\u2603", "a\u0000b", "\u00e9", " ", "x" * 1001])
def test_header_values_of_scheduled_requests_are_ascii(http: httpx.Client, value: str) -> None:
    """They are printable ASCII, of at most 1,000 characters; names may be anything."""
    request = {"method": "GET", "path": "/api/agents", "headers": {"X-Odd": value}}
    response = send(http, "POST", "/schedule", {"in": "PT0S", "request": request})
    assert response.status_code == (201 if value == " " else 400)
    request["headers"] = {"\u2603\r\n": "x", "": "y"}
    assert send(http, "POST", "/schedule", {"in": "PT0S", "request": request}).status_code == 201
    assert http.get("/_understudy/schedule").json()[-1]["status"] == 200
    assert http.get("/_understudy/requests/curl").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "limit=x",
        "status=600",
        "valid=7",
        "since=-1",
        "limit=" + "9" * 5000,
        "a=%ff",
    ],
)
def test_invalid_filters_are_400(http: httpx.Client, query: str) -> None:
    """The control API's own document has the schemas of the filters."""
    assert http.get(f"/_understudy/requests?{query}").status_code == 400


@pytest.mark.parametrize("name", ["%00", "a%20b", "x" * 101, "%2e%2e%2f", "\u2603"])
def test_invalid_names_are_400(http: httpx.Client, name: str) -> None:
    """The names are those of snapshots, namespaces, fault rules and scheduled requests."""
    for method, path in (
        ("PUT", f"/snapshots/{name}"),
        ("POST", f"/snapshots/{name}/restore"),
        ("DELETE", f"/namespaces/{name}"),
        ("DELETE", f"/faults/{name}"),
        ("DELETE", f"/schedule/{name}"),
    ):
        assert http.request(method, f"/_understudy{path}").status_code == 400


def test_deep_state_is_exported_and_imported(http: httpx.Client) -> None:
    """A state may hold all metadata that a client may send."""
    http.post("/_understudy/clock", json={"freeze": "2026-01-01T00:00:00Z"})
    http.post("/api/v2/users", json={"user_id": "ann", "metadata": {"deep": DEEP[0]}})
    state = http.get("/_understudy/state")
    assert state.status_code == 200
    response = send(http, "PUT", "/state", state.content)
    assert response.status_code == 200, response.text[:300]
    assert http.get("/_understudy/state").content == state.content
