"""Bad input gets the API's own error with the right status, names what was wrong, and changes
nothing. Each case is sent as raw bytes to a real server where a client library would mend it."""

from __future__ import annotations

import json
import socket
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.support.server import Server
from tests.support.timeouts import TIMEOUT

JSON = {"Content-Type": "application/json"}
SESSION = "/api/v2/sessions/s1"


@pytest.fixture
def zep(http: httpx.Client) -> httpx.Client:
    """A namespace with a user u1 and a session s1."""
    http.post("/api/v2/users", json={"user_id": "u1"})
    http.post("/api/v2/sessions", json={"session_id": "s1", "user_id": "u1"})
    return http


def nested(levels: int) -> str:
    """An object that nests objects that many levels deep."""
    return '{"a":' * levels + "1" + "}" * levels


def new_session(metadata: str) -> str:
    """The body of a POST of session s2 with this metadata."""
    return f'{{"session_id":"s2","user_id":"u1","metadata":{metadata}}}'


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b'{"session_id":', "malformed JSON"),
        (b'{"session_id":"\xff"}', "not valid UTF-8"),
        (b'{"session_id":"\\ud800"}', "malformed JSON"),
        (new_session('{"n":NaN}').encode(), "malformed JSON"),
        (new_session('{"n":123456789012345678901234567890}').encode(), "/metadata"),
        (new_session(nested(100_000)).encode(), "nested more than"),
        (new_session(nested(2_000)).encode(), "nested more than"),
        (b"", "is required, and there is none"),
        (b"[]", 'is not of type "object"'),
        (b"null", 'is not of type "object"'),
    ],
    ids=lambda case: repr(case)[:40],
)
def test_bad_body_is_named_and_changes_nothing(zep: httpx.Client, body: bytes, named: str) -> None:
    """Whatever is wrong with a body: 400 in Zep's shape, the violation told, no session made."""
    answer = zep.post("/api/v2/sessions", content=body, headers=JSON)
    assert answer.status_code == 400
    assert set(answer.json()) == {"message"}
    told = json.loads(answer.headers["X-Understudy-Violations"])
    assert named in f"{told[0]['at']} {told[0]['message']}"
    assert zep.get("/api/v2/sessions-ordered").json()["total_count"] == 1


@pytest.mark.parametrize("levels", [200, 300, 900])
def test_deep_metadata_of_another_type_is_refused(zep: httpx.Client, levels: int) -> None:
    """However deep the list is that should be an object."""
    body = new_session("[" * levels + "]" * levels)
    answer = zep.post("/api/v2/sessions", content=body, headers=JSON)
    assert answer.status_code == 400
    (told,) = json.loads(answer.headers["x-understudy-violations"])
    assert told["at"] == "/metadata" or levels > 255


def test_deep_metadata_that_was_read_can_be_written(zep: httpx.Client) -> None:
    """900 levels inside metadata are taken, and come back in each answer that holds them."""
    answer = zep.post("/api/v2/sessions", content=new_session(nested(900)), headers=JSON)
    assert answer.status_code == 201
    assert nested(900) in zep.get("/api/v2/sessions/s2").text
    assert nested(900) in zep.get("/api/v2/sessions-ordered").text
    assert nested(900) in zep.get("/_understudy/requests").text
    deeper = zep.patch("/api/v2/sessions/s2", content=f'{{"metadata":{nested(900)}}}', headers=JSON)
    assert deeper.status_code == 200


def test_body_over_the_limit_is_refused(zep: httpx.Client) -> None:
    """More than 5 MB is 413, with and without a Content-Length; exactly 5 MB is read."""
    body = b'{"session_id":"s2","user_id":"u1"}'
    large = body + b" " * (5_000_000 - len(body) + 1)
    assert zep.post("/api/v2/sessions", content=large, headers=JSON).status_code == 413
    chunks = iter([large[:3_000_000], large[3_000_000:]])
    refused = zep.post("/api/v2/sessions", content=chunks, headers=JSON)
    assert refused.status_code == 413
    assert "too large" in refused.json()["message"]
    assert zep.post("/api/v2/sessions", content=large[:-1], headers=JSON).status_code == 201


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "nonsense", ""])
def test_wrong_content_type_is_told(zep: httpx.Client, kind: str) -> None:
    """Zep's stand-in says 415, Eliza's 400 as the released server does; both name the header."""
    zep_answer = zep.post("/api/v2/users", content=b"{}", headers={"Content-Type": kind})
    assert zep_answer.status_code == 415
    assert "application/json" in zep_answer.json()["message"]
    eliza_answer = zep.post(
        "/api/messaging/sessions", content=b"{}", headers={"Content-Type": kind}
    )
    assert eliza_answer.status_code == 400
    assert eliza_answer.json()["error"]["code"] == "INVALID_CONTENT_TYPE"


