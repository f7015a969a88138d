"""The rules of ElizaOS: the stand-in keeps them all, and a broken server is found out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

import httpx
import pytest
from support import ROOT

from understudy.app import Understudy
from understudy.arazzo.runner import Outcome, Runner
from understudy.arazzo.workflow import Workflow, workflows
from understudy.client import SideDoor
from understudy.httpx_transport import Transport
from understudy.inprocess import InProcess
from understudy.project import find_contract, load

RULES = workflows(ROOT / "specs" / "eliza.arazzo.yaml", find_contract("eliza"))

SESSION = "/api/messaging/sessions/(?!health)[^/]+"
MESSAGES = f"{SESSION}/messages"
CHANNEL = "/api/messaging/channels/[^/]+"
DEFAULT_SERVER = "00000000-0000-0000-0000-000000000000"

_numbers = count(1)


class Stage(NamedTuple):
    """A server to judge, in a namespace of its own, and its clock."""

    door: SideDoor
    http: httpx.Client

    def judged(self, rules: list[Workflow]) -> list[Outcome]:
        """What comes of the rules there."""
        runner = Runner(
            str(self.http.base_url),
            {},
            run=f"run-{next(_numbers)}",
            advance=lambda duration: void(self.door.clock.advance(duration)),
            client=self.http,
        )
        return list(runner.judge(rules))


def void(_: object) -> None:
    """Nothing is made of a result."""


@pytest.fixture(scope="module")
def app() -> Understudy:
    """The stand-in."""
    return Understudy(load([]))


@pytest.fixture
def staged(app: Understudy) -> Iterator[Callable[..., Stage]]:
    """Opens namespaces of an app, the stand-in unless another one is given."""
    opened: list[InProcess] = []

    def open_stage(server: Any = app) -> Stage:
        opened.append(InProcess(server))
        transport, namespace = Transport(opened[-1]), f"rules-{next(_numbers)}"
        door = SideDoor("http://localhost", namespace, transport=transport)
        return Stage(door, httpx.Client(base_url=f"{door.url}", transport=transport))

    yield open_stage
    for inside in opened:
        inside.close()


def test_every_rule_says_what_it_guarantees_and_why() -> None:
    """Each rule has a sentence, a source and a basis; at least 60 are not of our own making."""
    assert len(RULES) >= 65
    assert all(r.summary.endswith(".") and r.description.endswith(".") for r in RULES)
    assert sum(r.basis in ("documented", "observed") for r in RULES) >= 60


@pytest.mark.parametrize("persona", ["docs", "1.7"])
def test_the_stand_in_keeps_all_rules(staged: Callable[..., Stage], persona: str) -> None:
    """Either persona keeps every rule, also in a namespace where they were all tried before."""
    stage = staged()
    stage.door.settings(personas={"eliza": persona})
    for outcome in (*stage.judged(RULES), *stage.judged(RULES)):
        assert outcome.verdict == "kept", (outcome.workflow.id, outcome.step, outcome.told)
        assert outcome.left == []


def test_rules_leave_nothing_behind(staged: Callable[..., Stage]) -> None:
    """After all rules there are the agents from before, no sessions, and the channels of jobs
    alone, which nothing tells."""
    stage = staged()
    before = stage.http.get("/api/agents").json()
    jobs = [rule for rule in RULES if "createJob" in rule.operations]
    stage.judged([rule for rule in RULES if rule not in jobs])
    assert stage.http.get("/api/agents").json() == before
    assert stage.http.get("/api/messaging/sessions").json()["sessions"] == []
    channels = f"/api/messaging/message-servers/{DEFAULT_SERVER}/channels"
    assert stage.http.get(channels).json()["data"]["channels"] == []


class Breakage(NamedTuple):
    """What a careless author made of some answers: of status and body, or instead of them."""

    method: str
    path: str
    answer: Callable[[int, Any], tuple[int, Any]]
    heeds: bool = True
    query: Callable[[bytes], bytes] = bytes

    def concerns(self, scope: dict[str, Any]) -> bool:
        """Whether the request is one of those."""
        path = re.sub("^/_ns/[^/]+", "", scope["path"])
        return bool(scope["method"] == self.method and re.fullmatch(self.path, path))


def broken(app: Understudy, breakage: Breakage) -> Any:
    """The app with a breakage: a request may be altered or go unheeded, an answer be altered."""

    async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if not breakage.concerns(scope):
            await app(scope, receive, send)
            return
        start: dict[str, Any] = {"type": "http.response.start", "status": 200, "headers": []}
        said = b""

        async def keep(message: dict[str, Any]) -> None:
            nonlocal said
            start.update(message if "status" in message else {})
            said += message.get("body", b"")

        if breakage.heeds:
            altered = {**scope, "query_string": breakage.query(scope["query_string"])}
            await app(altered, receive, keep)
        status, body = breakage.answer(start["status"], json.loads(said) if said else None)
        headers = [h for h in start["headers"] if h[0] != b"content-length"]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        text = body if isinstance(body, str) else json.dumps(body)
        await send({"type": "http.response.body", "body": text.encode()})

    return wrapped


def changed(**parts: Any) -> Callable[[int, Any], tuple[int, Any]]:
    """A success has these parts, whatever they should be."""
    return lambda status, body: (status, {**body, **parts} if status < 300 else body)


def always(status: int, body: Any) -> Callable[[int, Any], tuple[int, Any]]:
    """The answer is this one."""
    return lambda _, __: (status, body)


def instead_of(wrong: int, status: int, body: Any) -> Callable[[int, Any], tuple[int, Any]]:
    """Where the status should be the wrong one, the answer is this one."""
    return lambda was, told: (status, body) if was == wrong else (was, told)


def reversed_messages(status: int, body: Any) -> tuple[int, Any]:
    """Messages come oldest first."""
    return status, {**body, "messages": body["messages"][::-1]} if status == 200 else body


def one_too_many(status: int, body: Any) -> tuple[int, Any]:
    """A count is off by one."""
    return status, {**body, "total": body["total"] + 1}


def without(name: str) -> Callable[[bytes], bytes]:
    """The parameter is ignored."""
    return lambda query: re.sub(f"(^|&){name}=[^&]*".encode(), b"", query)


NOT_FOUND = {"error": {"code": "SESSION_NOT_FOUND", "message": "Where did it go?"}}
EMPTY = {"messages": [], "hasMore": False}

BREAKAGES = {
    "an end that ends nothing": (
        Breakage("DELETE", SESSION, always(200, {"success": True, "message": "Done"}), heeds=False),
        "ended-session-takes-no-messages",
        "aftersay-say",
    ),
    "404 where it should be 410": (
        Breakage("GET", SESSION, instead_of(410, 404, NOT_FOUND)),
        "expired-session-is-gone",
        "lateget-get",
    ),
    "an unknown session with an empty history": (
        Breakage("GET", MESSAGES, instead_of(404, 200, EMPTY)),
        "unknown-session-has-no-history",
        "noread-try",
    ),
    "an error as plain text": (
        Breakage("GET", SESSION, instead_of(404, 404, "Not found")),
        "unknown-session-is-not-found",
        "noget-try",
    ),
    "the order reversed": (
        Breakage("GET", MESSAGES, reversed_messages),
        "history-is-newest-first",
        "order-read",
    ),
    "a limit ignored": (
        Breakage("GET", MESSAGES, changed(), query=without("limit")),
        "paging-back-neither-repeats-nor-loses",
        "back-first",
    ),
    "a cursor ignored": (
        Breakage("GET", MESSAGES, changed(), query=without("before")),
        "paging-back-neither-repeats-nor-loses",
        "back-second",
    ),
    "another default": (
        Breakage("GET", MESSAGES, changed(), query=lambda query: query or b"limit=100"),
        "page-holds-fifty-messages-unless-asked",
        "fifty-read",
    ),
    "a count off by one": (
        Breakage("GET", "/api/messaging/sessions", one_too_many),
        "statistics-agree-with-the-list",
        "stats-list",
    ),
    "metadata forgotten": (
        Breakage("GET", SESSION, changed(metadata={})),
        "session-metadata-comes-back-exactly",
        "keepmeta-get",
    ),
    "a renewal uncounted": (
        Breakage("POST", f"{SESSION}/renew", changed(renewalCount=0)),
        "renewal-is-counted",
        "renew-one",
    ),
    "a write lost": (
        Breakage("POST", MESSAGES, always(201, {}), heeds=False),
        "sent-message-is-in-the-history",
        "kept-read",
    ),
    "history that dies with its session": (
        Breakage("GET", f"{CHANNEL}/messages", changed(data={"messages": []})),
        "history-outlives-its-session",
        "history-list",
    ),
    "an agent that outlives its deletion": (
        Breakage("DELETE", "/api/agents/[^/]+", always(204, None), heeds=False),
        "deleted-agent-is-gone",
        "dead-get",
    ),
}


@pytest.mark.parametrize("named", BREAKAGES)
def test_a_broken_server_is_found_out(
    app: Understudy, staged: Callable[..., Stage], named: str
) -> None:
    """The rule that a breakage breaks is broken, at the step where a client would notice."""
    breakage, rule, step = BREAKAGES[named]
    found = staged(broken(app, breakage)).judged([r for r in RULES if r.id == rule])
    assert [(o.verdict, o.step) for o in found] == [("broken", step)]
