"""Responses that a test plans: values, sequences, templates and functions; over a socket with a
database, and without either."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx
import pytest

from understudy.client import ApiDouble, ControlClient, ControlError, Request, Response
from understudy.stand_in import StandInServer

_DOCUMENT = """
openapi: 3.0.3
info: {title: Tasks, version: "1"}
paths:
  /tasks:
    get:
      operationId: listTasks
      responses:
        "200":
          description: All.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Task"}}
              example: []
    post:
      operationId: addTask
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {"201": {$ref: "#/components/responses/Task"}}
  /tasks/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getTask
      responses:
        "200": {$ref: "#/components/responses/Task"}
        4XX:
          description: No.
          content:
            application/problem+json:
              schema: {type: object, required: [why]}
              example: {why: "no"}
    delete: {operationId: deleteTask, responses: {"204": {description: Gone.}}}
components:
  responses:
    Task:
      description: One.
      content:
        application/json: {schema: {$ref: "#/components/schemas/Task"}, example: {id: example}}
  schemas:
    Task:
      type: object
      required: [id]
      properties: {id: {type: string}, size: {type: integer}, of: {}}
"""

TASK = "/tasks/t1"
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

_numbers = count(1)


@pytest.fixture(scope="module", params=["in process", "database"])
def stand_in(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StandInServer]:
    """The API of tasks, whose handlers are the document's examples."""
    directory = tmp_path_factory.mktemp("tasks")
    document = directory / "tasks.yaml"
    document.write_text(_DOCUMENT, encoding="utf-8")
    if request.param == "in process":
        server = StandInServer.open(document, in_process=True)
    else:
        server = StandInServer.open(document, ["--store", f"sqlite:///{directory / 'state.db'}"])
    yield server
    server.close()


@pytest.fixture
def tasks(stand_in: StandInServer) -> Iterator[ApiDouble]:
    """The API in a namespace of the test's own."""
    with stand_in.control(f"stubs-{next(_numbers)}") as control:
        yield stand_in.double(control, "tasks")


@pytest.fixture
def http(tasks: ApiDouble) -> Iterator[httpx.Client]:
    """A client of that API."""
    with httpx.Client(base_url=tasks.url, transport=tasks.transport) as client:
        yield client


def results(http: httpx.Client, number: int) -> list[Any]:
    """Return what a client gets for a task so often: the id of the task, or the status of an
    error."""
    responses = [http.get(TASK) for _ in range(number)]
    return [r.status_code if r.is_error else r.json()["id"] for r in responses]


def test_stub_answers_until_it_is_removed(tasks: ApiDouble, http: httpx.Client) -> None:
    """It answers all requests but those of a rule for the next `times`; then the handler answers
    again."""
    tasks.respond("getTask", {"id": "next"}, times=1)
    stub = tasks.respond("getTask", {"id": "mine"}, headers={"X-Mine": "1"})
    tasks.fail_next("getTask", status=503)
    assert results(http, 4) == ["next", 503, "mine", "mine"]
    assert http.get(TASK).headers["x-mine"] == "1"
    assert [rule["hits"] for rule in tasks.control.faults()] == [1, 3, 1]
    tasks.control.remove_fault(stub)
    assert results(http, 1) == ["example"]


def test_stub_has_the_status_of_a_success(tasks: ApiDouble, http: httpx.Client) -> None:
    """That of the operation, with its media type; another status may be given."""
    tasks.respond("addTask", {"id": "new"})
    tasks.respond("deleteTask", None)
    tasks.respond("getTask", {"why": "lost"}, status=404, times=1)
    tasks.respond("getTask", status=404)
    assert http.post("/tasks", json={}).status_code == 201
    assert (gone := http.delete(TASK)).status_code == 204
    assert gone.content == b""
    lost = http.get(TASK)
    assert (lost.status_code, lost.json()) == (404, {"why": "lost"})
    assert lost.headers["content-type"] == "application/problem+json"
    assert http.get(TASK).json() == {"why": "no"}, "the document's example"


def test_list_is_one_response_after_the_other(tasks: ApiDouble, http: httpx.Client) -> None:
    """The last one is for all others. A list in a `Response` is a body."""
    refused = Response(429, {"why": "busy"}, headers={"Retry-After": "7"})
    tasks.respond("getTask", [{"id": "a"}, refused, {"id": "c"}])
    assert results(http, 5) == ["a", 429, "c", "c", "c"]
    assert tasks.requests("getTask")[1].response.headers["retry-after"] == "7"
    tasks.respond("listTasks", Response(body=[{"id": "a"}]))
    assert http.get("/tasks").json() == [{"id": "a"}]
    with pytest.raises(ValueError, match=r"give Response\(body=\[\]\)"):
        tasks.respond("listTasks", [])


def test_requests_at_once_share_a_sequence(tasks: ApiDouble, http: httpx.Client) -> None:
    """Each gets another response, however many come at the same time."""
    tasks.respond("getTask", [{"id": str(number)} for number in range(20)])
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: http.get(TASK).json()["id"], range(20)))
    assert sorted(map(int, got)) == list(range(20))


