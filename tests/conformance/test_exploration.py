"""The judge's third tier: sequences by chance, compared with the stand-in, shrunk, and grounded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import httpx
import pytest

from tests.mutants.mutant import App, Handler, Mutant, Request, Response
from tests.mutants.mutated_app import MutatedApp
from tests.support.server import run, serving
from understudy.commands.reference_models import models_of
from understudy.conformance.arazzo.workflow import rules_of
from understudy.conformance.check import check
from understudy.conformance.exploration.differential import Model
from understudy.conformance.exploration.executor import Server
from understudy.conformance.exploration.generator import SequenceGenerator
from understudy.conformance.exploration.minimizer import ddmin
from understudy.conformance.exploration.operation_graph import OperationGraph
from understudy.conformance.exploration.sequence import Step
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports import FORMATS, as_text
from understudy.conformance.reports.report import Finding, Report
from understudy.serving.project import find_contract, find_document

ZEP = find_contract("zep")
RULES = rules_of(ZEP, find_document("zep"))


@pytest.fixture(scope="module")
def models() -> Iterator[list[Model]]:
    """What Zep is compared with."""
    with models_of(find_document("zep"), "zep") as found:
        yield found


def explored(url: str, models: list[Model], *only: str, requests: int = 120) -> Report:
    """What exploration of these operations or tags says."""
    scope = CheckOptions(tiers=(), explore=requests, only=frozenset(only))
    return check(ZEP, url, scope, rules=RULES, models=models, api_key="k")


@contextmanager
def serving_mutant(handler: Handler) -> Iterator[str]:
    """Serve our app behind a mutant; yield its URL."""
    with serving(MutatedApp([Mutant(handler)])) as origin:
        yield f"{origin}/_ns/{handler.__name__}"


async def deleted_users_stay(request: Request, app: App) -> Response:
    """A DELETE of a user that is there says so, and does nothing."""
    if request.method == "DELETE" and request.path.startswith("/api/v2/users/"):
        there = await app(request._replace(method="GET"))
        return Response(200, {"message": "OK"}) if there.status == 200 else there
    return await app(request)


async def updates_drop_the_rest(request: Request, app: App) -> Response:
    """The response to a PATCH of a user has no email that the PATCH did not name."""
    response = await app(request)
    if request.method == "PATCH" and "/users/" in request.path and response.status == 200:
        return response.with_fields(email=request.body.get("email"))
    return response


async def messages_come_backwards(request: Request, app: App) -> Response:
    """The messages of a session are listed with the last one first."""
    response = await app(request)
    if request.path.endswith("/messages") and response.status == 200:
        return response.with_fields(messages=response.body["messages"][::-1])
    return response


async def ended_sessions_take_memory(request: Request, app: App) -> Response:
    """What is added to an ended session is taken."""
    response = await app(request)
    if request.path.endswith("/memory") and request.method == "POST" and response.status == 409:
        return Response(200, {})
    return response


async def users_share_their_sessions(request: Request, app: App) -> Response:
    """The sessions of a user are everybody's."""
    if request.path.endswith("/sessions") and "/users/" in request.path:
        found = await app(request)
        everything = await app(Request("GET", "/api/v2/sessions", None))
        return found._replace(body=everything.body) if found.status == 200 else found
    return await app(request)


async def classes_are_a_teapot(request: Request, app: App) -> Response:
    """A status of which the document knows nothing."""
    response = await app(request)
    if request.path.endswith("/classify") and response.status == 200:
        return Response(418, {"message": "short and stout"})
    return response


@pytest.mark.parametrize(
    ("mutant", "only", "operation", "rule", "length"),
    [
        (deleted_users_stay, "deleteUser", "deleteUser", "a-deleted-user-is-gone", 3),
        (
            updates_drop_the_rest,
            "updateUser",
            "updateUser",
            "an-update-of-a-user-keeps-the-other-fields",
            2,
        ),
        (
            messages_come_backwards,
            "addMemory getSessionMessages",
            "getSessionMessages",
            "messages-are-read-as-they-were-written",
            4,
        ),
        (
            ended_sessions_take_memory,
            "addMemory endSession",
            "addMemory",
            "an-ended-session-refuses-memory",
            4,
        ),
        (
            users_share_their_sessions,
            "addSession getUserSessions",
            "getUserSessions",
            "sessions-of-a-user-lack-nothing",
            4,
        ),
        (classes_are_a_teapot, "classifySession", "classifySession", "undeclared-status", 3),
    ],
)
def test_a_difference_is_found_shrunk_and_grounded(
    models: list[Model], mutant: Handler, only: str, operation: str, rule: str, length: int
) -> None:
    """The finding names the operation and the rule, and has no step too many."""
    with serving_mutant(mutant) as url:
        report = explored(url, models, *only.split())
    found = {(f.operation, f.rule): len(f.curl) for f in report.findings}
    assert found.get((operation, rule), 99) <= length, as_text(report)


def test_what_comes_and_goes_is_called_unstable(models: list[Model]) -> None:
    """A write that is lost one time in five: its difference does not come again each time."""
    chance = Random(1)

    async def lost_now_and_then(request: Request, app: App) -> Response:
        response = await app(request)
        added = (
            request.method == "POST" and request.path.endswith("/users") and response.status == 201
        )
        if added and chance.random() < 0.2:
            await app(Request("DELETE", f"{request.path}/{request.body['user_id']}", None))
        return response

    with serving_mutant(lost_now_and_then) as url:
        report = explored(url, models, "users")
    told = [finding.message for finding in (*report.findings, *report.review)]
    assert any("unstable: it came again " in message for message in told), as_text(report)


