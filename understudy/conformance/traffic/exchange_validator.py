"""Validator of exchanges against a contract: what the client violated, and what the server did.

It needs the contract only, no handlers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from typing import NamedTuple

from understudy.errors import Problem, Violation
from understudy.http.body.body_reader import BodyReader
from understudy.http.body.media_types import media_of
from understudy.http.messages import Request, Response
from understudy.http.request.operation_finder import FoundOperation, OperationFinder
from understudy.http.request.request_parser import RequestParser
from understudy.http.request.unknown_fields import unknown_properties
from understudy.http.response.response_headers import header_violations
from understudy.http.security import SecurityCheck
from understudy.openapi.contract import Contract
from understudy.openapi.operation import (
    EVENT_STREAM,
    Body,
    MediaType,
    Operation,
    is_json,
    is_sequence,
    is_xml,
)
from understudy.openapi.operation_reader import parse_media_type
from understudy.openapi.schemas.schema import types

CLIENT, SERVER = "client", "server"

#: Rules that Schemathesis has too, by its names.
STATUS = "status_code_conformance"
CONTENT_TYPE = "content_type_conformance"
HEADERS = "response_headers_conformance"
SCHEMA = "response_schema_conformance"
#: Rules that it has no name for.
REQUEST = "request_conformance"
COMPLETE = "complete_response"
UNDOCUMENTED = "undocumented_operation"

#: Statuses whose responses have no body, whatever a contract says (RFC 9110, 6.4.1).
_WITHOUT_BODY = (204, 205, 304)

_CONDITIONS = frozenset({b"if-none-match", b"if-modified-since", b"if-match", b"if-range"})


class ExchangeViolation(NamedTuple):
    """A violation of the contract by one side of an exchange, and the rule that it is about."""

    side: str
    rule: str
    violation: Violation


class ValidationResult(NamedTuple):
    """The operation of an exchange, and the violations of both sides. Without an operation, the
    only violation is that the contract has none."""

    operation: Operation | None
    violations: tuple[ExchangeViolation, ...] = ()


class ExchangeValidator:
    """Validates exchanges against a contract.

    With `credentials`, a request without them is a violation; recordings mostly leave them out.
    With `expectations`, responses are what a client expects: they may lack fields and headers, but
    have no field that the contract does not define.
    """

    def __init__(
        self, contract: Contract, *, credentials: bool = False, expectations: bool = False
    ) -> None:
        self._finder = OperationFinder(contract, relative=expectations)
        self._validators = {
            operation.id: _OperationValidator(
                operation, credentials=credentials, expectations=expectations
            )
            for operation in contract.operations
        }

    def operation_of(self, request: Request) -> Operation | None:
        """Return the operation of a request, or None if the contract has none."""
        found = self._finder.find(request)
        return found and found.operation

    def is_below_prefix(self, request: Request) -> bool:
        """Return whether the path of a request is below one of the API's path prefixes."""
        return self._finder.is_below_prefix(request)

    def other_base_path(self, request: Request) -> str | None:
        """Return the base path of a request that would be one of an operation below the API's own;
        None if it would not."""
        return self._finder.other_base_path(request)

    def accepts(self, request: Request) -> bool:
        """Return whether a request is one of an operation, and valid."""
        return self._is_valid(request) is True

    def rejects(self, request: Request) -> bool:
        """Return whether a request is one of an operation, and invalid."""
        return self._is_valid(request) is False

    def has_credentials(self, request: Request) -> bool:
        """Return whether a request has what the security of its operation asks for, if it is of
        one; with `credentials` only."""
        found = self._finder.find(request)
        return found is None or self._validators[found.operation.id].has_credentials(request)

    def _is_valid(self, request: Request) -> bool | None:
        """Return whether a request is valid; None if it is of no operation."""
        found = self._finder.find(request)
        if found is None:
            return None
        validator = self._validators[found.operation.id]
        routed = _with_path_values(request, found.path_values)
        return not any(validator.request_violations(routed, has_body=True))

    def validate(
        self,
        request: Request,
        response: Response,
        missing_bodies: Mapping[str, str] | None = None,
    ) -> ValidationResult:
        """Return the operation of an exchange and its violations, without a change to either.

        The body of a side in `missing_bodies` ("request" or "response") is not validated.
        """
        found = self._finder.find(request)
        if found is None:
            name = f"{request.method} {request.path.decode('latin-1')}"
            violation = Violation("path", "", f"{name} is not an operation of this API")
            return ValidationResult(None, (ExchangeViolation(CLIENT, UNDOCUMENTED, violation),))
        return self.validate_as(found, request, response, missing_bodies)

    def validate_as(
        self,
        found: FoundOperation,
        request: Request,
        response: Response,
        missing_bodies: Mapping[str, str] | None = None,
    ) -> ValidationResult:
        """Return the same for an exchange of which the operation is known."""
        validator = self._validators[found.operation.id]
        missing = missing_bodies or {}
        routed = _with_path_values(request, found.path_values)
        by_client = tuple(validator.request_violations(routed, has_body="request" not in missing))
        by_server = validator.response_violations(
            request,
            response,
            has_body="response" not in missing,
            is_invalid_request=bool(by_client),
        )
        return ValidationResult(validator.operation, (*by_client, *by_server))


