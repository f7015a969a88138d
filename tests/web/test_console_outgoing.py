"""The console in a real browser: callbacks and webhooks."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.serving.outgoing.test_callbacks import BODY, order
from tests.support.browser import opened
from tests.support.consoles import CONSOLE, rows
from tests.support.receiver import (
    Answer,
    Receiver,
    Sending,
    callback,
    document,
    receiving,
    sending,
)


def test_console_marks_callbacks(browser: Browser) -> None:
    """The journal has their address and a filter; the page of one its attempts or its error."""
    shop_document = document({"done": callback(BODY)})
    with (
        receiving(Answer(503), Answer()) as receiver,
        sending(shop_document) as shop,
        opened(browser, shop.control.origin) as page,
    ):
        check_journal(page, shop, receiver)
        check_exchange_that_was_not_sent(page, shop)


def check_journal(page: Page, shop: Sending, receiver: Receiver) -> None:
    """Send a callback, find it by the filter, and open it."""
    order(shop, url=f"{receiver.url}/hook")
    shop.sent()
    page.goto(f"{shop.url}/{CONSOLE}")
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Direction").select_option("outgoing")
    expect(rows(page)).to_have_count(1)
    expect(rows(page).first).to_contain_text(f"outgoing POST {receiver.url}/hook")
    rows(page).first.get_by_role("link").click()
    facts = page.locator(".facts")
    expect(facts).to_contain_text("shop createOrder.done")
    expect(facts.locator("div", has_text="Attempts").locator("dd")).to_have_text("2")
    expect(facts.locator("div", has_text="Failed before").locator("li")).to_contain_text("Z 503")
    expect(page.get_by_role("button", name="Copy as curl")).to_have_count(1)
    expect(page.get_by_role("button", name="Copy as a pytest test")).to_have_count(0)


def check_exchange_that_was_not_sent(page: Page, shop: Sending) -> None:
    """It is in the journal with the reason."""
    order(shop)
    page.goto(f"{shop.url}/{CONSOLE}?direction=outgoing")
    expect(rows(page).first).to_contain_text("not sent")
    rows(page).first.get_by_role("link").click()
    expect(page.locator(".facts")).to_contain_text("$request.body#/url has no value")
