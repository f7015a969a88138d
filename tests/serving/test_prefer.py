"""Answers that a request chooses, by `Prefer` or by Postman's headers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

SESSION = "/api/messaging/sessions/none"


def ask(http: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """The answer to a GET with these headers, whose underscores stand for hyphens."""
    return http.get(path, headers={k.replace("_", "-"): v for k, v in headers.items()})


def test_a_status_is_answered_with_its_example(http: httpx.Client) -> None:
    """`code` picks a declared answer; the reply says what was applied and why."""
    answer = ask(http, "/api/v2/users/nobody", prefer="code=500")
    assert (answer.status_code, answer.json()) == (500, {"message": "internal server error"})
    assert answer.headers["preference-applied"] == "code=500"
    assert "example of 500" in answer.headers["x-understudy-response-source"]


def test_a_named_example_is_answered(http: httpx.Client) -> None:
    """`example` picks one of several by its name; Postman's headers say the same."""
    body: dict[str, Any] = {"content": "hello"}
    path = f"{SESSION}/messages"
    reference = http.post(path, json=body, headers={"Prefer": "code=201; example=reference"})
    envelope = http.post(
        path,
        json=body,
        headers={"x-mock-response-code": "201", "x-mock-response-name": "envelope"},
    )
    assert reference.json()["content"] == envelope.json()["userMessage"]["content"]
    assert envelope.headers["preference-applied"] == "code=201, example=envelope"


def test_a_generated_answer_depends_on_its_seed_alone(http: httpx.Client) -> None:
    """`dynamic` answers by the schema: the same for the same seed, another for another."""
    answers = [
        ask(http, "/api/v2/users/nobody", prefer=f"dynamic=true, seed={seed}").json()
        for seed in (1, 1, 2)
    ]
    assert answers[0] == answers[1] != answers[2]


def test_an_answer_waits(http: httpx.Client) -> None:
    """`wait` delays what the handler says, in seconds."""
    answer = ask(http, "/api/agents", prefer="wait=0.2")
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.2
    assert answer.headers["x-understudy-response-source"] == "the handler"


def test_state_is_not_touched(http: httpx.Client) -> None:
    """A chosen success creates nothing."""
    chosen = http.post("/api/v2/users", json={"user_id": "u"}, headers={"Prefer": "code=201"})
    assert chosen.status_code == 201
    assert http.get("/api/v2/users/u").status_code == 404


def test_an_invalid_request_is_refused_all_the_same(http: httpx.Client) -> None:
    """A preference does not make a request valid."""
    answer = http.post("/api/v2/users", json={"user_id": 7}, headers={"Prefer": "code=201"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("preference", "told"),
    [
        ("code=418", "code=418 is not declared by getUser, which has 200, 401, 404, 500"),
        ("code=often", "code=often is not a number from 0 to 599"),
        ("example=odd", "getUser has no example 'odd' of 200; it has none"),
        ("wait=3600", "wait=3600 is not a number from 0 to 60"),
        ("wait=nan", "wait=nan is not a number from 0 to 60"),
    ],
)
def test_what_cannot_be_is_refused(http: httpx.Client, preference: str, told: str) -> None:
    """A preference that the document cannot fulfil is a 400 that says why."""
    answer = ask(http, "/api/v2/users/nobody", prefer=preference)
    assert answer.status_code == 400
    assert told in answer.json()["message"]


def test_other_preferences_are_ignored(http: httpx.Client) -> None:
    """As RFC 7240 has it."""
    answer = ask(http, "/api/agents", prefer="return=minimal, respond-async")
    assert answer.status_code == 200
    assert "preference-applied" not in answer.headers


@pytest.mark.parametrize("seed", ["%0d%0aX-Evil:1", "%e2%82%ac"])
def test_what_no_header_can_carry_is_told_without_it(http: httpx.Client, seed: str) -> None:
    """A seed may be any text, by RFC 8187; what was applied is told in one line."""
    wanted = f"dynamic=true, seed*=UTF-8''{seed.replace(':', '%3A')}"
    answer = ask(http, "/api/agents", prefer=wanted)
    assert answer.status_code == 200
    assert answer.headers["preference-applied"].startswith("dynamic=true, seed=?")
    assert "x-evil" not in answer.headers