def test_absent_optional_body_is_fine(zep: httpx.Client) -> None:
    """POST end needs no body, and no Content-Type."""
    assert zep.post(f"{SESSION}/end").status_code == 200


def test_chunked_body_is_fine(zep: httpx.Client) -> None:
    """A body may come in pieces, without a Content-Length."""
    pieces = iter([b'{"session_id"', b':"s2","user_', b'id":"u1"}'])
    assert zep.post("/api/v2/sessions", content=pieces, headers=JSON).status_code == 201


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ("lastn=x", "/lastn"),
        ("lastn=-1", "/lastn"),
        ("lastn=1.5", "/lastn"),
        ("lastn=99999999999999999999", "/lastn"),
        ("lastn=1&lastn=2", "/lastn"),
        ("minRating=often", "/minRating"),
        ("lastn=%FF", ""),
    ],
)
def test_bad_query_is_named(zep: httpx.Client, query: str, at: str) -> None:
    """A query value of the wrong type, out of bounds or given twice: 400, and where."""
    answer = zep.get(f"{SESSION}/memory?{query}")
    assert answer.status_code == 400
    assert json.loads(answer.headers["X-Understudy-Violations"])[0]["at"] == at


def test_unknown_paths_and_methods_have_each_apis_own_error(http: httpx.Client) -> None:
    """404 and 405 come in the shape of the API that the path belongs to, with the right Allow."""
    assert http.get("/api/v2/nothing").json() == {"message": "404 page not found"}
    assert http.get("/api/nothing").json()["error"]["code"] == "NOT_FOUND"
    outside = http.get("/nothing")
    assert outside.status_code == 404
    assert outside.headers["Content-Type"] == "application/problem+json"
    wrong = http.delete("/api/v2/sessions-ordered")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert http.put("/api/v2/sessions/end").headers["Allow"] == "OPTIONS, POST"


def test_options_and_head_are_fine(zep: httpx.Client) -> None:
    """OPTIONS tells the methods; HEAD is GET without the body."""
    options = zep.options(SESSION)
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, PATCH")
    head = zep.head(SESSION)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(zep.get(SESSION).content)


@pytest.mark.parametrize(
    "name", ["a b", "é/ü", "a/b", "日本", "a\nb", "a\0b", "x" * 10_000, "end", "%", "a?b#c", "."]
)
def test_any_id_that_can_be_made_can_be_found(zep: httpx.Client, name: str) -> None:
    """Ids with spaces, unicode, slashes and the like, percent-encoded, are ids like any other."""
    made = zep.post("/api/v2/sessions", json={"session_id": name, "user_id": "u1"})
    path = f"/api/v2/sessions/{quote(name, safe='')}".replace("/.", "/%2E")
    if made.status_code == 201:
        assert zep.get(path).json()["session_id"] == name
    else:
        assert made.status_code == 400
        assert zep.get(path).status_code == 404


@pytest.mark.parametrize("raw", ["%FF", "%C3%28"])
def test_id_that_is_not_utf8_is_named(http: httpx.Client, raw: str) -> None:
    """A path that does not decode cannot be anybody's id."""
    answer = http.get(f"/api/v2/sessions/{raw}")
    assert answer.status_code in (400, 404)
    assert answer.json()["message"]


@pytest.mark.parametrize(
    "header", [None, "", "test", "Api-Key", "Bearer test", "Api-Key a b", "api-key a"]
)
def test_missing_or_malformed_key_is_unauthorized(server: Server, header: str | None) -> None:
    """Anything but `Authorization: Api-Key <key>` is 401, before anything else is looked at."""
    headers = {} if header is None else {"Authorization": header}
    for path in ("/api/v2/sessions/s1", "/api/v2/sessions-ordered?page_size=x"):
        answer = httpx.get(f"{server.url}{path}", headers=headers)
        assert (answer.status_code, answer.json()) == (401, {"message": "unauthorized"})


