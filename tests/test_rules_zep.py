"""Zep's rules of behaviour: our stand-in keeps them, and a server that does not is found out."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from breaking import Answered, Ask, Asked, Breakage, broken
from support import ROOT, serving

from understudy.arazzo.runner import Outcome, Runner
from understudy.arazzo.workflow import Workflow, workflows
from understudy.behaviour import clock_at
from understudy.project import find_contract

API = "/api/v2"
KEY = {"Authorization": "Api-Key rules"}


@pytest.fixture(scope="module")
def rules() -> list[Workflow]:
    """The rules, as the judge reads them."""
    return workflows(ROOT / "specs" / "zep.arazzo.yaml", find_contract("zep"))


def judged(rules: list[Workflow], origin: str, run: str, clock: bool = True) -> list[Outcome]:
    """What comes of the rules at a server."""
    advance = clock_at(f"{origin}/_understudy/clock") if clock else None
    with httpx.Client() as client:
        runner = Runner(origin + API, KEY, run=run, advance=advance, client=client)
        return list(runner.judge(rules))


def test_every_rule_is_kept_again_and_again(rules: list[Workflow], origin: str) -> None:
    """Twice in one namespace, whatever the first run made there."""
    for run in ("first", "second"):
        found = [o for o in judged(rules, origin, run) if o.verdict != "kept" or o.left]
        assert [(o.workflow.id, o.step, o.told, o.left) for o in found] == []


def test_nothing_is_left_behind(rules: list[Workflow], http: httpx.Client, origin: str) -> None:
    """The rules remove what they made: of every collection, no record is there any more."""
    judged(rules, origin, "tidy")
    state = http.get("/_understudy/state").json()["apis"]["zep"]["rules"]
    assert state["users"]["serial"] > 100
    left = {name: held["records"] for name, held in state.items() if held["records"]}
    assert left == {"entity_types": {"types": {"entity_types": [], "edge_types": []}}}


def test_every_rule_says_what_it_is_and_where_from(rules: list[Workflow]) -> None:
    """Each has its texts; enough of them do not come from us."""
    for rule in rules:
        assert rule.summary.endswith("."), rule.id
        assert rule.description.endswith("."), rule.id
        assert all(step.criteria for step in rule.steps), rule.id
    foreign = [rule for rule in rules if rule.basis != "decided"]
    assert len(foreign) >= 60
    decided = [rule for rule in rules if rule.basis == "decided"]
    assert all("decided here" in rule.description.lower() for rule in decided)


def test_every_operation_of_zep_is_called(rules: list[Workflow]) -> None:
    """By one rule at least."""
    called = {operation for rule in rules for operation in rule.operations}
    known = {operation.id for operation in find_contract("zep").operations}
    assert known == called


def test_without_a_clock_what_takes_time_is_not_judged(rules: list[Workflow], origin: str) -> None:
    """And the report says why."""
    found = judged([rule for rule in rules if rule.needs_time], origin, "still", clock=False)
    assert len(found) >= 5
    assert {(o.verdict, o.told) for o in found} == {
        ("not judged", "time must pass, and there is no clock")
    }


async def an_ended_session_takes_memory(asked: Asked, ask: Ask) -> Answered:
    """It says so, at least."""
    answer = await ask(asked)
    return Answered(200, {}) if answer.status == 409 and asked.path.endswith("/memory") else answer


async def a_bulk_end_ends_what_it_finds(asked: Asked, ask: Ask) -> Answered:
    """And then answers that not all were found."""
    answer = await ask(asked)
    if asked.path.endswith("/sessions/end") and answer.status == 404:
        for session_id in asked.body["session_ids"]:
            await ask(Asked("POST", f"{API}/sessions/{session_id}/end", {}))
    return answer


async def an_end_forgets_what_was_said(asked: Asked, ask: Ask) -> Answered:
    """The session is begun anew, and ended."""
    if asked.path.endswith("/end") and not asked.path.endswith("/sessions/end"):
        session = asked.path.removesuffix("/end")
        known = await ask(Asked("GET", session, None))
        if known.status == 200:
            await ask(Asked("DELETE", f"{session}/memory", None))
            await ask(Asked("POST", f"{API}/sessions", known.body))
    return await ask(asked)


async def messages_come_newest_first(asked: Asked, ask: Ask) -> Answered:
    """In the list."""
    answer = await ask(asked)
    if asked.path.endswith("/messages") and answer.status == 200:
        return answer.saying(messages=answer.body["messages"][::-1])
    return answer


async def a_count_is_one_too_many(asked: Asked, ask: Ask) -> Answered:
    """That of all messages."""
    answer = await ask(asked)
    if asked.path.endswith("/messages") and answer.status == 200:
        return answer.saying(total_count=answer.body["total_count"] + 1)
    return answer


async def metadata_is_replaced(asked: Asked, ask: Ask) -> Answered:
    """In the answers to updates of sessions."""
    answer = await ask(asked)
    if asked.method == "PATCH" and "/sessions/" in asked.path and answer.status == 200:
        return answer.saying(metadata=asked.body["metadata"])
    return answer


async def a_delete_does_nothing(asked: Asked, ask: Ask) -> Answered:
    """To a user."""
    if asked.method == "DELETE" and "/users/" in asked.path:
        return Answered(200, {"message": "OK"})
    return await ask(asked)


async def what_is_unknown_is_gone(asked: Asked, ask: Ask) -> Answered:
    """410, where the session was never there."""
    answer = await ask(asked)
    return answer._replace(status=410) if answer.status == 404 else answer


async def errors_are_plain_text(asked: Asked, ask: Ask) -> Answered:
    """Their message, and no more."""
    answer = await ask(asked)
    return answer if answer.status < 400 else Answered(answer.status, answer.body["message"])


async def an_update_makes_a_new_creation(asked: Asked, ask: Ask) -> Answered:
    """Of a user."""
    answer = await ask(asked)
    if asked.method == "PATCH" and "/users/" in asked.path and answer.status == 200:
        return answer.saying(created_at=answer.body["updated_at"])
    return answer


async def a_field_has_another_name(asked: Asked, ask: Ask) -> Answered:
    """`role_type` of messages."""
    answer = await ask(asked)
    if not asked.path.endswith("/messages") or answer.status != 200:
        return answer
    messages = [{**m, "roleType": m["role_type"]} for m in answer.body["messages"]]
    for message in messages:
        del message["role_type"]
    return answer.saying(messages=messages)


async def users_share_their_sessions(asked: Asked, ask: Ask) -> Answered:
    """Whoever asks."""
    if asked.path.endswith("/sessions") and "/users/" in asked.path:
        return await ask(Asked("GET", f"{API}/sessions", None))
    return await ask(asked)


async def every_page_is_the_first(asked: Asked, ask: Ask) -> Answered:
    """Of groups: the query is not read."""
    answer = await ask(asked)
    if asked.path.endswith("/groups-ordered"):
        return answer.saying(groups=answer.body["groups"][:1], row_count=1)
    return answer


FOUND_OUT: list[tuple[Breakage, str, str]] = [
    (an_ended_session_takes_memory, "an-ended-session-refuses-memory", "adds"),
    (a_bulk_end_ends_what_it_finds, "a-bulk-end-is-all-or-nothing", "first"),
    (an_end_forgets_what_was_said, "an-ended-session-keeps-its-history", "messages"),
    (messages_come_newest_first, "messages-keep-their-order", "reads"),
    (a_count_is_one_too_many, "a-silent-session-has-no-messages", "messages"),
    (metadata_is_replaced, "metadata-of-a-session-is-merged", "merges"),
    (a_delete_does_nothing, "a-deleted-user-is-gone", "reads"),
    (what_is_unknown_is_gone, "no-unknown-session-to-read", "asks"),
    (errors_are_plain_text, "a-taken-user-id-is-400", "again"),
    (an_update_makes_a_new_creation, "updates-tell-their-time", "user-changes"),
    (a_field_has_another_name, "every-role-type-is-kept", "reads"),
    (users_share_their_sessions, "sessions-of-a-user-are-its-own", "other"),
    (every_page_is_the_first, "pages-of-groups-neither-repeat-nor-lose", "first"),
]


@pytest.mark.parametrize(("breakage", "rule", "step"), FOUND_OUT)
def test_a_rule_can_be_broken(rules: list[Workflow], breakage: Any, rule: str, step: str) -> None:
    """Each breakage breaks the rule that is about it, at the step where it shows."""
    with serving(broken(breakage)) as url:
        (outcome,) = judged([one for one in rules if one.id == rule], url, "broken")
    assert outcome.verdict == "broken", outcome.told
    assert outcome.step.endswith(f"-{step}")
    assert outcome.told
