"""The engine against stock Connexion, and jsonschema-rs against jsonschema, on one large corpus."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import extend
from openapi_schema_validator import (
    OAS30Validator,
    OAS31Validator,
    oas30_format_checker,
    oas31_format_checker,
)

from tests.differential.calls import JSON, Call, media_of
from tests.differential.connexion_defects import DEFECTS
from tests.differential.corpus import Corpus
from tests.differential.mutations import MUTATIONS
from tests.differential.stock_connexion import Stock, handled
from tests.support.coverage import without_coverage
from understudy.app import Understudy
from understudy.errors import Invalid
from understudy.http import json_codec
from understudy.openapi.document import follow
from understudy.openapi.operation import MediaType
from understudy.runtime.namespaces.namespace import DEFAULT, Namespace
from understudy.serving.api import Api
from understudy.serving.project import load
from understudy.serving.snapshot import export_namespace, restore_namespace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Response(NamedTuple):
    """A response; `has_violations` if ours lists violations of the request in a header."""

    status: int
    media: str
    body: bytes
    has_violations: bool = False


class Exchange(NamedTuple):
    """One call, and the responses of both."""

    call: Call
    ours: Response
    stock: Response


async def _send(app: Any, call: Call) -> Response:
    """Send the call as a server would, by the ASGI protocol, byte for byte."""
    body = call.payload
    headers = [(b"host", b"test")]
    headers += [(n.encode(), v.encode("latin-1")) for n, v in call.headers.items()]
    if body and not call.chunked:
        headers.append((b"content-length", str(len(body)).encode()))
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": call.method,
        "scheme": "http",
        "path": unquote(call.target),
        "raw_path": call.target.encode(),
        "query_string": call.query_text.encode(),
        "root_path": "",
        "headers": headers,
        "server": ("test", 80),
        "client": ("127.0.0.1", 1),
    }
    requests = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return requests.pop() if requests else {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    try:
        await app(scope, receive, send)
    except Exception:  # Connexion's middleware raises again after its response 500
        assert isinstance(app, Stock)
    response_headers = dict(sent[0]["headers"])
    media = response_headers.get(b"content-type", b"").decode().partition(";")[0]
    body = b"".join(m.get("body", b"") for m in sent[1:])
    if call.method == "HEAD":
        body = b""  # a server drops the body of a response to HEAD
    return Response(sent[0]["status"], media, body, b"x-understudy-violations" in response_headers)


def _reset(namespace: Namespace) -> None:
    namespace.reset("two stacks")
    namespace.clock.freeze(NOON)


def _agree(ours: Response, stock: Response) -> bool:
    """Return whether status, media type and value are equal; texts about violations may differ."""
    if ours.status != stock.status or (ours.body and ours.media != stock.media):
        return False
    return ours.has_violations or _value(ours) == _value(stock)


def _value(response: Response) -> Any:
    """Return a response's JSON as text, in which 1, 1.0 and true differ; other bytes unchanged."""
    if response.media != JSON or not response.body:
        return response.body
    return json.dumps(json.loads(response.body), sort_keys=True)


def _apis() -> list[Api]:
    """Load the bundled APIs without `translate_violations`: stock Connexion cannot report other
    errors than the contract's."""
    apis = load([])
    for api in apis:
        api.translate_violations = None
    return apis


async def _run(corpus: Corpus) -> list[Exchange]:
    apis = _apis()
    ours, stock = Understudy(apis), Stock(apis)
    namespace = ours.namespaces.get(DEFAULT)
    _reset(namespace)
    _reset(stock.namespace)
    exchanges = []
    for call in corpus.calls():
        namespace.clock.advance(timedelta(minutes=call.minutes))
        stock.namespace.clock.advance(timedelta(minutes=call.minutes))
        exchange = Exchange(call, await _send(ours, call), await _send(stock, call))
        exchanges.append(exchange)
        response = exchange.ours
        if response.status < 300 and call.method == call.operation.method:
            corpus.succeeded.add((call.api.name, call.operation.id))
        if (
            response.status < 300
            and response.media == JSON
            and call.method == call.operation.method
        ):
            corpus.known.learn(call, json.loads(response.body))
        if not _agree(exchange.ours, exchange.stock) and exchange.stock.status not in (307, 405):
            _copy_state(stock.namespace, namespace, apis)
    return exchanges


