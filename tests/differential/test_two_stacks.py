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
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import extend
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from tests.differential.calls import JSON, Call, media_of
from tests.differential.connexion_defects import DEFECTS
from tests.differential.corpus import Corpus
from tests.differential.mutations import FAULTS
from tests.differential.stock_connexion import Stock
from understudy.app import Understudy
from understudy.errors import Invalid
from understudy.http import json_codec
from understudy.openapi.contract import MediaType
from understudy.runtime.namespace import DEFAULT, Namespace
from understudy.serving.api import Api
from understudy.serving.project import load
from understudy.serving.snapshot import export_namespace, restore_namespace

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Answer(NamedTuple):
    """What came back; `judged` where ours says what the request violates."""

    status: int
    media: str
    body: bytes
    judged: bool = False


class Exchange(NamedTuple):
    """One call, and the answers of both."""

    call: Call
    ours: Answer
    stock: Answer


async def _ask(app: Any, call: Call) -> Answer:
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
    except Exception:  # Connexion's middleware for these raises what it has answered with 500
        assert isinstance(app, Stock)
    told = dict(sent[0]["headers"])
    media = told.get(b"content-type", b"").decode().partition(";")[0]
    body = b"".join(m.get("body", b"") for m in sent[1:])
    if call.method == "HEAD":
        body = b""  # the server sends none, whatever the app says
    return Answer(sent[0]["status"], media, body, b"x-understudy-violations" in told)


def _begin(namespace: Namespace) -> None:
    namespace.reset("two stacks")
    namespace.clock.freeze(NOON)


def _agree(ours: Answer, stock: Answer) -> bool:
    """The same status and media type, and the same value, unless it tells of a violation: texts
    differ there."""
    if ours.status != stock.status or (ours.body and ours.media != stock.media):
        return False
    return ours.judged or _value(ours) == _value(stock)


def _value(answer: Answer) -> Any:
    """The JSON in an answer, so written that 1, 1.0 and true stay apart; other bytes as such."""
    if answer.media != JSON or not answer.body:
        return answer.body
    return json.dumps(json.loads(answer.body), sort_keys=True)


def _apis() -> list[Api]:
    """The bundled APIs by their documents alone: that a server tells another fault of a request
    than the contract's (`translate_violations`) is nothing that stock Connexion could do."""
    apis = load([])
    for api in apis:
        api.translate_violations = None
    return apis


async def _run(corpus: Corpus) -> list[Exchange]:
    apis = _apis()
    ours, stock = Understudy(apis), Stock(apis)
    namespace = ours.namespaces.get(DEFAULT)
    _begin(namespace)
    _begin(stock.namespace)
    made = []
    for call in corpus.calls():
        namespace.clock.advance(timedelta(minutes=call.minutes))
        stock.namespace.clock.advance(timedelta(minutes=call.minutes))
        exchange = Exchange(call, await _ask(ours, call), await _ask(stock, call))
        made.append(exchange)
        answer = exchange.ours
        if answer.status < 300 and answer.media == JSON and call.method == call.operation.method:
            corpus.known.learn(call, json.loads(answer.body))
        if not _agree(exchange.ours, exchange.stock) and exchange.stock.status not in (307, 405):
            _follow(stock.namespace, namespace, apis)
    return made


def _follow(stock: Namespace, ours: Namespace, apis: list[Api]) -> None:
    """Go on from the same state: one took what the other refused."""
    stock.clock, stock.ids = deepcopy((ours.clock, ours.ids))
    stock.worlds.clear()
    restore_namespace(stock, apis, {"apis": export_namespace(ours, apis)["apis"]})


@pytest.fixture(scope="module")
def exchanges() -> list[Exchange]:
    """The corpus, sent to both."""
    logging.disable()  # Connexion tells of every refusal; pytest would keep it all
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # it never closes an upload
            made = asyncio.run(_run(Corpus(load([]), seed=20260301, rounds=1, valid=16)))
            gc.collect()
        return made
    finally:
        logging.disable(logging.NOTSET)


def _excuses(exchange: Exchange) -> list[str]:
    """The defects that explain how Connexion's answer differs."""
    return [
        defect.name
        for defect in DEFECTS
        if exchange.stock.status in defect.statuses and defect.meets(exchange.call)
    ]


def _operations() -> set[tuple[str, str]]:
    return {(a.name, o.id) for a in load([]) for o in a.contract.operations}


def test_the_corpus_is_large_and_varied(exchanges: list[Exchange]) -> None:
    """At least 2,000 requests, and of every operation and fault some; a third of them succeed."""
    assert len(exchanges) >= 2000
    succeeded = [e for e in exchanges if 200 <= e.ours.status < 300]
    assert len(succeeded) > len(exchanges) / 3
    operations = {
        (e.call.api.name, e.call.operation.id) for e in succeeded if e.call.method != "OPTIONS"
    }
    assert operations == _operations() - {("eliza", "connectWebsocket")}  # which never does
    assert {e.call.fault for e in exchanges} == {f.__name__[1:] for f in FAULTS} | {"valid"}
    assert {e.ours.status for e in exchanges} >= {200, 201, 400, 401, 404, 405, 409, 410, 413, 415}


