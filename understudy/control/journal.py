"""The journal: what clients asked and got."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from understudy.clock import rfc3339
from understudy.contract import Operation
from understudy.control.backstage import Backstage
from understudy.errors import NotYet
from understudy.exchange import Content, Exchange
from understudy.har import REDACTED, curl, har, headers_of, query_of
from understudy.matching import ABSENT, Difference, Pattern, Subject, body_of
from understudy.strictness import unknown

#: How many of those that come closest are shown.
_NEAR = 3


def list_requests(backstage: Backstage, limit: int, **filters: Any) -> dict[str, Any]:
    """The last exchanges of the namespace, newest first."""
    chosen = islice(_chosen(backstage, **filters), limit)
    return {
        "seen": backstage.space.journal.seen,
        "requests": [_shown(backstage, exchange) for exchange in chosen],
    }


def count_requests(backstage: Backstage, **filters: Any) -> dict[str, Any]:
    """How many of the kept exchanges there are."""
    return {"count": sum(1 for _ in _chosen(backstage, **filters))}


def clear_requests(backstage: Backstage) -> None:
    """Forget all exchanges."""
    backstage.space.journal.clear()


def get_har(backstage: Backstage, **filters: Any) -> dict[str, Any]:
    """The exchanges as an HTTP Archive, oldest first."""
    chosen = list(_chosen(backstage, **filters))
    return har(reversed(chosen), backstage.is_secret, backstage.space.root)


def get_curl(backstage: Backstage, **filters: Any) -> Content:
    """The requests as command lines, oldest first."""
    chosen = list(_chosen(backstage, **filters))
    secret, root = backstage.is_secret, backstage.space.root
    lines = [curl(exchange, secret, root) + "\n" for exchange in reversed(chosen)]
    return Content("".join(lines).encode(), "text/plain; charset=utf-8")


def verify_requests(backstage: Backstage, body: dict[str, Any]) -> dict[str, Any]:
    """How many requests fit, and where none does, those that come closest."""
    backstage.check_names(body.get("when", {}))
    pattern = Pattern.of(body.get("when"))
    exchanges = list(backstage.space.journal.newest())
    count = sum(1 for exchange in exchanges if pattern.fits(_subject(exchange)))
    near = [] if count else _nearest(backstage, pattern, exchanges)
    return {"count": count, "near": near}


def wait_for_requests(backstage: Backstage, body: dict[str, Any]) -> dict[str, Any]:
    """Answer once so many requests fit, or when the time is over."""
    backstage.check_names(body.get("when", {}))
    pattern = Pattern.of(body.get("when"))
    wanted: int = body.get("count", 1)
    exchanges = backstage.space.journal.newest()
    found = [e for e in exchanges if pattern.fits(_subject(e))]
    told = {
        "met": len(found) >= wanted,
        "count": len(found),
        "requests": [_shown(backstage, exchange) for exchange in found[:wanted]],
    }
    if not told["met"] and body.get("timeout", 2):
        raise NotYet(body.get("timeout", 2), told)
    return told


def _chosen(
    backstage: Backstage,
    api: str | None = None,
    operation: str | None = None,
    method: str | None = None,
    path: str | None = None,
    status: int | None = None,
    valid: bool | None = None,
    deprecated: bool | None = None,
    since: int | None = None,
) -> Iterator[Exchange]:
    """The kept exchanges that are like this, newest first."""
    journal = backstage.space.journal
    pattern = Pattern(api=api, operation=operation, method=method, path=path, status=status)
    for number, exchange in zip(range(journal.seen, 0, -1), journal.newest(), strict=False):
        if since is not None and number <= since:
            return
        if not pattern.fits(_subject(exchange)):
            continue
        if valid is not None and valid is bool(exchange.reply.violations):
            continue
        if deprecated is None or deprecated is _is_deprecated(_operation(backstage, exchange)):
            yield exchange


def _subject(exchange: Exchange) -> Subject:
    return Subject(exchange.api, exchange.operation, exchange.request, exchange.reply.status)


def _nearest(
    backstage: Backstage, pattern: Pattern, exchanges: list[Exchange]
) -> list[dict[str, Any]]:
    """The exchanges with the fewest differences, the same operation before all others."""
    ranked = [(list(pattern.differences(_subject(e))), e) for e in exchanges]
    ranked.sort(key=lambda one: (any(d.where == "operation" for d in one[0]), len(one[0])))
    return [
        {
            "differences": [_starred(backstage, one).as_json() for one in differences],
            "request": _shown(backstage, exchange),
        }
        for differences, exchange in ranked[:_NEAR]
    ]


def _starred(backstage: Backstage, difference: Difference) -> Difference:
    place, _, name = difference.where.partition(" ")
    secret = place in ("header", "query") and backstage.is_secret(name.lower().encode())
    return (
        difference._replace(got=REDACTED) if secret and difference.got is not ABSENT else difference
    )


def _operation(backstage: Backstage, exchange: Exchange) -> Operation | None:
    return next(
        (
            operation
            for api in backstage.apis
            if api.name == exchange.api
            for operation in api.contract.operations
            if operation.id == exchange.operation
        ),
        None,
    )


def _is_deprecated(operation: Operation | None) -> bool:
    return operation is not None and bool(operation.definition.get("deprecated"))


def _shown(backstage: Backstage, exchange: Exchange) -> dict[str, Any]:
    request, reply = exchange.request, exchange.reply
    operation = _operation(backstage, exchange)
    warnings = unknown(operation, request) if operation is not None else []
    return {
        "at": rfc3339(exchange.at),
        "took_us": exchange.took,
        "api": exchange.api,
        "operation": exchange.operation,
        "deprecated": _is_deprecated(operation),
        "request": {
            "method": request.method,
            "path": request.path.decode("latin-1"),
            "query": query_of(request, backstage.is_secret),
            "headers": headers_of(request, backstage.is_secret),
            "body": _body(request.body),
        },
        "response": {"status": reply.status, "body": _body(reply.sent)},
        "violations": [violation.as_json() for violation in reply.violations],
        "warnings": [warning.as_json() for warning in warnings],
        "fault": exchange.fault,
        "schedule": exchange.schedule,
    }


def _body(body: bytes) -> Any:
    found = body_of(body)
    return None if found is ABSENT else found