def _copy_state(stock: Namespace, ours: Namespace, apis: list[Api]) -> None:
    """Give stock Connexion the ids and records of ours, after only one of them accepted a request.

    To write the records of an API takes far longer than to compare them: most refusals change none.
    """
    state, old = export_namespace(ours, apis), export_namespace(stock, apis)["apis"]
    changed = {name: tenants for name, tenants in state["apis"].items() if tenants != old.get(name)}
    for namespace in (stock, ours):  # ours, too: cursors hold positions, which begin anew
        restore_namespace(namespace, apis, {"drawn": state["drawn"], "apis": changed})


@pytest.fixture(scope="module")
def exchanges() -> Iterator[list[Exchange]]:
    """Send the corpus to both. Coverage is not measured: most of the code is not ours."""
    logging.disable()  # Connexion logs every refusal; pytest would keep all records
    with without_coverage():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # Connexion closes no upload
                sent = asyncio.run(_run(Corpus(load([]), seed=20260303, mutated=0.6, valid=13)))
                gc.collect()
        finally:
            logging.disable(logging.NOTSET)
        yield sent


def _matching_defects(exchange: Exchange) -> list[str]:
    """Return the names of the defects that explain the difference."""
    return [
        defect.name
        for defect in DEFECTS
        if exchange.stock.status in defect.statuses and defect.meets(exchange.call)
    ]


def _operations() -> set[tuple[str, str]]:
    return {(a.name, o.id) for a in load([]) for o in handled(a)}


def test_corpus_covers_operations_mutations_and_statuses(exchanges: list[Exchange]) -> None:
    """It has at least 2,000 requests, of all operations and mutations; a third of them succeed."""
    assert len(exchanges) >= 2000
    succeeded = [e for e in exchanges if 200 <= e.ours.status < 300]
    assert len(succeeded) > len(exchanges) / 3
    operations = {
        (e.call.api.name, e.call.operation.id) for e in succeeded if e.call.method != "OPTIONS"
    }
    assert operations == _operations() - {("eliza", "connectWebsocket")}  # which never succeeds
    assert {e.call.mutation for e in exchanges} == {m.__name__[1:] for m in MUTATIONS} | {"valid"}
    assert {e.ours.status for e in exchanges} >= {200, 201, 400, 401, 404, 405, 409, 410, 413, 415}


def test_responses_are_never_server_errors(exchanges: list[Exchange]) -> None:
    """The status is below 500 for every request."""
    assert not [str(e.call) for e in exchanges if e.ours.status >= 500]


def test_both_stacks_have_the_same_responses(
    exchanges: list[Exchange], capsys: pytest.CaptureFixture[str]
) -> None:
    """Status and JSON are equal, except for listed defects of Connexion, each of which occurs."""
    differing = [e for e in exchanges if not _agree(e.ours, e.stock)]
    excused = Counter(name for e in differing for name in _matching_defects(e)[:1])
    with capsys.disabled():
        print(f"\n{len(exchanges)} requests, {len(exchanges) - len(differing)} agreements")
        for name, count in excused.most_common():
            print(f"{count:6} {name}")
    unexplained = [
        f"{e.call}\n  ours  {e.ours.status} {e.ours.body[:300]!r}"
        f"\n  stock {e.stock.status} {e.stock.body[:300]!r}"
        for e in differing
        if not _matching_defects(e)
    ]
    assert not unexplained, "\n".join(unexplained[:20])
    assert set(excused) == {defect.name for defect in DEFECTS}


