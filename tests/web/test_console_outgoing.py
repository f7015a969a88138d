"""The console in a real browser: callbacks and webhooks."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.serving.outgoing.test_callbacks import BODY, order
from tests.serving.outgoing.test_signed_delivery import shop_document
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
    with (
        receiving(Answer(503), Answer()) as receiver,
        sending(document({"done": callback(BODY)})) as shop,
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


def test_webhooks_are_sent_and_followed(browser: Browser) -> None:
    """The page sets an address, sends, shows failed attempts with the next one, and the outcome."""
    with (
        receiving(Answer(503), Answer()) as receiver,
        sending(shop_document()) as shop,
        opened(browser, shop.control.origin) as page,
    ):
        shop.control.clock.freeze("2026-01-01T00:00:00Z")
        page.goto(f"{shop.url}/{CONSOLE}webhooks")
        check_address(page, receiver)
        check_sending(page, shop, receiver)


def check_address(page: Page, receiver: Receiver) -> None:
    """Set the address of a webhook; what is refused is said at its field."""
    page.get_by_role("button", name="Set address of plain").click()
    form = page.locator("#address")
    expect(form.get_by_role("heading")).to_have_text("Address of plain of shop")
    form.get_by_label("Address", exact=True).fill("ftp://x")
    form.get_by_role("button", name="Save the address").click()
    expect(form.locator(".field .why")).to_contain_text("ftp://x")
    form.get_by_label("Address", exact=True).fill(f"{receiver.url}/plain")
    form.get_by_label("Secret that signs it").fill("whsec_x")
    form.get_by_role("button", name="Save the address").click()
    expect(form.locator(".field .why")).to_contain_text("is not signed, so it takes no secret")
    form.get_by_label("Secret that signs it").fill("")
    form.get_by_role("button", name="Save the address").click()
    expect(page.locator("#webhooks tr", has_text="plain")).to_contain_text(f"{receiver.url}/plain")
    page.get_by_role("button", name="Set address of plain").click()
    form.get_by_label("Address", exact=True).fill("")
    form.get_by_role("button", name="Save the address").click()
    expect(page.locator("#webhooks tr", has_text="plain")).to_contain_text("no address")


def check_sending(page: Page, shop: Sending, receiver: Receiver) -> None:
    """Send a webhook whose first attempt fails, and send it again."""
    page.get_by_role("button", name="Send paid").click()
    form = page.locator("#send")
    form.get_by_label("Address to send to").fill(f"{receiver.url}/hook")
    form.get_by_label("Body, as JSON").fill('{"order": "o1"}')
    form.get_by_role("button", name="Send it now").click()
    expect(page.locator("#sent")).to_contain_text(f"paid is on its way to {receiver.url}/hook")
    delivery = page.locator("#deliveries tbody tr")
    expect(delivery).to_contain_text("503")
    expect(delivery).to_contain_text("00:00:05")
    shop.control.clock.advance("5s")
    expect(page.locator("#deliveries")).to_have_text("Nothing is under way.")
    outcome = page.locator("#outgoing tbody tr")
    expect(outcome).to_contain_text("svix-signature")
    expect(outcome.locator("td").nth(5)).to_have_text("2")
    outcome.get_by_role("button").click()
    expect(form.get_by_label("Address to send to")).to_have_value(f"{receiver.url}/hook")
    form.get_by_role("button", name="Send it now").click()
    expect(page.locator("#outgoing tbody tr")).to_have_count(2)
    assert [each.body for each in receiver.requests] == [b'{"order":"o1"}'] * 3
