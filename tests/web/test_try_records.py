"""*Try it* on a new namespace: it says what is missing, creates it through the API, and sends
again; in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Locator, Page, expect

from tests.support.axe import problems
from tests.support.browser import opened
from tests.support.server import running


def _send(page: Page) -> Locator:
    """Send the form's request; return what is shown of the exchange."""
    page.get_by_role("button", name="Send", exact=True).click()
    outcome = page.locator(".outcome")
    expect(outcome.get_by_role("heading", level=3)).to_be_visible()
    return outcome


def test_what_the_example_needs_is_created_before_it_is_sent(
    page: Page, http: httpx.Client
) -> None:
    """The offer lists the calls; each gets its status, and a link to its exchange in the console;
    after success it is gone."""
    page.goto(f"{http.base_url}_understudy/reference/zep/addMemory")
    before = page.locator("#try .before")
    expect(before.get_by_role("listitem")).to_have_text(
        ["addUser creates the user ada-7f3a ", "addSession creates the session support-4711 "]
    )
    before.get_by_role("button", name="Create what this example needs").click()
    expect(before.locator(".badge")).to_have_text(["201", "201"])
    assert problems(page) == {}
    exchange = before.get_by_role("link", name="exchange").last.get_attribute("href")
    outcome = _send(page)
    expect(outcome).to_contain_text("The call succeeded. The request is valid")
    expect(outcome.locator(".note.good")).to_have_count(1)
    expect(before).to_be_empty()
    page.goto(str(httpx.URL(str(http.base_url)).join(exchange or "")))
    expect(page.locator("#title")).to_contain_text("/api/v2/sessions")


def test_refusal_for_a_missing_record_offers_to_create_it(page: Page, http: httpx.Client) -> None:
    """It is no success, though nothing breaks the contract; one click creates the record that the
    form names, and sends the request again."""
    page.goto(f"{http.base_url}_understudy/reference/zep/getSession")
    page.get_by_label("sessionId").fill("mine")
    outcome = _send(page)
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("404")
    expect(outcome.locator(".note.good")).to_have_count(0)
    expect(outcome).to_contain_text("The call was refused. The request is valid")
    expect(outcome).to_contain_text("The session mine may not exist here.")
    expect(outcome).to_contain_text("First create the user ada-7f3a, then the session mine:")
    outcome.get_by_role("button", name="Create it and send again").click()
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("200")
    assert http.get("/api/v2/sessions/mine").json()["user_id"] == "ada-7f3a"
    page.goto(f"{http.base_url}_understudy/reference/zep/addSession")
    page.locator("#body").fill('{"session_id": "s2", "user_id": "bo"}')
    outcome = _send(page)
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("400")
    outcome.get_by_role("button", name="Create it and send again").click()
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("201")


def test_ids_that_the_server_draws_are_put_into_the_form(page: Page, http: httpx.Client) -> None:
    """A parameter and an uploaded file's name get the values of the responses."""
    page.goto(f"{http.base_url}_understudy/reference/eliza/getChannelDetails")
    field = page.get_by_label("channelId")
    example = field.input_value()
    outcome = _send(page)
    outcome.get_by_role("button", name="Create it and send again").click()
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("200")
    assert field.input_value() != example
    page.goto(f"{http.base_url}_understudy/reference/eliza/readAgentUpload")
    outcome = _send(page)
    outcome.get_by_role("button", name="Create it and send again").click()
    expect(outcome.get_by_role("heading", level=3)).to_contain_text("200")
    page.goto(f"{http.base_url}_understudy/reference/eliza/uploadAgentMedia")
    expect(page.get_by_label("file")).to_have_attribute("type", "file")
    outcome = _send(page)
    expect(outcome).to_contain_text("The call succeeded.")
    page.get_by_role("button", name="Copy as code").click()
    expect(page.locator(".code-of-form pre")).to_contain_text("echo iVBORw0KGgo= | base64 -d")


def test_another_record_is_made_where_that_of_the_example_exists(
    page: Page, http: httpx.Client
) -> None:
    """The page does not know the id of a user who is there already, so it creates another; if that
    is refused, too, it says so."""
    key = {"Authorization": "Api-Key test"}
    url = f"{http.base_url}_understudy/reference/zep4/addThreadMessages"
    for _ in range(2):
        page.goto(url)
        outcome = _send(page)
        outcome.get_by_role("button", name="Create it and send again").click()
        expect(outcome).to_contain_text("The call succeeded.")
    listed = http.post("/api/v4/users/list", headers=key, json={}).json()["items"]
    assert [user.get("user_id") for user in listed] in ([None, "ada-7f3a"], ["ada-7f3a", None])
    fault = {"when": {"operation": "createUser"}, "then": {"status": 409}, "times": None}
    http.post("/_understudy/faults", json=fault).raise_for_status()
    page.goto(url)
    before = page.locator("#try .before")
    before.get_by_role("button", name="Create what this example needs").click()
    expect(before).to_contain_text("createUser was refused, and the next request needs")


