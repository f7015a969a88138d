"""Exploration: random sequences, compared with the stand-in, minimized, and attributed to rules."""

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
from understudy.conformance.exploration.differential import DifferentialRunner, Model
from understudy.conformance.exploration.executor import CountingClient
from understudy.conformance.exploration.generator import SequenceGenerator
from understudy.conformance.exploration.minimizer import ddmin
from understudy.conformance.exploration.sequence import Call, ClientId
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.coverage import Coverage
from understudy.conformance.reports.finding import Finding
from understudy.conformance.reports.formats import FORMATS, as_text
from understudy.conformance.reports.report import Report
from understudy.conformance.target.http_client import HttpClient
from understudy.openapi.credentials import Credentials
from understudy.openapi.resources.operation_graph import OperationGraph
from understudy.serving.project import find_contract, find_document

ZEP = find_contract("zep")
RULES = rules_of(ZEP, ZEP.path)


@pytest.fixture(scope="module")
def models() -> Iterator[list[Model]]:
    """Stand-ins for Zep."""
    with models_of(find_document("zep"), "zep") as stand_ins:
        yield stand_ins


def explore(
    url: str, models: list[Model], *only: str, requests: int = 120, seed: int = 1
) -> Report:
    """Explore these operations or tags, and return the report."""
    options = CheckOptions(tiers=(), explore=requests, only=frozenset(only), seed=seed)
    return check(ZEP, url, options, rules=RULES, models=models, api_key="k")


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
    """An ended session accepts messages."""
    response = await app(request)
    if request.path.endswith("/memory") and request.method == "POST" and response.status == 409:
        return Response(200, {})
    return response


async def users_share_their_sessions(request: Request, app: App) -> Response:
    """The list of a user's sessions has those of all users."""
    if request.path.endswith("/sessions") and "/users/" in request.path:
        response = await app(request)
        everything = await app(Request("GET", "/api/v2/sessions", None))
        return response._replace(body=everything.body) if response.status == 200 else response
    return await app(request)


async def classes_are_a_teapot(request: Request, app: App) -> Response:
    """A status that the document does not declare."""
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
def test_exploration_finds_minimizes_and_attributes_a_difference(
    models: list[Model], mutant: Handler, only: str, operation: str, rule: str, length: int
) -> None:
    """The finding names the operation and the rule, and has no unneeded call."""
    with serving_mutant(mutant) as url:
        report = explore(url, models, *only.split())
    lengths = {(f.operation, f.rule): len(f.curl) for f in report.findings}
    assert lengths.get((operation, rule), 99) <= length, as_text(report)


def test_exploration_marks_unstable_differences(models: list[Model]) -> None:
    """A write is lost one time in five, so the difference is not reproduced each time."""
    random = Random(1)

    async def lost_now_and_then(request: Request, app: App) -> Response:
        response = await app(request)
        added = (
            request.method == "POST" and request.path.endswith("/users") and response.status == 201
        )
        if added and random.random() < 0.2:
            await app(Request("DELETE", f"{request.path}/{request.body['user_id']}", None))
        return response

    with serving_mutant(lost_now_and_then) as url:
        report = explore(url, models, "users")
    messages = [finding.message for finding in (*report.findings, *report.for_review)]
    assert any("unstable: it came again " in text for text in messages), as_text(report)


async def a_search_finds_no_session(request: Request, app: App) -> Response:
    """A search of sessions is always 404."""
    response = await app(request)
    if request.method == "POST" and request.path.endswith("/search") and response.status == 200:
        return Response(404, {"message": "not found"})
    return response


def test_difference_without_a_rule_is_for_review(models: list[Model]) -> None:
    """The same difference is a finding with the rules of the API, and fails nobody without them."""
    # By this seed the shortest sequence is that of a rule.
    with serving_mutant(a_search_finds_no_session) as url:
        with_rules = explore(url, models, "searchSession", requests=60, seed=2)
        options = CheckOptions(tiers=(), explore=60, only=frozenset(["searchSession"]), seed=2)
        without_rules = check(ZEP, url, options, models=models, api_key="k")
    assert [finding.operation for finding in with_rules.findings] == ["searchSession"]
    assert without_rules.conforms
    (finding,) = without_rules.for_review
    assert finding.title == "404 where the stand-in answers 200"
    assert len(finding.curl) == 3


def test_reports_show_differences_for_review() -> None:
    """They are no failures, but skipped tests, notes and notices."""
    report = Report("zep", "http://here", Coverage(1, explored={"getUser"}))
    report.for_review.append(Finding("getUser", "difference", "it differs", "so", ("curl x",)))
    texts = {name: write(report) for name, write in FORMATS.items() if name != "badge"}
    assert all("it differs" in text for text in texts.values())
    assert '<skipped message="for review: it differs' in texts["junit"]
    assert 'failures="0"' in texts["junit"]
    assert '"level": "note"' in texts["sarif"]
    assert texts["github"].startswith("::notice title=getUser is for review,file=zep.yaml,line=1::")
    assert "getUser is for review, difference: it differs" in texts["text"]


