"""Webhooks whose document says how they are delivered: signed, and tried by the clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from svix.webhooks import Webhook, WebhookVerificationError

from tests.serving.outgoing.test_callbacks import BODY, order
from tests.support.receiver import (
    Answer,
    Receiver,
    Sending,
    callback,
    document,
    receiving,
    sending,
)
from tests.support.timeouts import TIMEOUT, wait_until
from understudy.client import ApiDouble, ControlError, Delivery
from understudy.errors import UsageError
from understudy.runtime.world import World

SVIX = {
    "signature": {"scheme": "standard-webhooks", "prefix": "svix"},
    "timeout": "PT15S",
    "attempts": ["PT0S", "PT5S", "PT5M"],
    "success": "2XX",
}
SECRET = "whsec_" + "c3VjaCBhIHNlY3JldCBvZiB0aGUgdGVzdHMh"


def webhook(policy: Any) -> dict[str, Any]:
    """Return a path item with a webhook that is delivered so."""
    body = {"content": {"application/json": {"schema": {"type": "object"}, "example": {"n": 1}}}}
    return {"post": {"requestBody": body, "x-understudy-delivery": policy, "responses": {}}}


def shop_document(policy: Any = SVIX) -> dict[str, Any]:
    """Return a document with a webhook that is delivered so, one that is not, and a callback."""
    plain = webhook(None)
    del plain["post"]["x-understudy-delivery"]
    return document({"done": callback(BODY)}, webhooks={"paid": webhook(policy), "plain": plain})


def create_order(world: World, id_: str, body: Any) -> tuple[Any, int]:
    """Send a webhook with the order's id."""
    world.webhooks.send("paid", body={"order": id_})
    return {}, 201


def double(shop: Sending) -> ApiDouble:
    """Return the API as a test has it."""
    return ApiDouble(shop.control, "shop", "")


def waiting(shop: Sending, attempts: int) -> Delivery:
    """Wait until a delivery has had so many attempts, and return it."""
    wait_until(lambda: [len(d.attempts) for d in shop.control.deliveries()] == [attempts])
    return shop.control.deliveries()[0]


def verified(receiver: Receiver, number: int, secret: str | None) -> Any:
    """Return the body of a request if its signature is right."""
    request = receiver.requests[number]
    assert secret is not None
    Webhook(secret).verify(request.body, request.headers)
    return json.loads(request.body)


def test_svix_verifies_signatures() -> None:
    """With the secret of the seed or one that is given; headers that are given stay."""
    with receiving() as receiver, sending(shop_document()) as shop:
        webhooks = double(shop).webhooks
        secret = webhooks.deliver_to(receiver.url, "paid")
        webhooks.send("paid")
        webhooks.wait_for("paid", body={"n": 1}, status=204)
        assert verified(receiver, 0, secret) == {"n": 1}
        with pytest.raises(WebhookVerificationError):
            verified(receiver, 0, SECRET)
        url = f"{receiver.url}/?api_key=k&n=1"
        assert webhooks.deliver_to(url, "paid", secret=SECRET) == SECRET
        (told,) = [each for each in shop.control.webhooks() if each["name"] == "paid"]
        assert (told["secret"], told["url"]) == ("***", f"{receiver.url}/?api_key=***&n=1")
        webhooks.send("paid", headers={"Svix-Id": "mine"})
        webhooks.wait_for("paid", count=2)
        assert receiver.requests[1].headers["svix-id"] == "mine"
        shop.control.reset()
        assert webhooks.deliver_to(receiver.url, "paid") == secret
        shop.control.reset("another seed")
        assert webhooks.deliver_to(receiver.url, "paid") != secret


def test_attempts_wait_for_the_clock() -> None:
    """A 2xx ends it; until then it can be seen what failed, and when the next attempt is."""
    now = datetime.now(UTC)
    later = [now, now + timedelta(seconds=5), now + timedelta(minutes=5, seconds=5)]
    answers = Answer(500), Answer(302), Answer(201)
    with receiving(*answers) as receiver, sending(shop_document()) as shop:
        shop.control.clock.freeze(now)
        secret = double(shop).webhooks.deliver_to(f"{receiver.url}/hook?token=1", "paid")
        shop.control.send_webhook("paid")
        first = waiting(shop, 1)
        assert (first.operation, first.url) == ("paid", f"{receiver.url}/hook")
        assert (first.attempts[0].status, first.next_at) == (500, later[1])
        shop.control.clock.advance(seconds=4.999)
        assert len(waiting(shop, 1).attempts) == len(receiver.requests) == 1
        shop.control.clock.advance(seconds=0.001)
        assert waiting(shop, 2).next_at == later[2]
        assert shop.control.requests(direction="outgoing") == []
        shop.control.clock.advance(minutes=5)
        (entry,) = shop.sent()
        assert shop.control.deliveries() == []
    assert (entry.attempts, entry.response.status, entry.at) == (3, 201, now)
    assert [(a.at, a.status) for a in entry.earlier_attempts] == [(later[0], 500), (later[1], 302)]
    assert str(entry).endswith("(before: 500, 302)")
    assert len({request.headers["svix-id"] for request in receiver.requests}) == 1
    times = [int(request.headers["svix-timestamp"]) for request in receiver.requests]
    assert times == [int(moment.timestamp()) for moment in later]
    assert verified(receiver, 1, secret) == {"n": 1}


