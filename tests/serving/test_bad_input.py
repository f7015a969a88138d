"""Invalid input gets the API's own error with the right status and a reason, and changes nothing.
Cases that a client library would correct are sent as raw bytes to a real server."""

from __future__ import annotations

import gzip
import json
import socket
import zlib
from collections.abc import Callable
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.support.server import Server
from tests.support.timeouts import TIMEOUT

JSON = {"Content-Type": "application/json"}
SESSION = "/api/v2/sessions/s1"


@pytest.fixture
def zep(http: httpx.Client) -> httpx.Client:
    """Return a client of a namespace with a user u1 and a session s1."""
    http.post("/api/v2/users", json={"user_id": "u1"})
    http.post("/api/v2/sessions", json={"session_id": "s1", "user_id": "u1"})
    return http


def nested(levels: int) -> str:
    """Return the JSON of an object that is nested so many levels deep."""
    return '{"a":' * levels + "1" + "}" * levels


def new_session(metadata: str) -> str:
    """Return the body of a POST of session s2 with this metadata."""
    return f'{{"session_id":"s2","user_id":"u1","metadata":{metadata}}}'


@pytest.mark.parametrize(
    ("body", "reason"),
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
def test_invalid_body_is_refused_with_a_reason(zep: httpx.Client, body: bytes, reason: str) -> None:
    """The response is 400 in Zep's shape with the violation, and no session is created."""
    response = zep.post("/api/v2/sessions", content=body, headers=JSON)
    assert response.status_code == 400
    assert set(response.json()) == {"message"}
    violations = json.loads(response.headers["X-Understudy-Violations"])
    assert reason in f"{violations[0]['at']} {violations[0]['message']}"
    assert zep.get("/api/v2/sessions-ordered").json()["total_count"] == 1


@pytest.mark.parametrize("levels", [200, 300, 900])
def test_deep_metadata_of_another_type_is_refused(zep: httpx.Client, levels: int) -> None:
    """A list in place of an object is refused at any depth."""
    body = new_session("[" * levels + "]" * levels)
    response = zep.post("/api/v2/sessions", content=body, headers=JSON)
    assert response.status_code == 400
    (violation,) = json.loads(response.headers["x-understudy-violations"])
    assert violation["at"] == "/metadata" or levels > 255


def test_deep_metadata_that_was_read_can_be_written(zep: httpx.Client) -> None:
    """900 levels inside metadata are accepted, and are in each response with the metadata."""
    response = zep.post("/api/v2/sessions", content=new_session(nested(900)), headers=JSON)
    assert response.status_code == 201
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


def test_chunked_body_is_accepted(zep: httpx.Client) -> None:
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
def test_invalid_query_is_refused_with_its_place(zep: httpx.Client, query: str, at: str) -> None:
    """A value of the wrong type, out of bounds or given twice is 400, with its place."""
    response = zep.get(f"{SESSION}/memory?{query}")
    assert response.status_code == 400
    assert json.loads(response.headers["X-Understudy-Violations"])[0]["at"] == at


def test_unknown_paths_and_methods_have_each_apis_own_error(http: httpx.Client) -> None:
    """404 and 405 come in the shape of the API that the path belongs to, with the right Allow."""
    assert http.get("/api/v2/nothing").json() == {"message": "404 page not found"}
    assert http.get("/api/nothing").json()["error"]["code"] == "NOT_FOUND"
    twice = http.get("/api/v2/api/v2/users").json()["message"]
    assert twice == (
        "404 page not found: the base path /api/v2 stands twice in it, because this client adds "
        "/api/v2 itself: give it the URL without /api/v2"
    )
    assert "/api stands twice" in http.get("/api/api/agents").json()["error"]["message"]
    (entry,) = http.get("/_understudy/requests?path=/api/api/*").json()["requests"]
    assert "/api stands twice" in entry["violations"][0]["message"]
    outside = http.get("/nothing")
    assert outside.status_code == 404
    assert outside.headers["Content-Type"] == "application/problem+json"
    wrong = http.delete("/api/v2/sessions-ordered")
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert http.put("/api/v2/sessions/end").headers["Allow"] == "OPTIONS, POST"


def test_options_and_head_are_supported(zep: httpx.Client) -> None:
    """OPTIONS returns the methods; HEAD is GET without the body."""
    options = zep.options(SESSION)
    assert (options.status_code, options.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, PATCH")
    head = zep.head(SESSION)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["Content-Length"]) == len(zep.get(SESSION).content)


@pytest.mark.parametrize(
    "name", ["a b", "é/ü", "a/b", "日本", "a\nb", "a\0b", "x" * 10_000, "end", "%", "a?b#c", "."]
)
def test_created_id_can_be_read(zep: httpx.Client, name: str) -> None:
    """Ids with spaces, unicode, slashes and so on can be read if they are percent-encoded."""
    created = zep.post("/api/v2/sessions", json={"session_id": name, "user_id": "u1"})
    path = f"/api/v2/sessions/{quote(name, safe='')}".replace("/.", "/%2E")
    if created.status_code == 201:
        assert zep.get(path).json()["session_id"] == name
    else:
        assert created.status_code == 400
        assert zep.get(path).status_code == 404


@pytest.mark.parametrize("raw", ["%FF", "%C3%28"])
def test_id_that_is_not_utf8_is_refused(http: httpx.Client, raw: str) -> None:
    """A path that cannot be decoded gets an error with a message."""
    response = http.get(f"/api/v2/sessions/{raw}")
    assert response.status_code in (400, 404)
    assert response.json()["message"]


@pytest.mark.parametrize(
    "header", [None, "", "test", "Api-Key", "Bearer test", "Api-Key a b", "api-key a"]
)
def test_missing_or_malformed_key_is_unauthorized(server: Server, header: str | None) -> None:
    """Anything but `Authorization: Api-Key <key>` is 401, before other checks."""
    headers = {} if header is None else {"Authorization": header}
    for path in ("/api/v2/sessions/s1", "/api/v2/sessions-ordered?page_size=x"):
        response = httpx.get(f"{server.url}{path}", headers=headers)
        assert (response.status_code, response.json()) == (401, {"message": "unauthorized"})


def test_violations_are_all_reported_at_once(zep: httpx.Client) -> None:
    """Each violation has a JSON pointer and its rule in the document."""
    response = zep.post(f"{SESSION}/memory", json={"messages": [{"role_type": "king"}, 7]})
    violations = json.loads(response.headers["X-Understudy-Violations"])
    assert [violation["at"] for violation in violations] == [
        "/messages/0",
        "/messages/0/role_type",
        "/messages/1",
    ]
    assert all(v["rule"].startswith("#/components/schemas/") for v in violations)
    journal = zep.get("/_understudy/requests?limit=1").json()["requests"][0]
    assert journal["violations"] == violations


def test_violations_header_is_bounded(zep: httpx.Client) -> None:
    """Many violations do not make a header that no client reads; the journal has more of them."""
    body = {"messages": [{"role_type": "x" * 200, "content": 7} for _ in range(30)]}
    response = zep.post(f"{SESSION}/memory", json=body)
    assert response.status_code == 400
    header = response.headers["X-Understudy-Violations"]
    assert len(header) <= 4_100
    assert len(json.loads(header)) >= 5


def test_accept_header_selects_problem_json(zep: httpx.Client) -> None:
    """`Accept: application/problem+json` gets RFC 9457 instead of the API's own shape."""
    accept = {"Accept": "application/problem+json"}
    response = zep.get("/api/v2/sessions/none", headers=accept)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "not found",
        "violations": [],
    }


