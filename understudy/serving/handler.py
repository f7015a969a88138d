"""One operation's way: admission, arguments, handler, answer. Compiled once, called each time."""

from __future__ import annotations

import logging
from inspect import iscoroutine
from typing import Any

from understudy.errors import ContractBroken, Invalid, NotYet, Problem, Violation
from understudy.http import json_codec
from understudy.http.messages import Content, Request, Response
from understudy.http.request_parser import RequestParser
from understudy.http.security import SecurityCheck
from understudy.http.unknown_fields import unknown_fields as unknown_to
from understudy.openapi.contract import Operation
from understudy.openapi.examples import example_response
from understudy.runtime.namespace import Namespace
from understudy.runtime.world import World
from understudy.serving.api import Api, Handler
from understudy.serving.error_responses import error_response, internal_error, not_found
from understudy.serving.prefer import Prefer, parse_prefer, preferred_value

log = logging.getLogger("understudy")


class ServedOperation:
    """An operation of a contract together with what answers it."""

    def __init__(self, operation: Operation, handler: Handler, api: Api) -> None:
        self.operation = operation
        self.id = operation.id
        self.api = api
        self._handler = handler
        self._reader = RequestParser(operation)
        self._gate = SecurityCheck(
            operation.security, operation.contract.security_schemes, api.authenticate, api.keys
        )
        self._success = operation.success
        self._personas = operation.personas
        self._answers: dict[int, _Answer] = {}

    @property
    def takes_body(self) -> bool:
        """Whether the contract gives its requests a body; else one that comes is not read."""
        return self._reader.body is not None

    def answer(self, request: Request, names: tuple[str, ...], namespace: Namespace) -> Response:
        """The reply to a request. All that the handler wrote is kept, or none of it."""
        world: World | None = None
        try:
            world = self.api.world(namespace, self._gate.admit(request))
            if self._personas is not None and world.persona not in self._personas:
                raise not_found(request)
            arguments = self._arguments(world, request, names, namespace)
            preference = parse_prefer(request)
            if preference is not None:
                return self._preferred(preference, world, arguments)
            return self._perform(world, arguments)
        except Problem as refused:
            problem = refused.with_traceback(None)  # which would hold on to this frame
        except NotYet:
            raise
        except ContractBroken as broken:
            log.error("%s", broken)
            problem = internal_error(broken.violations)
        except Exception:
            log.exception("%s failed", self.id)
            problem = internal_error()
        if world is not None:
            world.rollback()
        return error_response(problem, self.api, self.operation, request, namespace)

    def _arguments(
        self, world: World, request: Request, names: tuple[str, ...], namespace: Namespace
    ) -> dict[str, Any]:
        """What the request says. Where it breaks the contract, the API's own words tell so."""
        try:
            arguments = self._reader.read(request, names)
            if namespace.strict:
                self._refuse_unknown(request)
            return arguments
        except Problem as problem:
            if self.api.translate_violations is None:
                raise
            call = self.api.call(namespace, self.operation)
            given = self._reader.given(request, names)
            try:
                told = self.api.translate_violations(world, call, given, problem)
            except Problem as raised:
                told = raised
            told.violations = told.violations or problem.violations
            raise told from None

    def _refuse_unknown(self, request: Request) -> None:
        found = unknown_to(self.operation, request)
        if found:
            raise Invalid(found)

    def _perform(self, world: World, arguments: dict[str, Any]) -> Response:
        value = self._handler(world, **arguments)
        if iscoroutine(value):
            raise NotYet(value)
        status = 0
        if type(value) is tuple:
            value, status = value
        status = status or self._success
        response = self._answer(status).response(value)
        world.commit()
        return response

    def say(self, value: Any) -> Response:
        """The value as a plain success."""
        return self._answer(self._success).response(value)

    def _answer(self, status: int) -> _Answer:
        answer = self._answers.get(status)
        if answer is None:
            answer = self._answers[status] = _Answer(self.operation, status)
        return answer

    def _preferred(self, preference: Prefer, world: World, arguments: dict[str, Any]) -> Response:
        """The answer that the request itself chooses, and why it is this one."""
        why = "the handler"
        if preference.chooses:
            value, status, why = preferred_value(self.operation, preference)
            response = self._answer(status).response(value)
        else:
            response = self._perform(world, arguments)
        told = (
            (b"preference-applied", _sendable(preference.applied)),
            (b"x-understudy-response-source", _sendable(why)),
        )
        return response._replace(headers=response.headers + told, wait=preference.wait)


def _sendable(text: str) -> bytes:
    """A text as the value of a header, without what would end it or cannot be in it."""
    return "".join(c if c.isprintable() else "?" for c in text).encode("latin-1", "replace")


class _Answer:
    """How an operation answers with one status."""

    __slots__ = ("_broken", "_encoded", "_operation", "_status", "_validator", "media_type")

    def __init__(self, operation: Operation, status: int) -> None:
        body = operation.answer(status)
        media = body.preferred if body is not None and body.media else None
        self._operation = operation
        self._status = status
        self._broken = body is None
        self._validator = media.validator if media and media.is_json else None
        self._encoded = media is None or media.is_json
        self.media_type = media.type.encode() if media else None

    def response(self, value: Any) -> Response:
        """The value as a reply. Raises ContractBroken where the contract does not allow it."""
        if self._broken:
            raise self._against(f"status {self._status} is not declared")
        if isinstance(value, Content):
            return _as_it_is(self._status, value)
        if self.media_type is None:
            if value is not None:
                raise self._against(f"status {self._status} declares no content")
            return Response(self._status, b"", None)
        if self._validator is not None and not self._validator.accepts(value):
            raise ContractBroken(self._operation.id, self._validator.violations(value))
        if self._encoded:
            return Response(self._status, json_codec.encode(value), self.media_type)
        body = value if isinstance(value, bytes) else str(value).encode()
        return Response(self._status, body, self.media_type)

    def _against(self, message: str) -> ContractBroken:
        return ContractBroken(self._operation.id, [Violation("response", "", message)])


def _as_it_is(status: int, content: Content) -> Response:
    body = content.body
    headers = tuple((name.encode(), text.encode("latin-1")) for name, text in content.headers)
    if isinstance(body, tuple):
        return Response(status, b"".join(body), content.media_type.encode(), headers, chunks=body)
    if not isinstance(body, bytes):
        return Response(status, b"", content.media_type.encode(), headers, live=body)
    return Response(status, body, content.media_type.encode(), headers)


class ExampleHandler:
    """A handler for an operation without one: answers its success by example or by schema."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._kept: tuple[Any, int] | None = None

    def __call__(self, world: World, /, **arguments: Any) -> tuple[Any, int]:
        """The value and the status. Raises Problem 501 where no valid value can be made."""
        if self._kept is None:
            self._kept = example_response(self._operation, self._operation.success)
        return self._kept