@pytest.mark.parametrize(("api", "persona"), [("zep", ""), ("eliza", "docs"), ("eliza", "1.7")])
def test_exploration_of_the_stand_in_finds_no_difference(
    origin: str, api: str, persona: str
) -> None:
    """Each persona agrees with itself."""
    if persona:
        settings = {"personas": {api: persona}}
        httpx.patch(f"{origin}/_understudy/settings", json=settings).raise_for_status()
    path = Path(find_document(api))
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
    assert not report.findings + report.for_review, as_text(report)
    assert 100 <= report.coverage.requests < 130
    assert len(report.coverage.explored) > 20


def test_exploration_cleans_up_the_target(origin: str, models: list[Model]) -> None:
    """Users, groups and collections are deleted; the report lists what cannot be."""
    report = explore(origin, models)
    state = httpx.get(f"{origin}/_understudy/state").json()["apis"]["zep"]["k"]
    left = {name for name, held in state.items() if held["records"]}
    assert not left & {"users", "groups", "collections", "documents"}, left
    unknown = "could not be deleted: the API has no operation for it"
    assert all(line.endswith(unknown) for line in report.not_cleaned_up), report.not_cleaned_up


def test_exploration_counts_only_sent_requests(origin: str) -> None:
    """--max-requests limits exploration too, including its cleanup. A quarter of them may find out
    what there is; such requests are not counted."""
    options = ("--tier", "exploration", "--max-requests", "20", "--explore", "40")
    process = run("check", origin, "--api", "eliza", *options, "--format", "json")
    assert json.loads(process.stdout)["requests"] == 15, process.stderr


def test_tiers_share_the_requests(origin: str) -> None:
    """Rules do not spend the requests of exploration."""
    options = ("--tier", "behaviour", "--max-requests", "60", "--explore", "40")
    process = run("check", origin, "--api", "eliza", *options)
    assert "\nexplored " in process.stdout, process.stdout + process.stderr


def test_exploration_without_operations_exits_with_2(origin: str) -> None:
    """The basis of a rule selects no operation."""
    options = ("--tier", "exploration", "--explore", "9", "--only", "documented")
    process = run("check", origin, "--api", "eliza", *options)
    assert process.returncode == 2
    assert "nothing was judged: no selected operation was called" in process.stdout


def test_generator_repeats_sequences_by_seed(models: list[Model]) -> None:
    """Another seed gives other sequences."""

    def sequences(seed: int, namespace: str) -> list[list[Call]]:
        generator = SequenceGenerator(OperationGraph(ZEP), seed)
        base = f"http://model/_ns/{namespace}/api/v2"
        client = HttpClient(models[0].adapter)
        model = CountingClient(base, Credentials({"Authorization": "Api-Key k"}), client)
        return [generator.sequence(model, f"r{number}", 8) for number in range(3)]

    assert sequences(1, "a") == sequences(1, "b")
    assert sequences(1, "c") != sequences(2, "d")


def test_ddmin_keeps_the_needed_items() -> None:
    """It needs few attempts, and keeps all items if all are needed."""
    attempts = []

    def passes(items: list[int]) -> bool:
        attempts.append(items)
        return {3, 11} <= set(items)

    assert ddmin(range(16), passes) == [3, 11]
    assert len(attempts) < 40
    assert ddmin([1, 2, 3], lambda items: len(items) == 3) == [1, 2, 3]


def test_trial_cleans_up_at_the_end_of_with(models: list[Model]) -> None:
    """It cleans up even if the iterator is not exhausted and still referenced."""
    client, key, user = HttpClient(), {"Authorization": "Api-Key k"}, ClientId("userid", 1)
    sequence = [
        Call("addUser", body={"user_id": user, "email": "ada@example.com"}),
        Call("updateUser", {"userId": user}, body={"metadata": {"a": 1}}),
        Call("getUser", {"userId": user}),
    ]
    with serving_mutant(updates_drop_the_rest) as url:
        target = CountingClient(f"{url}/api/v2", Credentials(key), client)
        runner = DifferentialRunner(OperationGraph(ZEP), target, models, Credentials(key), "trial")
        with runner.trial(sequence) as trial:
            observations = iter(trial)
            observation = next(observations)
        statuses = [exchange.response.status for exchange in trial.exchanges]
        read = client.send("GET", trial.exchanges[-1].url, key)
    assert [difference.pointer for difference in observation.differences] == ["/email"]
    assert statuses == [201, 200]
    assert read.response.status == 404
    assert runner.not_cleaned_up == {}
    del observations


def test_exploration_needs_handlers(tmp_path: Path) -> None:
    """An API without handlers has no model: the error is one sentence, and the code is 2."""
    document = tmp_path / "shop.yaml"
    document.write_text(ZEP.text)
    process = run("check", "http://127.0.0.1:9", "--api", str(document), "--explore", "9")
    assert process.returncode == 2
    assert "cannot be explored: it has no handlers" in process.stderr