def test_failures_are_followed_by_the_handler(tasks: ApiDouble, http: httpx.Client) -> None:
    """An empty response is the handler's own; a connection may be cut in a sequence, too."""
    tasks.fail("getTask", responses=[Response(503), {"status": 502}, Response()])
    assert results(http, 4) == [503, 502, "example", "example"]
    tasks.control.clear_faults()
    tasks.fail("getTask", responses=[Response(connection="reset"), Response()])
    with pytest.raises(httpx.ReadError):
        http.get(TASK)
    assert results(http, 1) == ["example"]


def test_stub_against_the_contract_is_refused(tasks: ApiDouble, http: httpx.Client) -> None:
    """With all violations, at the place where they stand in the rule; `allow_invalid` sends it."""
    wrong = {"id": "a", "size": "large"}
    with pytest.raises(
        ControlError,
        match=r"^the document of tasks does not allow this response to getTask \(with "
        r"`allow_invalid` it is sent all the same; an example of it is \{\"id\":\"example\"\}\): "
        r'body /then/body/size: "large" is not of type "integer"$',
    ) as refused:
        tasks.respond("getTask", wrong)
    assert refused.value.status == 400
    with pytest.raises(ControlError, match="body /then/responses/1/body: ") as refused:
        tasks.respond("getTask", [{"id": "a"}, {}])
    assert "Response(body=[...])" in "".join(refused.value.__notes__)
    with pytest.raises(ControlError, match='/then/body: "why" is a required property'):
        tasks.fail_next("getTask", status=418, body={})
    with pytest.raises(ControlError, match="/then/body: status 204 declares no content"):
        tasks.respond("deleteTask", {})
    assert tasks.control.faults() == []
    tasks.respond("getTask", wrong, allow_invalid=True)
    assert http.get(TASK).json() == wrong


def test_undeclared_success_is_refused(tasks: ApiDouble, http: httpx.Client) -> None:
    """But not an undeclared error: servers in between answer with such, and with any body."""
    with pytest.raises(
        ControlError, match="/then/status: getTask does not declare 202; declared: 200, 4XX"
    ):
        tasks.respond("getTask", {"id": "a"}, status=202)
    page = {"Content-Type": "text/html"}
    tasks.fail_next("getTask", status=502, headers=page, body="<h1>Bad gateway</h1>")
    assert http.get(TASK).text == "<h1>Bad gateway</h1>"


def test_template_has_values_of_the_request(tasks: ApiDouble, http: httpx.Client) -> None:
    """A text that is one expression becomes its value; what a request has not is a 500 that says
    so, and so is a value that the contract does not allow."""
    body = {
        "id": "{$request.path.id}",
        "of": ["{$request.query.q}?", {"all": "{$method} {$request.header.x-who}"}, "{x}"],
    }
    tasks.respond("getTask", body, template=True)
    assert http.get("/tasks/a%20b?q=1", headers={"X-Who": "Ann"}).json() == {
        "id": "a b",
        "of": ["1?", {"all": "GET Ann"}, "{x}"],
    }
    assert http.get(TASK).status_code == 500
    missing = "the template of fault rule 1 cannot be filled: $request.query.q has no value"
    assert tasks.requests("getTask")[-1].error == missing
    tasks.respond("addTask", {"id": "n", "size": "{$request.body#/size}"}, template=True)
    assert http.post("/tasks", json={"size": 3}).json()["size"] == 3
    assert http.post("/tasks", json={"size": "3"}).status_code == 500
    assert tasks.requests("addTask")[-1].violations[0].at == "/size"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("$request.path.key", "the path of getTask has no parameter 'key'; its parameters: id"),
        ("$response.body", "has no value: there is no response yet"),
        ("$request.cookie.a", "is not a runtime expression; those are such as"),
    ],
)
def test_expression_without_any_value_is_refused(
    tasks: ApiDouble, expression: str, message: str
) -> None:
    """When it is planned, and at its place."""
    with pytest.raises(ControlError, match=f"/then/body/of/0: .*{message}"):
        tasks.respond("getTask", {"id": "a", "of": [f"a {{{expression}}}"]}, template=True)


def test_function_answers(tasks: ApiDouble, http: httpx.Client) -> None:
    """It gets the request, and returns a body or a Response; it is called once for each."""
    got: list[Request] = []

    def answer(request: Request) -> Any:
        got.append(request)
        if request.query_parameters.get("lost"):
            return Response(404, {"why": "lost"}, headers={"X-Mine": "é"})
        return {"id": request.path_parameters["id"]}

    tasks.respond("getTask", answer)
    tasks.respond("addTask", lambda request: {"id": "new", "of": request.body})
    assert http.get("/tasks/a%2Fb", headers={"X-Who": "Ann"}).json() == {"id": "a/b"}
    lost = http.get(TASK, params={"lost": "1"})
    assert (lost.status_code, lost.json(), lost.headers["x-mine"]) == (404, {"why": "lost"}, "é")
    added = http.post("/tasks", json={"a": [1]})
    assert (added.status_code, added.json()["of"]) == (201, {"a": [1]})
    assert (got[0].method, got[0].path, got[0].headers["x-who"]) == ("GET", "/tasks/a%2Fb", "Ann")
    assert len(got) == 2
    with ThreadPoolExecutor(8) as pool:
        assert {r.status_code for r in pool.map(lambda _: http.get(TASK), range(20))} == {200}
    assert len(got) == 22