async def a_search_finds_no_session(request: Request, app: App) -> Response:
    """What is there is not found."""
    response = await app(request)
    if request.method == "POST" and request.path.endswith("/search") and response.status == 200:
        return Response(404, {"message": "not found"})
    return response


def test_what_no_rule_speaks_of_is_for_review_and_fails_nobody(models: list[Model]) -> None:
    """The same difference is a finding with the rules of the API, and none without any."""
    with serving_mutant(a_search_finds_no_session) as url:
        ruled = explored(url, models, "searchSession", requests=60)
        scope = CheckOptions(tiers=(), explore=60, only=frozenset(["searchSession"]))
        unruled = check(ZEP, url, scope, models=models, api_key="k")
    assert [finding.operation for finding in ruled.findings] == ["searchSession"]
    assert unruled.conforms
    (review,) = unruled.review
    assert review.title == "404 where the stand-in answers 200"
    assert len(review.curl) == 3


def test_every_report_shows_what_is_for_review() -> None:
    """As no failure: skipped, a note, a notice."""
    report = Report("zep", "http://here", 1, explored={"getUser"})
    report.review.append(Finding("getUser", "difference", "it differs", "so", ("curl x",)))
    told = {name: write(report) for name, write in FORMATS.items()}
    assert all("it differs" in text for text in told.values())
    assert '<skipped message="for review: it differs' in told["junit"]
    assert 'failures="0"' in told["junit"]
    assert '"level": "note"' in told["sarif"]
    assert told["github"].startswith("::notice title=getUser is for review::")
    assert "getUser is for review, difference: it differs" in told["text"]


@pytest.mark.parametrize(("api", "persona"), [("zep", ""), ("eliza", "docs"), ("eliza", "1.7")])
def test_our_own_server_shows_no_difference(origin: str, api: str, persona: str) -> None:
    """In each persona; and what it was made to keep, it may forget again."""
    if persona:
        settings = {"personas": {api: persona}}
        httpx.patch(f"{origin}/_understudy/settings", json=settings).raise_for_status()
    path = find_document(api)
    contract = find_contract(api)
    with models_of(path, api) as models:
        report = check(
            contract,
            origin,
            CheckOptions(tiers=(), explore=100, seed=3),
            rules=rules_of(contract, path),
            models=models,
            api_key="k",
        )
    assert not report.findings + report.review, as_text(report)
    assert 100 <= report.cases < 130
    assert len(report.explored) > 20


def test_the_target_is_tidied_up(origin: str, models: list[Model]) -> None:
    """Users, groups and collections are deleted; the report says what cannot be."""
    report = explored(origin, models)
    state = httpx.get(f"{origin}/_understudy/state").json()["apis"]["zep"]["k"]
    left = {name for name, held in state.items() if held["records"]}
    assert not left & {"users", "groups", "collections", "documents"}, left
    assert report.left[0].endswith("made by addSession")


def test_what_is_not_sent_is_not_counted(origin: str) -> None:
    """--max-requests is about exploration too, with its tidying up."""
    options = ("--tier", "exploration", "--max-requests", "20", "--explore", "40")
    done = run("check", origin, "--api", "eliza", *options, "--format", "json")
    assert json.loads(done.stdout)["requests"] == 20, done.stderr


def test_each_tier_has_its_share_of_few_requests(origin: str) -> None:
    """Rules do not spend what exploration is to have."""
    options = ("--tier", "behaviour", "--max-requests", "60", "--explore", "40")
    done = run("check", origin, "--api", "eliza", *options)
    assert "\nexplored " in done.stdout, done.stdout + done.stderr


def test_nothing_that_was_explored_is_no_verdict(origin: str) -> None:
    """A rule's basis names no operation: the code is 2."""
    options = ("--tier", "exploration", "--explore", "9", "--only", "documented")
    done = run("check", origin, "--api", "eliza", *options)
    assert done.returncode == 2
    assert "nothing was judged: no operation that is wanted was asked" in done.stdout


def test_a_seed_is_a_sequence(models: list[Model]) -> None:
    """The same for the same seed, others for another."""

    def written(seed: int, world: str) -> list[list[Step]]:
        author = SequenceGenerator(OperationGraph(ZEP), seed)
        with httpx.Client(transport=models[0].transport) as client:
            base = f"http://model/_ns/{world}/api/v2"
            server = Server(base, {"Authorization": "Api-Key k"}, client)
            return [author.sequence(server, f"r{number}", 8) for number in range(3)]

    assert written(1, "a") == written(1, "b")
    assert written(1, "c") != written(2, "d")


def test_ddmin_leaves_nothing_out_that_is_needed() -> None:
    """Whatever the order, and in few tries."""
    tried = []

    def shows(some: list[int]) -> bool:
        tried.append(some)
        return {3, 11} <= set(some)

    assert ddmin(range(16), shows) == [3, 11]
    assert len(tried) < 40
    assert ddmin([1, 2, 3], lambda some: len(some) == 3) == [1, 2, 3]


def test_an_api_without_handlers_cannot_be_explored(tmp_path: Path) -> None:
    """There is no model of it: one sentence, and code 2."""
    document = tmp_path / "shop.yaml"
    document.write_text(find_document("zep").read_text(encoding="utf-8"))
    done = run("check", "http://127.0.0.1:9", "--api", str(document), "--explore", "9")
    assert done.returncode == 2
    assert "cannot be explored: it has no handlers" in done.stderr
