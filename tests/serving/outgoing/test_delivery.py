"""How callbacks are sent: attempts, addresses that are refused, and what may answer."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.serving.outgoing.test_callbacks import BODY, order
from tests.support.receiver import Answer, callback, document, receiving, sending
from tests.support.server import lasting_port, run, running
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.client import ControlClient
from understudy.runtime.webhooks import Deliveries

SHOP = document({"done": callback(BODY)})

#: An address that reaches this machine, but is not loopback.
ANY_INTERFACE = "0.0.0.0"  # noqa: S104


@pytest.mark.parametrize(
    ("statuses", "attempts"),
    [
        ([204], 1),
        ([503, 204], 2),
        ([500, 429, 200], 3),
        ([503, 502, 500, 204], 3),
        ([404, 204], 1),
        ([302, 204], 1),
    ],
)
def test_errors_that_may_pass_are_retried(statuses: list[int], attempts: int) -> None:
    """5xx and 429, until there were 3 attempts; the entry has the last response. A redirect is not
    followed."""
    answers = [Answer(status, headers={"location": "/other"}) for status in statuses]
    with receiving(*answers) as receiver, sending(SHOP) as shop:
        order(shop, url=receiver.url)
        (entry,) = shop.sent()
        assert (entry.attempts, entry.response.status) == (attempts, statuses[attempts - 1])
        assert [request.target for request in receiver.requests] == ["/"] * attempts


def test_attempts_are_spaced() -> None:
    """The second is a second after the first, by the options that `serve` has."""
    with receiving(Answer(503), Answer()) as receiver, sending(SHOP, pauses=(0, 1, 5)) as shop:
        order(shop, url=receiver.url)
        assert shop.sent()[0].attempts == 2
        first, second = receiver.requests
        assert second.at - first.at >= 0.9


def test_connection_error_is_retried() -> None:
    """Nobody listens: 3 attempts, and the reason."""
    with sending(SHOP) as shop:
        order(shop, url=f"http://127.0.0.1:{lasting_port()}/")
        (entry,) = shop.sent()
    assert (entry.attempts, entry.response.status) == (3, 0)
    assert "cannot be reached" in entry.error
    assert entry.violations == []


def test_name_with_several_addresses_is_tried_at_each() -> None:
    """`localhost` may be ::1 first, where nobody listens; the header `Host` has the name."""
    with receiving() as receiver, sending(SHOP) as shop:
        order(shop, url=receiver.url.replace("127.0.0.1", "localhost"))
        assert shop.sent()[0].response.status == 204
        assert receiver.requests[0].headers["host"].startswith("localhost:")


def test_receiver_that_hangs_holds_up_nobody() -> None:
    """Responses come at once; each attempt ends after its time."""
    with receiving() as receiver, sending(SHOP, attempt_timeout=0.1) as shop:
        receiver.go.clear()
        assert order(shop, url=receiver.url).status_code == 201
        assert order(shop).status_code == 201
        entry = next(entry for entry in shop.sent(2) if entry.attempts)
        assert entry.attempts == 3
        assert entry.error == "there was no whole response within 0.1 seconds"


def test_too_large_response_is_cut() -> None:
    """A megabyte is read."""
    answer = Answer(200, b"x" * 1_000_001, {"content-type": "text/plain"})
    with receiving(answer) as receiver, sending(SHOP) as shop:
        order(shop, url=receiver.url)
        (entry,) = shop.sent()
    assert entry.error == "the response has more than 1000000 bytes"
    assert len(entry.response.body) == 1_000_000


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://192.0.2.1/", "192.0.2.1 is not this machine; allow it by --allow-callbacks"),
        ("http://0.0.0.0:1/", "0.0.0.0 is not this machine"),
        ("http://[::ffff:192.0.2.1]/", "is not this machine"),
        ("http://169.254.169.254/latest", "169.254.169.254 is not this machine"),
        ("http://name.invalid/", "the host name.invalid has no address"),
        ("https://192.0.2.1:8443/", "192.0.2.1 is not this machine"),
        ("http://user:secret@127.0.0.1/", "the URL has a user's name"),
        ("ftp://127.0.0.1/", "is not an absolute URL of http or https"),
        ("file:///etc/passwd", "is not an absolute URL"),
        ("no url?token=secret", "'no%20url' is not an absolute URL"),
        ("http://127.0.0.1:0/", "is not an absolute URL"),
        ("http://127.0.0.1:99999/", "is not an absolute URL"),
        ("http://[::1/", "is not an absolute URL"),
        ("//127.0.0.1/", "is not an absolute URL"),
        ("", "is not an absolute URL"),
        ("http://127.0.0.1/" + "x" * 8000, "at most 8000"),
    ],
)
def test_address_of_another_machine_is_refused(url: str, reason: str) -> None:
    """Nothing is sent, and the journal says why; it has no password."""
    with sending(SHOP) as shop:
        assert order(shop, url=url).status_code == 201
        (entry,) = shop.sent()
    assert reason in entry.error
    assert (entry.attempts, entry.response.status) == (0, 0)
    assert "secret" not in f"{entry.origin}{entry.error}"


@pytest.mark.parametrize("allowed", [ANY_INTERFACE, "any"])
def test_option_allows_hosts(allowed: str, tmp_path: Any) -> None:
    """`--allow-callbacks`, which the banner says; the server stops while a callback waits."""
    path = tmp_path / "shop.json"
    path.write_bytes(httpx.Request("GET", "http://x", json={**SHOP, "openapi": "3.0.3"}).content)
    options = ("--allow-callbacks", allowed, str(path))
    with receiving(Answer(), Answer(503)) as receiver, running(*options) as server:
        assert "Callbacks and webhooks may go to " in server.banner
        url = receiver.url.replace("127.0.0.1", ANY_INTERFACE)
        httpx.post(f"{server.url}/orders/1", json={"url": url})
        with ControlClient(server.url) as control:
            (entry,) = control.wait_for(direction="outgoing", timeout=TIMEOUT)
        assert (entry.origin, entry.response.status) == (url, 204)
        httpx.post(f"{server.url}/orders/1", json={"url": url})
        wait_until(lambda: len(receiver.requests) == 2)


@pytest.mark.parametrize("host", ["http://example.com", "example.com:80", "", "a b"])
def test_option_takes_hosts_only(host: str) -> None:
    """One sentence says so."""
    completed = run("serve", "--allow-callbacks", host)
    assert completed.returncode == 2
    assert "is not a host" in completed.stderr


JSON = {"content-type": "application/json"}
RESPONSES = {
    "200": {
        "description": "",
        "headers": {"X-Needed": {"required": True, "schema": {"type": "string"}}},
        "content": {"application/json": {"schema": {"type": "object", "required": ["ok"]}}},
    },
    "204": {"description": ""},
    "4XX": {"description": "", "content": {"text/plain": {"schema": {"maxLength": 3}}}},
}


@pytest.mark.parametrize(
    ("answer", "violation"),
    [
        (Answer(200, b'{"ok":1}', {**JSON, "x-needed": "1"}), None),
        (Answer(204), None),
        (Answer(404, b"abc", {"content-type": "text/plain; charset=utf-8"}), None),
        (Answer(201), "status 201 is not declared; declared: 200, 204, 4XX"),
        (Answer(302), "status 302 is not declared"),
        (Answer(200, b"{}", {**JSON, "x-needed": "1"}), '"ok" is a required property'),
        (Answer(200, b"{", {**JSON, "x-needed": "1"}), "malformed JSON"),
        (Answer(200, b'{"ok":1}', {"content-type": "text/html", "x-needed": "1"}), "Content-Type"),
        (Answer(200, b"", {"x-needed": "1"}), "Content-Type is absent"),
        (Answer(200, b'{"ok":1}', JSON), "the header X-Needed is missing"),
        (Answer(410, b"abcd", {"content-type": "text/plain"}), '"abcd" is longer than 3'),
    ],
)
def test_response_is_validated(answer: Answer, violation: str | None) -> None:
    """By the responses that the callback declares; violations are in the entry and the filter."""
    shop_document = document({"done": callback(BODY, responses=RESPONSES)})
    with receiving(answer) as receiver, sending(shop_document) as shop:
        order(shop, url=receiver.url)
        (entry,) = shop.sent()
        invalid = shop.control.requests(valid=False)
    assert entry.response.status == answer.status
    assert len(invalid) == len(entry.violations) == bool(violation)
    assert (violation or "") in "".join(found.message for found in entry.violations)


def test_head_has_no_body_to_validate() -> None:
    """The response to HEAD has a Content-Length, and no body."""
    shop_document = document({"done": callback(BODY, "head", responses=RESPONSES)})
    answer = Answer(200, headers={**JSON, "x-needed": "1", "content-length": "9"})
    with receiving(answer) as receiver, sending(shop_document) as shop:
        order(shop, url=receiver.url)
        (entry,) = shop.sent()
    assert (entry.request.method, entry.response.status, entry.violations) == ("HEAD", 200, [])


def test_reset_cancels_what_waits() -> None:
    """A callback that would be sent again before another one is not, and no entry comes."""
    with receiving(Answer(503)) as receiver, sending(SHOP, pauses=(0, 0.5)) as shop:
        order(shop, url=f"{receiver.url}/first")
        wait_until(lambda: receiver.requests)
        shop.control.reset()
        order(shop, url=f"{receiver.url}/second")
        assert [entry.request.path for entry in shop.sent()] == ["/second"]
        targets = [request.target for request in receiver.requests]
        assert targets == ["/first", "/second", "/second"]


def test_namespace_has_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is not sent, and the journal says so; another namespace has its own number."""
    monkeypatch.setattr(Deliveries, "MOST", 1)
    with receiving() as receiver, sending(SHOP) as shop:
        receiver.go.clear()
        order(shop, url=receiver.url)
        order(shop, url=receiver.url)
        (entry,) = shop.sent()
        assert "callbacks and webhooks under way" in entry.error
        httpx.post(f"{shop.control.origin}/orders/1", json={"url": receiver.url})
        wait_until(lambda: len(receiver.requests) == 2)


def test_few_are_sent_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others wait for their turn."""
    monkeypatch.setattr(Deliveries, "MOST_SENDING", 2)
    with receiving() as receiver, sending(SHOP) as shop:
        receiver.go.clear()
        for _ in range(4):
            order(shop, url=receiver.url)
        wait_until(lambda: len(receiver.requests) >= 2)
        assert len(shop.control.deliveries()) == 4
        assert len(receiver.requests) == 2
        receiver.go.set()
        assert [entry.response.status for entry in shop.sent(4)] == [204] * 4


def test_exports_have_the_address_of_the_receiver() -> None:
    """curl and HAR do; a pytest test has only requests of clients."""
    with receiving() as receiver, sending(SHOP) as shop:
        order(shop, url=f"{receiver.url}/hook?order=1")
        shop.sent()
        url = f"{receiver.url}/hook?order=1"
        assert url in shop.control.curl(direction="outgoing")
        (entry,) = shop.control.har(direction="outgoing")["log"]["entries"]
        assert entry["request"]["url"] == url
        assert "/hook" not in shop.control.pytest_test().replace(url, "")
        shop.control.assert_called("createOrder.done", times=1, status=204, direction="outgoing")
        assert len(shop.control.requests(direction="incoming")) == 1