def connect(server: Server) -> socket.socket:
    """Open a plain connection to the server."""
    parts = urlsplit(server.url)
    assert parts.hostname
    assert parts.port
    return socket.create_connection((parts.hostname, parts.port), timeout=TIMEOUT)


def test_unfinished_requests_do_not_disturb_others(server: Server) -> None:
    """The server still responds while clients stop or disconnect in the middle of a request."""
    with connect(server) as stuck, connect(server) as closed:
        half = b"POST /api/v2/users HTTP/1.1\r\nHost: x\r\nAuthorization: Api-Key k\r\n"
        half += b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        stuck.sendall(half)
        closed.sendall(half)
        closed.close()
        for _ in range(20):
            assert httpx.get(f"{server.url}/_understudy/health").status_code == 200


def test_header_of_a_megabyte_is_refused(server: Server) -> None:
    """Headers over 64 KB are 431, and the next client is served as before."""
    response = httpx.get(f"{server.url}/api/agents", headers={"X-Large": "x" * 1_000_000})
    assert response.status_code == 431
    assert httpx.get(f"{server.url}/api/agents").status_code == 200


def test_head_without_an_end_is_cut_off(server: Server) -> None:
    """A client that sends headers without end is disconnected, and no other client waits."""
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
    """The names of headers count like their values; their number is limited, too."""
    url = f"{server.url}/api/agents"
    assert httpx.get(url, headers={"x" * 100_000: "y"}).status_code == 431
    assert httpx.get(url, headers={f"x{n}": "y" for n in range(300)}).status_code == 431


@pytest.mark.parametrize(("coding", "status"), [("br", 415), ("gzip, zstd", 415), ("gzip", 400)])
def test_compressed_body_is_refused_with_a_reason(
    zep: httpx.Client, coding: str, status: int
) -> None:
    """An unknown coding is 415, a corrupt body 400; the message names the header."""
    headers = {**JSON, "Content-Encoding": coding}
    response = zep.post("/api/v2/users", content=b"\x1f\x8b", headers=headers)
    assert response.status_code == status
    assert "Content-Encoding" in response.json()["message"]


@pytest.mark.parametrize(
    ("coding", "compress"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:])),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("deflate, GZIP", lambda body: gzip.compress(zlib.compress(body))),
        ("identity", bytes),
    ],
)
def test_compressed_body_is_read(
    zep: httpx.Client, coding: str, compress: Callable[[bytes], bytes]
) -> None:
    """Codings are undone in the reverse order; the journal has the body without them."""
    headers = {**JSON, "Content-Encoding": coding}
    body = compress(b'{"user_id": "ann"}')
    assert zep.post("/api/v2/users", content=body, headers=headers).status_code == 201
    request = zep.get("/_understudy/requests").json()["requests"][0]["request"]
    assert request["body"] == {"user_id": "ann"}
    assert "content-encoding" not in request["headers"] or coding == "identity"


def test_large_compressed_body_is_refused(zep: httpx.Client) -> None:
    """The limit holds for the body when it is decompressed."""
    headers = {**JSON, "Content-Encoding": "gzip"}
    body = gzip.compress(b" " * 6_000_000)
    assert zep.post("/api/v2/users", content=body, headers=headers).status_code == 413


def test_bytes_that_are_not_http_are_refused(server: Server) -> None:
    """The server responds with 400, and goes on."""
    with connect(server) as connection:
        connection.sendall(b"\x16\x03\x01 garbage\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert httpx.get(f"{server.url}/_understudy/health").status_code == 200
