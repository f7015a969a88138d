"""Fault rules that answer: held against the contract, one after the other, or by a callback."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.control.test_faults import AGENTS, USER, add_fault, newest, statuses
from tests.support.receiver import Answer, receiving


def refusal(http: httpx.Client, then: dict[str, Any], **more: Any) -> tuple[int, list[str]]:
    """Return the status of a rule that is refused, and the places of its violations."""
    response = http.post("/_understudy/faults", json={"then": then, **more})
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, [v["at"] for v in response.json()["violations"]]


def test_response_against_the_contract_is_refused(http: httpx.Client) -> None:
    """Each violation has its place in the rule, also in one of several responses."""
    message = {"operation": "addMemory", "api": "zep"}
    assert refusal(http, {"status": 400, "body": {"message": 7}}, when=message) == (
        400,
        ["/then/body/message"],
    )
    several = [
        {"body": {"message": "ok"}},
        {"status": 400, "body": {"message": 7}},
        {"status": 302},
    ]
    assert refusal(http, {"responses": several}, when=message) == (
        400,
        ["/then/responses/1/body/message", "/then/responses/2/status"],
    )
    then = {"status": 404, "responses": [{}, {"body": 7}]}
    assert refusal(http, then, when=message) == (400, ["/then/responses/1/body"])
    assert http.get("/_understudy/faults").json() == []


def test_responses_that_nobody_can_judge_are_allowed(http: httpx.Client) -> None:
    """Where the rule names no operation, or one that several APIs have; and where it says so."""
    odd = {"status": 299, "body": 7}
    for more in (
        {"when": {"api": "zep"}},
        {"when": {"operation": "getUser"}},  # of both generations
        {"when": {"operation": "getUser", "api": "zep"}, "allow_invalid": True},
    ):
        rule = add_fault(http, odd, **more)
        assert rule.get("allow_invalid") is more.get("allow_invalid")
        assert (answer := http.get(USER)).status_code == 299
        assert answer.json() == 7
    assert len(http.get("/_understudy/faults").json()) == 3


def test_responses_come_one_after_the_other(http: httpx.Client) -> None:
    """To all requests, if there is no limit; the fields beside them hold for each."""
    responses = [{"status": 503}, {}, {"status": 429, "headers": {"Retry-After": "2"}}]
    then = {"responses": responses, "headers": {"Retry-After": "1"}}
    rule = add_fault(http, then, when={"operation": "listAgents"})
    assert (rule["times"], rule["then"]) == (None, then)
    answers = [http.get(AGENTS) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 200, 429, 429]
    assert [answer.headers["retry-after"] for answer in answers] == ["1", "1", "2", "2"]
    assert http.get("/_understudy/faults").json()[0]["hits"] == 4
    http.delete("/_understudy/faults")
    add_fault(http, {"responses": [{"status": 500}, {"status": 501}]}, times=2)
    assert statuses(http, 3) == [500, 501, 200]


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ({"callback_url": "http://a", "body": 1}, "callback_url and body cannot be given together"),
        ({"callback_url": "http://a", "responses": [{}]}, "callback_url and responses cannot be"),
        ({"responses": [{}], "rate_limit": {"requests": 1, "seconds": 1}}, "rate_limit cannot be"),
        ({"responses": []}, "less than 1 item"),
        ({"responses": [{"responses": [{}]}]}, "'responses' was unexpected"),
        ({}, "less than 1 property"),
    ],
)
def test_actions_that_contradict_each_other_are_refused(
    http: httpx.Client, then: dict[str, Any], message: str
) -> None:
    """The message names the two."""
    response = http.post("/_understudy/faults", json={"then": then})
    assert response.status_code == 400
    assert message in response.json()["detail"]


@pytest.mark.parametrize("url", ["nowhere", "ftp://a/b", "http://ann:key@127.0.0.1/", "http://"])
def test_address_of_a_callback_is_one(http: httpx.Client, url: str) -> None:
    """Else it is 409, with the place."""
    assert refusal(http, {"callback_url": url}) == (409, ["/then/callback_url"])


def test_callback_answers_for_the_operation(http: httpx.Client) -> None:
    """It gets the request as JSON; its status, headers and body are sent, and 200 is a success of
    the operation. Its query is not told where it may be a secret."""
    ok = Answer(200, b'{"a":1}', {"Content-Type": "application/json", "X-Mine": "m"})
    page = Answer(203, b"<p>", {"Content-Type": "text/html"})
    with receiving(ok, page) as receiver:
        url = f"{receiver.url}/answer?api_key=secret-1"
        when = {"api": "zep", "operation": "addUser"}
        then = {"callback_url": url, "headers": {"X-Added": "1"}}
        rule = add_fault(http, then, when=when, times=None, allow_invalid=True)
        assert rule["then"]["callback_url"].endswith("/answer?api_key=***")
        answers = [http.post("/api/v2/users?q=1", json={"user_id": "ann"}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 203]
        assert answers[0].json() == {"a": 1}
        assert (answers[0].headers["x-mine"], answers[0].headers["x-added"]) == ("m", "1")
        assert (answers[1].text, answers[1].headers["content-type"]) == ("<p>", "text/html")
        assert len(answers[1].headers.get_list("date")) <= 1
        asked = receiver.requests[0]
    assert asked.target == "/answer?api_key=secret-1"
    told = json.loads(asked.body)
    assert told["headers"]["authorization"] == "Api-Key test"
    assert {name: told[name] for name in told if name != "headers"} == {
        "api": "zep",
        "operation": "addUser",
        "method": "POST",
        "path": "/api/v2/users",
        "path_parameters": {},
        "query": "q=1",
        "body": {"user_id": "ann"},
    }


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:1/", "http://127.0.0.1:1 cannot be reached"),
        ("http://192.0.2.1/", "192.0.2.1 is not this machine; allow it by --allow-callbacks 192."),
        ("RECEIVER", "the response has more than 5000000 bytes"),
    ],
)
def test_callback_without_an_answer_is_a_502(http: httpx.Client, url: str, reason: str) -> None:
    """The client and the journal are told why."""
    with receiving(Answer(200, b"x" * 5_000_001)) as receiver:
        add_fault(http, {"callback_url": url.replace("RECEIVER", receiver.url)})
        answer = http.get(AGENTS)
    exchange = newest(http)
    assert answer.status_code == 502
    assert reason in answer.text
    assert exchange["error"].startswith("the callback of fault rule 1 gave no answer: ")
    assert reason in exchange["error"]
    assert [violation["where"] for violation in exchange["violations"]] == ["response"]


def test_callback_that_asks_itself_comes_to_an_end(http: httpx.Client) -> None:
    """A chain of callbacks is as long as one of the documents' own."""
    url = f"{http.base_url}api/v2/users"
    when = {"operation": "addUser", "api": "zep"}
    add_fault(http, {"callback_url": url}, when=when, times=None)
    answer = http.post("/api/v2/users", json={"user_id": "ann"})
    assert answer.status_code == 502
    assert "the request is callback 5 of a chain of callbacks" in answer.text
    assert len(http.get("/_understudy/requests").json()["requests"]) == 6