def test_request_of_the_form_is_copied_as_code(page: Page, http: httpx.Client) -> None:
    """It is code of what the form holds now, in the language that is chosen, here and elsewhere."""
    page.goto(f"{http.base_url}_understudy/reference/zep/getUser")
    page.get_by_label("userId").fill("o'hara")
    page.get_by_role("button", name="Copy as code").click()
    code = page.locator(".code-of-form pre")
    languages = page.get_by_label("The request as code")
    page.get_by_role("textbox", name="Key").fill("ключ")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".outcome")).to_contain_text("No header can have the value")
    languages.select_option("curl")
    expect(code).to_contain_text(f"{http.base_url}api/v2/users/o%27hara")
    assert problems(page) == {}
    languages.select_option("client-python")
    expect(code).to_contain_text("""client.user.get("o'hara")""")
    expect(code.locator(".hljs-string").first).to_be_visible()
    page.get_by_role("button", name="Copy as code").click()
    expect(code).to_be_hidden()
    page.goto(f"{http.base_url}_understudy/reference/zep/addUser")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Python")
    page.get_by_role("button", name="Copy as code").click()
    expect(languages).to_have_value("client-python")


CONTROLS = """
openapi: 3.1.0
info: {title: Controls, version: "1"}
security: [{pair: []}]
components: {securitySchemes: {pair: {type: http, scheme: basic}}}
paths:
  /things/{day}:
    get:
      operationId: getThings
      parameters:
      - {name: day, in: path, required: true, schema: {type: string, format: date}}
      - {name: kind, in: query, schema: {enum: [a, "b<i>", 3, null]}}
      - {name: open, in: query, required: true, schema: {type: boolean}}
      - {name: most, in: query, schema: {type: integer, minimum: 1, maximum: 9}}
      - {name: rate, in: query, schema: {type: number, exclusiveMinimum: 0}}
      - {name: tags, in: query, schema: {type: array, items: {type: string}}}
      responses: {"200": {description: ok}}
    post:
      operationId: addThing
      parameters:
      - {name: day, in: path, required: true, schema: {type: string, format: date}}
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [kind]
              properties: {kind: {enum: [x, y]}, count: {type: integer, example: 3}}
      responses: {"200": {description: ok}}
"""


@contextmanager
def _controls(browser: Browser, directory: Path) -> Iterator[tuple[Page, str]]:
    document = directory / "things.yaml"
    document.write_text(CONTROLS)
    with running(str(document)) as server, opened(browser, server.url, lost=True) as page:
        yield page, server.url


def test_controls_follow_the_schema(browser: Browser, tmp_path: Path) -> None:
    """Listed values and truth values are chosen, numbers have bounds, and all can be sent; a
    connection that is lost is told in words."""
    with _controls(browser, tmp_path) as (page, url):
        page.goto(f"{url}/_understudy/reference/things/getThings")
        expect(page.get_by_label("kind").locator("option")).to_have_text(
            ["(not sent)", "a", "b<i>", "3"]
        )
        expect(page.get_by_label("day")).to_have_attribute("type", "date")
        expect(page.get_by_label("most")).to_have_attribute("max", "9")
        expect(page.get_by_label("rate")).to_have_attribute("step", "any")
        page.get_by_label("open").select_option("false")
        page.get_by_label("kind").select_option("b<i>")
        page.get_by_label("most").fill("10")
        outcome = _send(page)
        expect(outcome).to_contain_text("The call was refused. It breaks the contract")
        expect(page.get_by_label("most")).to_have_attribute("aria-invalid", "true")
        page.get_by_label("most").fill("9")
        outcome = _send(page)
        expect(outcome).to_contain_text("The call succeeded.")
        expect(outcome.locator("pre").first).to_contain_text("kind=b%3Ci%3E&open=false&most=9")
        page.goto(f"{url}/_understudy/reference/things/addThing")
        expect(page.get_by_label("count")).to_have_value("3")
        page.get_by_label("kind").select_option("y")
        expect(_send(page)).to_contain_text("The call succeeded.")
        fault = {"when": {"operation": "addThing"}, "times": 9, "then": {"connection": "reset"}}
        httpx.post(f"{url}/_understudy/faults", json=fault).raise_for_status()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".outcome")).to_contain_text("The server did not respond")