def test_error_of_a_function_is_told(
    tasks: ApiDouble, http: httpx.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    """The client gets 500, the journal says why, and the traceback of the function is printed; a
    value that the contract does not allow is a 500, too."""

    def answer(request: Request) -> Any:
        if "size" in request.query_parameters:
            return {"id": "a", "size": request.query_parameters["size"]}
        raise LookupError("no\nsuch task")

    rule = tasks.respond("getTask", answer)
    assert http.get(TASK).status_code == 500
    failed = tasks.requests("getTask")[-1]
    reason = f"the callback of fault rule {rule} failed: LookupError: no such task"
    assert (failed.error, failed.violations[0].message) == (reason, reason)
    printed = capfd.readouterr().err
    assert 'raise LookupError("no\\nsuch task")' in printed
    assert "function_server" not in printed
    assert http.get(TASK, params={"size": "7"}).status_code == 500
    assert "a 200 that its document does not allow" in tasks.requests("getTask")[-1].error
    tasks.control.remove_fault(rule)
    tasks.respond("getTask", answer, allow_invalid=True)
    assert http.get(TASK, params={"size": "7"}).json()["size"] == "7"


def test_template_without_an_expression_is_refused(tasks: ApiDouble) -> None:
    """Braces of another tool would be sent as they are."""
    with pytest.raises(ControlError, match=r"/then/template: .* such as \{\$request\.body#/id\}"):
        tasks.respond("getTask", {"id": "{{request.path.id}}"}, template=True)
    tasks.respond("getTask", [{"id": "a"}, {"id": "{$request.path.id}"}], template=True)


class _Model:
    """What a model of pydantic does."""

    def model_dump(self, *, by_alias: bool, exclude_unset: bool) -> dict[str, Any]:
        """Return the fields."""
        assert by_alias
        assert exclude_unset
        return {"id": "model", "of": datetime(2026, 1, 1)}  # UTC


@dataclass
class _Task:
    id: str
    of: Any


def test_body_may_be_what_programs_have(tasks: ApiDouble, http: httpx.Client) -> None:
    """Models, dataclasses, dates, UUIDs and sets become JSON, also those of a function; others are
    an error that shows the value."""
    task = _Task("data", [UUID(int=7), {1}, date(2026, 1, 2), NEW_YEAR])
    of_task = [str(UUID(int=7)), [1], "2026-01-02", "2026-01-01T00:00:00+00:00"]
    tasks.respond("getTask", [_Model(), Response(body=task)])
    assert http.get(TASK).json() == {"id": "model", "of": "2026-01-01T00:00:00+00:00"}
    got = http.get(TASK).json()
    assert (got["id"], got["of"][:3]) == ("data", of_task[:3])
    tasks.respond("addTask", lambda request: _Model())
    assert http.post("/tasks", json={}).json()["id"] == "model"
    with pytest.raises(TypeError, match=r"object at .* \(object\) cannot be written as JSON"):
        tasks.respond("getTask", {"id": object()})


def test_fault_says_what_shall_happen(tasks: ApiDouble, http: httpx.Client) -> None:
    """An empty one is refused; a delay may be a timedelta."""
    with pytest.raises(TypeError, match="a fault needs what shall happen, such as status=503"):
        tasks.fail_next("getTask")
    tasks.fail_next("getTask", delay=timedelta(milliseconds=1))
    tasks.respond("getTask", [Response(delay=timedelta(milliseconds=2))])
    delays = [r["then"].get("delay") or r["then"]["responses"] for r in tasks.control.faults()]
    assert delays == [0.001, [{"delay": 0.002}]]
    with pytest.raises(TypeError, match="needs one of in_, at and after"):
        tasks.control.schedule("GET", TASK)
    with pytest.raises(ControlError, match="/request/path: 'tasks' is not a path"):
        tasks.control.schedule("GET", "tasks", in_="5m")


def test_function_needs_a_stand_in_on_this_machine() -> None:
    """Another machine could not call it."""
    elsewhere = ControlClient("http://mock.example")
    with pytest.raises(ValueError, match=r"at mock\.example cannot call a function"):
        elsewhere.respond("getTask", lambda request: None)
    with pytest.raises(ValueError, match="give it alone, not in a list"):
        ControlClient("http://localhost").respond("getTask", [{}, lambda request: None])


def test_journal_of_stubs_becomes_a_test(tasks: ApiDouble, http: httpx.Client) -> None:
    """Each response of a sequence, of a template or of a function is repeated as it was."""
    tasks.respond("getTask", [{"id": "a"}, Response(connection="close")])
    assert results(http, 1) == ["a"]
    with pytest.raises(httpx.TransportError):
        http.get(TASK)
    source = tasks.control.pytest_test()
    assert "fail_next(**{'status': 200, 'body': {'id': 'a'}})" in source
    assert "fail_next(**{'connection': 'close'})" in source
