"""The side door, `/_understudy/`: its own document, served like any other API.

The public functions but the last are handlers; they see a `Backstage` instead of a world.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from understudy import jsontext
from understudy.clock import Clock, rfc3339
from understudy.contract import Contract
from understudy.errors import Invalid, Problem, UsageError, Violation
from understudy.exchange import Exchange
from understudy.namespace import Namespace, Namespaces
from understudy.project import Api
from understudy.store import MemoryStore
from understudy.version import VERSION
from understudy.world import World

_SECRET = frozenset({b"authorization", b"x-api-key", b"cookie", b"proxy-authorization"})


@dataclass(slots=True)
class Backstage(World):
    """What the side door's handlers see: a namespace from behind."""

    space: Namespace = field(kw_only=True)
    spaces: Namespaces = field(kw_only=True)
    apis: Sequence[Api] = field(kw_only=True)


def get_health(backstage: Backstage) -> dict[str, Any]:
    """What is served, and that it is up."""
    return {
        "status": "ok",
        "version": VERSION,
        "namespaces": len(backstage.spaces),
        "apis": [
            {
                "name": api.name,
                "title": api.contract.title,
                "path": api.contract.home or "/",
                "operations": len(api.contract.operations),
            }
            for api in backstage.apis
        ],
    }


def list_requests(backstage: Backstage, limit: int, operation: str | None) -> dict[str, Any]:
    """The last exchanges of the namespace, newest first."""
    journal = backstage.space.journal
    chosen = (e for e in journal.newest() if operation in (None, e.operation))
    secret = _secrets(backstage.apis)
    return {"seen": journal.seen, "requests": [_shown(e, secret) for e in islice(chosen, limit)]}


def reset(backstage: Backstage, body: dict[str, Any] | None) -> dict[str, Any]:
    """Begin again."""
    space = backstage.space
    space.reset((body or {}).get("seed"))
    return {"namespace": space.name, "seed": str(space.ids.seed)}


def get_settings(backstage: Backstage) -> dict[str, Any]:
    """The persona of each API that has several."""
    cast = ((api, backstage.space.personas.get(api.name)) for api in backstage.apis)
    return {
        "personas": {api.name: own or api.persona for api, own in cast if len(api.personas) > 1}
    }


def set_settings(backstage: Backstage, body: dict[str, Any]) -> dict[str, Any]:
    """Set the personas; those that are not named are the usual ones again."""
    wanted = body["personas"]
    apis = {api.name: api for api in backstage.apis}
    try:
        for name, persona in wanted.items():
            if name not in apis:
                raise UsageError(f"there is no API {name!r}; there are {', '.join(apis)}")
            apis[name].cast(persona)
    except UsageError as error:
        raise Problem(404, str(error)) from None
    for api in backstage.apis:
        backstage.space.play(api.name, wanted.get(api.name, api.persona))
    return get_settings(backstage)


def get_clock(backstage: Backstage) -> dict[str, Any]:
    """The namespace's time."""
    return _time(backstage.clock)


def set_clock(backstage: Backstage, body: dict[str, Any]) -> dict[str, Any]:
    """Advance, freeze or resume the namespace's time."""
    clock = backstage.clock
    try:
        if "advance" in body:
            clock.advance(msgspec.convert(body["advance"], timedelta))
        elif "freeze" in body:
            clock.freeze(msgspec.convert(body["freeze"], datetime))
        else:
            clock.resume()
    except OverflowError:
        raise Problem(409, "the clock keeps to the years 2 to 9998") from None
    except msgspec.ValidationError:
        told = Violation("body", "/freeze", f"{body.get('freeze')} is no moment of the calendar")
        raise Invalid([told]) from None
    return _time(clock)


def _time(clock: Clock) -> dict[str, Any]:
    return {"now": rfc3339(clock.now()), "frozen": clock.frozen}


def _secrets(apis: Sequence[Api]) -> frozenset[bytes]:
    """The names of the headers and query parameters that carry credentials."""
    named = (
        scheme.get("name", "") for api in apis for scheme in api.contract.security_schemes.values()
    )
    return _SECRET | {name.lower().encode() for name in named if name}


def _without_secrets(query: bytes, secret: frozenset[bytes]) -> str:
    """A query whose credentials are starred."""
    fields = (field.partition(b"=") for field in query.split(b"&"))
    return b"&".join(
        name + sign + (b"***" if name.lower() in secret else value) for name, sign, value in fields
    ).decode("latin-1")


def _shown(exchange: Exchange, secret: frozenset[bytes]) -> dict[str, Any]:
    request, reply = exchange.request, exchange.reply
    return {
        "at": rfc3339(exchange.at),
        "took_us": exchange.took,
        "api": exchange.api,
        "operation": exchange.operation,
        "request": {
            "method": request.method,
            "path": request.path.decode("latin-1"),
            "query": _without_secrets(request.query, secret),
            "headers": {
                name.decode("latin-1"): value.decode("latin-1")
                for name, value in request.headers.items()
                if name not in secret
            },
            "body": _body(request.body),
        },
        "response": {"status": reply.status, "body": _body(reply.body)},
        "violations": [violation.as_json() for violation in reply.violations],
    }


def _body(body: bytes) -> Any:
    if not body:
        return None
    try:
        return jsontext.decode(body)
    except Problem:
        return body.decode(errors="replace")


class _SideDoor(Api):
    """The API that the handlers above serve."""

    journaled = False

    def __init__(self, contract: Contract, spaces: Namespaces, apis: Sequence[Api]) -> None:
        handlers = (
            get_health,
            list_requests,
            reset,
            get_settings,
            set_settings,
            get_clock,
            set_clock,
        )
        super().__init__(contract, {handler.__name__: handler for handler in handlers})
        self._spaces = spaces
        self._apis = apis

    def world(self, space: Namespace, project: str) -> World:
        """The namespace from behind, whoever asks."""
        return Backstage(
            MemoryStore(), space.clock, space.ids, space=space, spaces=self._spaces, apis=self._apis
        )


def backstage(spaces: Namespaces, apis: Sequence[Api]) -> Api:
    """The side door to `spaces`, in which `apis` are served."""
    contract = Contract.load(Path(__file__).with_name("control.yaml"))
    return _SideDoor(contract, spaces, apis)