def test_all_violations_are_told_at_once(zep: httpx.Client) -> None:
    """Each fault of a body has its JSON pointer and its rule in the document."""
    answer = zep.post(f"{SESSION}/memory", json={"messages": [{"role_type": "king"}, 7]})
    told = json.loads(answer.headers["X-Understudy-Violations"])
    assert [violation["at"] for violation in told] == [
        "/messages/0",
        "/messages/0/role_type",
        "/messages/1",
    ]
    assert all(v["rule"].startswith("#/components/schemas/") for v in told)
    journal = zep.get("/_understudy/requests?limit=1").json()["requests"][0]
    assert journal["violations"] == told


def test_violations_header_is_bounded(zep: httpx.Client) -> None:
    """Many violations do not make a header that no client reads; the journal has more of them."""
    body = {"messages": [{"role_type": "x" * 200, "content": 7} for _ in range(30)]}
    answer = zep.post(f"{SESSION}/memory", json=body)
    assert answer.status_code == 400
    header = answer.headers["X-Understudy-Violations"]
    assert len(header) <= 4_100
    assert len(json.loads(header)) >= 5


def test_problem_json_for_those_who_ask(zep: httpx.Client) -> None:
    """`Accept: application/problem+json` gets RFC 9457 instead of the API's own shape."""
    accept = {"Accept": "application/problem+json"}
    answer = zep.get("/api/v2/sessions/none", headers=accept)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "not found",
        "violations": [],
    }


def connect(server: Server) -> socket.socket:
    """A plain connection to the server."""
    parts = urlsplit(server.url)
    assert parts.hostname
    assert parts.port
    return socket.create_connection((parts.hostname, parts.port), timeout=TIMEOUT)


def test_half_a_request_costs_nobody_else_anything(server: Server) -> None:
    """Clients that stop in the middle, or hang up there, leave the server as it was."""
    with connect(server) as stuck, connect(server) as gone:
        half = b"POST /api/v2/users HTTP/1.1\r\nHost: x\r\nAuthorization: Api-Key k\r\n"
        half += b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        stuck.sendall(half)
        gone.sendall(half)
        gone.close()
        for _ in range(20):
            assert httpx.get(f"{server.url}/_understudy/health").status_code == 200


def test_header_of_a_megabyte_is_refused(server: Server) -> None:
    """Headers over 64 KB are 431, and the next client is served as before."""
    answer = httpx.get(f"{server.url}/api/agents", headers={"X-Large": "x" * 1_000_000})
    assert answer.status_code == 431
    assert httpx.get(f"{server.url}/api/agents").status_code == 200


def test_head_without_an_end_is_cut_off(server: Server) -> None:
    """Whoever sends headers and never stops is disconnected, and nobody else waits."""
    with connect(server) as endless:
        endless.sendall(b"GET / HTTP/1.1\r\nx: ")
        cut_off = False
        for _ in range(400):
            try:
                endless.sendall(b"a" * 65_536)
            except OSError:
                cut_off = True
                break
            assert httpx.get(f"{server.url}/_understudy/health").status_code == 200
    assert cut_off


def test_many_headers_and_long_names_are_refused(server: Server) -> None:
    """Names count like values, and so does their number."""
    url = f"{server.url}/api/agents"
    assert httpx.get(url, headers={"x" * 100_000: "y"}).status_code == 431
    assert httpx.get(url, headers={f"x{n}": "y" for n in range(300)}).status_code == 431


def test_compressed_body_is_told(zep: httpx.Client) -> None:
    """gzip is no malformed JSON: the header is named."""
    headers = {**JSON, "Content-Encoding": "gzip"}
    answer = zep.post("/api/v2/users", content=b"\x1f\x8b", headers=headers)
    assert answer.status_code == 415
    assert "Content-Encoding" in answer.json()["message"]


def test_what_is_not_http_is_refused(server: Server) -> None:
    """Garbage gets a 400 from the server, and nothing else happens."""
    with connect(server) as connection:
        connection.sendall(b"\x16\x03\x01 garbage\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert httpx.get(f"{server.url}/_understudy/health").status_code == 200
