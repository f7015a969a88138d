"""Webhooks: sent by the control API, by the Python client, and by handlers."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.support.receiver import Answer, document, receiving, sending
from tests.support.server import running, serving
from understudy.app import Understudy
from understudy.client import ControlClient, ControlError
from understudy.openapi.contract import Contract
from understudy.runtime.world import World
from understudy.serving.api import Api

SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


def webhook(operation_id: str = "", **media: Any) -> dict[str, Any]:
    """Return a path item with a webhook by POST."""
    body = {"content": {"application/json": {"schema": SCHEMA, **media}}}
    named = {"operationId": operation_id} if operation_id else {}
    responses = {"2XX": {"description": ""}}
    return {"post": {**named, "requestBody": body, "responses": responses}}


WEBHOOKS = {"shipped": webhook("onShipped", example={"n": 1}), "a/b ü": webhook()}
SHOP = document({}, webhooks=WEBHOOKS)


@pytest.mark.parametrize("key", ["webhooks", "x-webhooks"])
def test_control_api_sends_a_webhook(key: str) -> None:
    """202 at once; then the journal has the exchange with its example."""
    with receiving() as receiver, sending(document({}, **{key: WEBHOOKS})) as shop:
        control = f"{shop.url}/_understudy/webhooks"
        response = httpx.post(f"{control}/shipped", json={"url": f"{receiver.url}/hook"})
        assert response.status_code == 202
        assert response.json() == {
            **{"api": "shop", "name": "shipped", "operation": "onShipped", "method": "POST"},
            **{"url": f"{receiver.url}/hook", "secret": None},
        }
        (entry,) = shop.sent()
    assert (entry.api, entry.operation, entry.direction) == ("shop", "onShipped", "outgoing")
    assert (entry.request.path, entry.request.body, entry.response.status) == (
        "/hook",
        {"n": 1},
        204,
    )
    assert receiver.requests[0].body == b'{"n":1}'


def test_client_sends_a_webhook() -> None:
    """Its own body and headers are sent as they are; any name can be in the URL."""
    with receiving() as receiver, sending(SHOP) as shop:
        names = [hook["name"] for hook in shop.control.webhooks()]
        assert names == ["shipped", "a/b ü"]
        shop.control.send_webhook("a/b ü", receiver.url, body={"n": "x"}, headers={"X-A": "b"})
        (entry,) = shop.control.wait_for("a/b ü", direction="outgoing")
        assert (entry.request.body, entry.request.headers["x-a"]) == ({"n": "x"}, "b")
        shop.control.send_webhook("shipped", receiver.url, body=None)
        shop.sent(2)
        assert receiver.requests[1].body == b"null"


def test_address_of_a_webhook_is_kept() -> None:
    """By namespace, until a reset, or null."""
    with receiving() as receiver, sending(SHOP) as shop:
        shop.control.set_webhook_url("shipped", f"{receiver.url}/kept", api="shop")
        assert shop.control.webhooks()[0]["url"] == f"{receiver.url}/kept"
        shop.control.send_webhook("shipped")
        assert shop.sent()[0].request.path == "/kept"
        shop.control.set_webhook_url("shipped", None)
        with pytest.raises(ControlError, match="no address is known"):
            shop.control.send_webhook("shipped")
        shop.control.set_webhook_url("shipped", receiver.url)
        for url in (
            "hooks",
            "ftp://127.0.0.1/",
            "http://127.0.0.1:0/",
            "http://[::1",
            "http://a/\n",
        ):
            with pytest.raises(ControlError, match="is not a"):
                shop.control.set_webhook_url("shipped", url)
        with pytest.raises(ControlError, match=r"not this machine; allow it by --allow-callbacks"):
            shop.control.set_webhook_url("shipped", "http://192.0.2.1/")
        assert shop.control.webhooks()[0]["url"] == receiver.url
        shop.control.reset()
        assert shop.control.webhooks()[0]["url"] is None


@pytest.mark.parametrize(
    ("name", "definition", "status", "message"),
    [
        ("sold", {}, 404, "there is no webhook 'sold'; there are shipped, a/b ü"),
        ("shipped", {"api": "zoo"}, 404, "there is no API 'zoo'"),
        ("shipped", {}, 409, "no address is known"),
        ("shipped", {"url": "http://192.0.2.1/"}, 409, "192.0.2.1 is not this machine"),
        ("shipped", {"url": "http://127.0.0.1", "headers": {"a b": "c"}}, 409, "valid name"),
        ("shipped", {"url": 1}, 400, "is not of type"),
        ("shipped", {"other": 1}, 400, "other"),
    ],
)
def test_webhook_that_cannot_be_sent_is_refused(
    name: str, definition: dict[str, Any], status: int, message: str
) -> None:
    """The sentence says why; a refused address is in the journal too."""
    with sending(SHOP) as shop:
        response = httpx.post(f"{shop.url}/_understudy/webhooks/{name}", json=definition)
        assert response.status_code == status
        assert message in response.json()["detail"]
        refused = [entry.error for entry in shop.control.requests(direction="outgoing")]
        assert len(refused) == ("192.0.2.1" in str(definition))


def test_name_of_two_apis_needs_the_api() -> None:
    """409 without it."""
    apis = [
        Api(Contract(name, {**SHOP, "servers": [{"url": f"/{name}"}]})) for name in ("shop", "zoo")
    ]
    with receiving() as receiver, serving(Understudy(apis)) as url, ControlClient(url) as control:
        with pytest.raises(ControlError, match="several APIs have a webhook 'shipped'") as raised:
            control.send_webhook("shipped", receiver.url)
        assert raised.value.status == 409
        control.send_webhook("shipped", receiver.url, api="zoo")
        (entry,) = control.wait_for(direction="outgoing")
        assert entry.api == "zoo"


def create_order(world: World, id_: str, body: dict[str, Any]) -> Any:
    """Send a webhook, then fail if the order says so."""
    world.webhooks.send(body.get("name", "shipped"), body.get("url"), body.get("send", {"n": 2}))
    return body.get("result", {})


HANDLERS = {"create_order": create_order}


def test_handler_sends_a_webhook_after_the_commit() -> None:
    """A request that is rolled back sends none."""
    with receiving() as receiver, sending(SHOP, HANDLERS) as shop:
        orders = f"{shop.url}/orders/1"
        failed = httpx.post(orders, json={"url": f"{receiver.url}/no", "result": "no object"})
        assert failed.status_code == 500
        assert httpx.post(orders, json={"url": f"{receiver.url}/yes"}).status_code == 201
        (entry,) = shop.sent()
    assert [request.target for request in receiver.requests] == ["/yes"]
    assert entry.request.body == {"n": 2}


@pytest.mark.parametrize(
    ("order", "status", "reason"),
    [
        ({}, 201, "no address is known: give a `url`"),
        ({"url": "http://127.0.0.1/", "send": {"n": "x"}}, 201, "is not of type"),
        ({"url": "http://192.0.2.1/"}, 201, "is not this machine"),
        ({"name": "sold"}, 500, None),
    ],
)
def test_webhook_of_a_handler_that_cannot_be_sent(
    order: dict[str, Any], status: int, reason: str | None
) -> None:
    """The journal says why; an unknown name is an error of the handler."""
    with sending(SHOP, HANDLERS) as shop:
        assert httpx.post(f"{shop.url}/orders/1", json=order).status_code == status
        if reason is not None:
            (entry,) = shop.sent()
            assert reason in entry.error
            assert entry.attempts == 0


def test_handler_uses_the_address_of_the_namespace() -> None:
    """It gives none itself."""
    with receiving(Answer(201)) as receiver, sending(SHOP, HANDLERS) as shop:
        shop.control.set_webhook_url("shipped", receiver.url)
        httpx.post(f"{shop.url}/orders/1", json={})
        assert shop.sent()[0].response.status == 201


def test_unreadable_webhook_leaves_the_others(caplog: pytest.LogCaptureFixture) -> None:
    """The document is served, and the log says what is never sent."""
    broken = {"$ref": "#/components/pathItems/none"}
    shop_document = document({"a": broken}, webhooks={"broken": broken, **WEBHOOKS})
    with receiving() as receiver, sending(shop_document) as shop:
        assert [hook["name"] for hook in shop.control.webhooks()] == list(WEBHOOKS)
        shop.control.send_webhook("shipped", receiver.url)
        assert shop.sent()[0].response.status == 204
    assert "#/webhooks/broken cannot be read and is never sent" in caplog.text


def test_operation_of_a_webhook_is_known_to_the_journal_only() -> None:
    """A fault rule for it is refused: it would never apply."""
    with receiving() as receiver, sending(SHOP) as shop:
        shop.control.send_webhook("shipped", receiver.url)
        shop.sent()
        shop.control.assert_called("onShipped", body={"n": 1})
        with pytest.raises(ControlError, match="there is no operation 'onShipped'"):
            shop.control.fail("onShipped", status=503)


def test_document_of_a_file_has_webhooks(tmp_path: Any) -> None:
    """`understudy serve`, with a document of OpenAPI 3.0 that has Redocly's extension."""
    path = tmp_path / "shop.json"
    path.write_text(json.dumps({**document({}, **{"x-webhooks": WEBHOOKS}), "openapi": "3.0.3"}))
    with (
        running(str(path)) as server,
        receiving() as receiver,
        ControlClient(server.url) as control,
    ):
        control.send_webhook("shipped", receiver.url)
        (entry,) = control.wait_for(direction="outgoing")
        assert entry.response.status == 204