class _OperationValidator:
    """Validates requests and responses of one operation."""

    def __init__(self, operation: Operation, *, credentials: bool, expectations: bool) -> None:
        self.operation = operation
        self._parser = RequestParser(operation)
        schemes = operation.contract.security_schemes
        self._security = SecurityCheck(operation.security, schemes, None) if credentials else None
        self._expectations = expectations

    def has_credentials(self, request: Request) -> bool:
        """Return whether a request has the credentials that the operation needs."""
        try:
            if self._security is not None:
                self._security.admit(request)
        except Problem:
            return False
        return True

    def request_violations(
        self, request: Request, *, has_body: bool
    ) -> Iterator[ExchangeViolation]:
        """Yield the violations by the client; those of the body only if it is known."""
        violations: list[Violation] = []
        try:
            if self._security is not None:
                self._security.admit(request)
        except Problem as problem:
            violations += problem.violations
        try:
            self._parser.parse(request)
        except Problem as problem:
            violations += [v for v in problem.violations if has_body or v.where != "body"]
        return (ExchangeViolation(CLIENT, REQUEST, violation) for violation in violations)

    def response_violations(
        self, request: Request, response: Response, *, has_body: bool, is_invalid_request: bool
    ) -> Iterator[ExchangeViolation]:
        """Yield the violations by the server. It may reject an invalid request with any 4xx."""
        body = self.operation.response(response.status)
        if body is None:
            if not self._allows_undeclared(request, response.status, is_invalid_request):
                declared = ", ".join(sorted(self.operation.responses))
                message = f"status {response.status} is not declared; declared are {declared}"
                yield _by_server(STATUS, message)
            return
        if not self._expectations:
            for violation in header_violations(body, response.headers):
                yield ExchangeViolation(SERVER, HEADERS, violation)
        has_content = request.method != "HEAD" and response.status not in _WITHOUT_BODY
        if not has_content or not body.media:
            return
        if self._expectations and not response.body:
            return
        if not response.body and has_body:
            yield _by_server(CONTENT_TYPE, f"has no body; declared is {_media_types(body)}")
            return
        media = self._media(body, response)
        if media is None:
            actual = (response.media_type or b"").decode("latin-1") or "absent"
            yield _by_server(
                CONTENT_TYPE, f"Content-Type is {actual}; declared is {_media_types(body)}"
            )
        elif has_body:
            yield from self._body_violations(media, response)

    def _allows_undeclared(self, request: Request, status: int, is_invalid_request: bool) -> bool:
        """Return whether HTTP itself allows a status that the contract does not declare: for
        invalid requests, for missing credentials, and for conditional requests."""
        if 400 <= status < 500 and is_invalid_request:
            return True
        if status == 401 and any(self.operation.security):
            return True
        return status in (304, 412) and not _CONDITIONS.isdisjoint(request.headers)

    def _media(self, body: Body, response: Response) -> MediaType | None:
        if response.media_type is None:
            return body.preferred if self._expectations else None
        return media_of(body.media.values(), response.media_type.decode("latin-1"))

    def _body_violations(self, media: MediaType, response: Response) -> Iterator[ExchangeViolation]:
        kind, parameters = parse_media_type((response.media_type or b"").decode("latin-1"))
        if not kind or kind == "*/*":
            kind = media.type
        if not (is_json(kind) or is_xml(kind) or _has_values(media, kind)):
            return
        reader = BodyReader(self.operation.contract.schemas, media, kind)
        try:
            value = reader.read(parameters, response.body)
        except Problem as problem:
            for violation in problem.violations:
                yield _by_server(SCHEMA, violation.message, violation.at)
            return
        if media.validator is None or not (is_json(kind) or is_xml(kind)):
            for violation in reader.violations(value):
                yield ExchangeViolation(SERVER, SCHEMA, violation)
            return
        validator = media.validator.of_parts() if self._expectations else media.validator
        if not validator.accepts(value):
            for violation in validator.violations(value):
                yield ExchangeViolation(SERVER, SCHEMA, violation)
        if self._expectations:
            document = self.operation.contract.document
            for pointer in unknown_properties(document, media.definition["schema"], value):
                message = "is expected, but this response has no such field"
                yield _by_server(SCHEMA, message, pointer)


def _has_values(media: MediaType, kind: str) -> bool:
    """Return whether a sequence or a text has values that its schema describes; documents often
    give such bodies the type string, whatever is in them."""
    named = set(types(media.document, media.definition.get("schema", {})))
    if is_sequence(kind):
        is_described = kind != EVENT_STREAM and bool(named) and named <= {"array", "object"}
        return media.item_validator is not None or is_described
    return kind == "text/plain" and bool(named) and named <= {"integer", "number", "boolean"}


def _with_path_values(request: Request, values: list[bytes]) -> Request:
    """Return a copy of the request that has the values of its path parameters."""
    routed = copy(request)
    routed.path_values = values
    return routed


def _by_server(rule: str, message: str, pointer: str = "") -> ExchangeViolation:
    return ExchangeViolation(SERVER, rule, Violation("response", pointer, message))


def _media_types(body: Body) -> str:
    return " or ".join(body.media)