def test_running_clock_needs_no_help() -> None:
    """Real time passes, or the clock jumps; after the last attempt the journal has the failure."""
    policy = {"attempts": ["PT0S", "PT0.05S", "PT1H"], "timeout": "PT0.1S", "success": "204"}
    with receiving(Answer(200)) as receiver, sending(shop_document(policy)) as shop:
        shop.control.clock.freeze()
        shop.control.send_webhook("paid", receiver.url)
        waiting(shop, 1)
        shop.control.clock.resume()
        waiting(shop, 2)
        receiver.go.clear()
        shop.control.clock.set(datetime.now(UTC) + timedelta(hours=2))
        (entry,) = shop.sent()
    assert (entry.attempts, entry.response.status) == (3, 0)
    assert entry.error == "there was no whole response within 0.1 seconds"
    assert [attempt.status for attempt in entry.earlier_attempts] == [200, 200]


def test_callbacks_wait_for_the_clock_too() -> None:
    """Those of documents that say nothing; a reset ends the wait, and no entry comes."""
    with receiving(Answer(503)) as receiver, sending(shop_document(), pauses=(0, 1)) as shop:
        shop.control.clock.freeze()
        order(shop, url=receiver.url)
        waiting(shop, 1)
        shop.control.reset()
        assert shop.control.deliveries() == []
        shop.control.clock.advance(seconds=1)
        order(shop, url=f"{receiver.url}/second")
        shop.control.clock.advance(seconds=1)
        assert [entry.request.path for entry in shop.sent()] == ["/second"]
        assert len(receiver.requests) == 3


def test_handlers_send_to_subscribers() -> None:
    """Without an address there is none, and nothing is sent; with one the test sees the body."""
    with receiving() as receiver, sending(shop_document(), {"create_order": create_order}) as shop:
        webhooks = double(shop).webhooks
        httpx.post(f"{shop.url}/orders/1", json={})
        secret = webhooks.deliver_to(receiver.url, "paid")
        httpx.post(f"{shop.url}/orders/2", json={})
        webhooks.wait_for("paid", body={"order": "2"}, timeout=TIMEOUT)
        webhooks.assert_sent("paid", times=1)
        ApiDouble(shop.control, "sharing", "").webhooks.assert_sent("paid", times=1)
        assert verified(receiver, 0, secret) == {"order": "2"}
        with pytest.raises(AssertionError, match="but it was called 0 times"):
            webhooks.assert_sent("paid", body={"order": "1"})
        with pytest.raises(LookupError, match="no webhook 'sold'; there are paid, plain"):
            webhooks.wait_for("sold")
        receiver.go.clear()
        webhooks.send("plain", receiver.url)
        assert [delivery.operation for delivery in webhooks.under_way()] == ["plain"]


@pytest.mark.parametrize(
    ("name", "secret", "message"),
    [
        ("paid", "secret", "is no secret of Standard Webhooks: it must begin with whsec_"),
        ("paid", "whsec_c2hvcnQ=", "its key must have 24 to 64 bytes"),
        ("paid", "whsec_!", "is no secret"),
        ("plain", SECRET, "the webhook 'plain' is not signed"),
    ],
)
def test_secret_is_checked(name: str, secret: str, message: str) -> None:
    """It must be one of Standard Webhooks, for a webhook that is signed; nothing is changed."""
    with sending(shop_document()) as shop:
        with pytest.raises(ControlError, match=message):
            shop.control.set_webhook_url(name, "http://127.0.0.1/", secret=secret)
        assert [webhook["url"] for webhook in shop.control.webhooks()] == [None, None]
        assert double(shop).webhooks.deliver_to("http://127.0.0.1/", "plain") is None


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({"retries": []}, "unknown field `retries`"),
        ({"attempts": []}, r"length >= 1 - at `\$.attempts`"),
        ({"attempts": ["5 s"]}, r"ISO8601 duration - at `\$.attempts\[0\]`"),
        ({"attempts": ["-PT1S"]}, "`attempts` must be between 0 seconds and 365 days"),
        ({"timeout": "PT0S"}, "`timeout` must be between 0 seconds and 1 minute"),
        ({"success": "ok"}, r"at `\$.success`"),
        (
            {"signature": {"scheme": "mine"}},
            r"Invalid enum value 'mine' - at `\$.signature.scheme`",
        ),
    ],
)
def test_policy_that_makes_no_sense_is_refused(policy: Any, message: str) -> None:
    """At the start, with its place in the document."""
    place = "shop: #/webhooks/paid/post/x-understudy-delivery: "
    with pytest.raises(UsageError, match=f"^{place}.*{message}"), sending(shop_document(policy)):
        pass