def test_no_request_is_an_error_of_ours(exchanges: list[Exchange]) -> None:
    """Whatever the request, the answer is never 500 or beyond."""
    assert not [str(e.call) for e in exchanges if e.ours.status >= 500]


def test_both_stacks_answer_the_same(
    exchanges: list[Exchange], capsys: pytest.CaptureFixture[str]
) -> None:
    """Status and JSON are equal, but for the written defects of Connexion; none of them is idle."""
    differing = [e for e in exchanges if not _agree(e.ours, e.stock)]
    excused = Counter(name for e in differing for name in _excuses(e)[:1])
    with capsys.disabled():
        print(f"\n{len(exchanges)} requests, {len(exchanges) - len(differing)} agreements")
        for name, count in excused.most_common():
            print(f"{count:6} {name}")
    unexplained = [
        f"{e.call}\n  ours  {e.ours.status} {e.ours.body[:300]!r}"
        f"\n  stock {e.stock.status} {e.stock.body[:300]!r}"
        for e in differing
        if not _excuses(e)
    ]
    assert not unexplained, "\n".join(unexplained[:20])
    assert set(excused) == {defect.name for defect in DEFECTS}


#: jsonschema's OpenAPI 3.0, but for one rule in which our dialect is that of every later draft: a
#: number that is whole, such as 4.0, is an integer.
Referee = extend(
    OAS30Validator,
    type_checker=OAS30Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: Draft202012Validator.TYPE_CHECKER.is_type(value, "integer")
    ),
)


@cache
def _referee(api: str, schema: str) -> Any:
    """The pure Python validator of a schema; it finds what `$ref` means beside it."""
    return Referee(
        {**json.loads(schema), "components": _components(api)},
        format_checker=oas30_format_checker,
    )


@cache
def _components(api: str) -> Any:
    return next(a.contract.document["components"] for a in load([]) if a.name == api)


def _judgements(exchange: Exchange, spoils: bool) -> Iterator[tuple[Call, MediaType, Any]]:
    """What there is to validate in an exchange: the request's JSON, and the answer's, which may
    also be spoiled."""
    call = exchange.call
    if call.is_json and call.payload and len(call.payload) < 100_000:
        with suppress(Invalid):
            yield call, media_of(call.operation), json_codec.decode(call.payload)
    answer = call.operation.response(exchange.ours.status)
    sound = call.method == call.operation.method and exchange.ours.media == JSON
    if sound and answer is not None and JSON in answer.media:
        value = json.loads(exchange.ours.body)
        yield call, answer.media[JSON], value
        if spoils:
            yield from ((call, answer.media[JSON], spoiled) for spoiled in _spoiled(value))


def _spoiled(value: Any) -> Iterator[Any]:
    """The value with each of its properties left out, then null, to be refused for; of a list, with
    so spoiled a first item."""
    if isinstance(value, list):
        yield from ([spoiled, *value[1:]] for item in value[:1] for spoiled in _spoiled(item))
        yield [None, *value]
    elif isinstance(value, dict):
        for name in value:
            yield {key: item for key, item in value.items() if key != name}
            yield {**value, name: None}


def test_the_referee_agrees(exchanges: list[Exchange], capsys: pytest.CaptureFixture[str]) -> None:
    """jsonschema, the pure Python one, has the verdict of jsonschema-rs on bodies of every kind."""
    verdicts: Counter[bool] = Counter()
    judged: dict[bool, set[tuple[str, str]]] = {True: set(), False: set()}
    wrong = []
    seen: Counter[tuple[str, str, int]] = Counter()
    for exchange in exchanges:
        kind = (exchange.call.api.name, exchange.call.operation.id, exchange.ours.status)
        seen[kind] += 1
        for call, media, value in _judgements(exchange, spoils=seen[kind] <= 3):
            assert media.validator is not None
            verdict = media.validator.accepts(value)
            referee = _referee(call.api.name, json.dumps(media.definition["schema"]))
            verdicts[verdict] += 1
            judged[verdict].add((call.api.name, call.operation.id))
            if referee.is_valid(value) != verdict:
                wrong.append(f"{verdict}: {call.operation.id} {json.dumps(value)[:300]}")
    with capsys.disabled():
        print(f"\n{verdicts[True]} bodies accepted, {verdicts[False]} refused")
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:20])
    assert min(verdicts.values()) > 500
    assert judged[True] == _operations()
    assert judged[False] == judged[True]