#: jsonschema's OpenAPI 3.0 with one rule of every later draft: a whole number, such as 4.0, is an
#: integer.
ReferenceValidator = extend(
    OAS30Validator,
    type_checker=OAS30Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: Draft202012Validator.TYPE_CHECKER.is_type(value, "integer")
    ),
)


@cache
def _is_valid(api: str, schema: str, value: str) -> bool:
    """Return the verdict of the pure Python validator; the same bodies occur often."""
    return bool(_reference_validator(api, schema).is_valid(json.loads(value)))


@cache
def _reference_validator(api: str, schema: str) -> Any:
    """Return the pure Python validator of a schema, with the components for its `$ref`."""
    source = _source(api)
    whole = {**json.loads(schema), "components": source["components"]}
    if source["openapi"].startswith("3.0"):
        return ReferenceValidator(whole, format_checker=oas30_format_checker)
    return OAS31Validator(whole, format_checker=oas31_format_checker)


@cache
def _source(api: str) -> Any:
    return next(a.contract.source for a in load([]) if a.name == api)


def _bodies(exchange: Exchange, mutate: bool) -> Iterator[tuple[Call, MediaType, Any]]:
    """Yield the JSON bodies of an exchange to validate: the request's, the response's, and mutants
    of the latter on request."""
    call = exchange.call
    if call.is_json and call.payload and len(call.payload) < 100_000:
        with suppress(Invalid):
            yield call, media_of(call.operation), json_codec.decode(call.payload)
    declared = call.operation.response(exchange.ours.status)
    is_json = call.method == call.operation.method and exchange.ours.media == JSON
    if is_json and declared is not None and declared.json is not None:
        value = json.loads(exchange.ours.body)
        yield call, declared.json, value
        if mutate:
            yield from ((call, declared.json, mutant) for mutant in _mutants(value))


def _mutants(value: Any) -> Iterator[Any]:
    """Yield the value without each of its properties, and with each set to null; for a list, do so
    with its first item."""
    if isinstance(value, list):
        yield from ([mutant, *value[1:]] for item in value[:1] for mutant in _mutants(item))
        yield [None, *value]
    elif isinstance(value, dict):
        for name in value:
            yield {key: item for key, item in value.items() if key != name}
            yield {**value, name: None}


def test_jsonschema_agrees_with_jsonschema_rs(
    exchanges: list[Exchange], capsys: pytest.CaptureFixture[str]
) -> None:
    """Both accept and refuse the same bodies of all operations."""
    verdicts: Counter[bool] = Counter()
    operations: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    wrong = []
    seen: Counter[tuple[str, str, int]] = Counter()
    for exchange in exchanges:
        kind = (exchange.call.api.name, exchange.call.operation.id, exchange.ours.status)
        seen[kind] += 1
        for call, media, value in _bodies(exchange, mutate=seen[kind] <= 3):
            assert media.validator is not None
            verdict = media.validator.accepts(value)
            schema = follow(call.api.contract.source, f"{media.place}/schema")
            verdicts[verdict] += 1
            operations[verdict].add((call.api.name, call.operation.id))
            if _is_valid(call.api.name, json.dumps(schema), json.dumps(value)) != verdict:
                wrong.append(f"{verdict}: {call.operation.id} {json.dumps(value)[:300]}")
    with capsys.disabled():
        print(f"\n{verdicts[True]} bodies accepted, {verdicts[False]} refused")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:20])
    assert min(verdicts.values()) > 500
    answered = _with_json()
    assert sorted(answered - operations[True]) == []
    assert sorted(answered - operations[False]) == []


def _with_json() -> set[tuple[str, str]]:
    """Return the operations whose success has a body of JSON."""
    bodies = {(a.name, o.id): o.response(o.success) for a in load([]) for o in handled(a)}
    return {kind for kind, body in bodies.items() if body is not None and body.json is not None}
