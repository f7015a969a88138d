"""One exchange held against a contract: what its client broke, and what its server did.

Nothing is asked of a handler: contracts are all there is to judge by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from understudy.errors import Invalid, Problem, Violation
from understudy.http.bodies import decode, media_of
from understudy.http.messages import Request, Response
from understudy.http.request_parser import RequestParser
from understudy.http.router import Router
from understudy.http.security import SecurityCheck
from understudy.http.unknown_fields import unknown_properties
from understudy.openapi.contract import Body, Contract, MediaType, Operation
from understudy.openapi.document import resolve

CLIENT, SERVER = "client", "server"

#: The rules, named as Schemathesis names the same ones.
STATUS = "status_code_conformance"
CONTENT_TYPE = "content_type_conformance"
HEADERS = "response_headers_conformance"
SCHEMA = "response_schema_conformance"
#: Those that it has no name for.
REQUEST = "request_conformance"
WHOLE = "whole_answer"
UNDOCUMENTED = "undocumented_operation"

_CONDITIONS = frozenset({b"if-none-match", b"if-modified-since", b"if-match", b"if-range"})


class ExchangeViolation(NamedTuple):
    """What one side broke."""

    side: str
    rule: str
    violation: Violation


class ValidationResult(NamedTuple):
    """Of which operation an exchange is, and what is wrong with it. Without an operation nothing
    was judged, but that there is none."""

    operation: Operation | None
    faults: tuple[ExchangeViolation, ...] = ()


class ExchangeValidator:
    """Holds exchanges against a contract. With `credentials`, a request without them is at fault;
    recordings mostly leave them out. With `expected`, answers are what a client expects: they may
    lack what it does not need, but have nothing that the contract does not know."""

    def __init__(
        self, contract: Contract, *, credentials: bool = False, expected: bool = False
    ) -> None:
        self._contract = contract
        self._expected = expected
        self._homes = tuple(home.encode() for home in contract.path_prefixes if home)
        self._router: Router[_Judged] = Router()
        for operation in contract.operations:
            judged = _Judged(operation, credentials=credentials, expected=expected)
            self._router.add(operation.method, contract.base_path + operation.path, judged)

    def operation_of(self, request: Request) -> Operation | None:
        """The operation that a request is for, if the contract has it."""
        found = self._find(request)
        return found and found[0].operation

    def is_below(self, request: Request) -> bool:
        """Whether the request is for something where this API's operations are."""
        path = request.path
        return not self._homes or any((path + b"/").find(home + b"/") >= 0 for home in self._homes)

    def judge(
        self, request: Request, response: Response, unread: Mapping[str, str] | None = None
    ) -> ValidationResult:
        """The verdict; of the sides in `unread`, the body is not known."""
        found = self._find(request)
        if found is None:
            message = f"{request.method} {_text(request.path)} is no operation of this API"
            return ValidationResult(
                None, (ExchangeViolation(CLIENT, UNDOCUMENTED, Violation("path", "", message)),)
            )
        judged, arguments = found
        request.path_values = arguments
        unread = unread or {}
        asked = tuple(judged.of_request(request, known="request" not in unread))
        answered = judged.of_reply(
            request, response, known="response" not in unread, refusable=bool(asked)
        )
        return ValidationResult(judged.operation, (*asked, *answered))

    def _find(self, request: Request) -> tuple[_Judged, list[bytes]] | None:
        methods = (request.method, "GET") if request.method == "HEAD" else (request.method,)
        for path in self._paths(request.path):
            for method in methods:
                found = self._router.find(method, path)
                if isinstance(found, tuple):
                    return found
        return None

    def _paths(self, path: bytes) -> Iterator[bytes]:
        """The path as the contract may have it: as it is; or what a server put before it taken
        off; or, for a client that expects it anywhere, with the contract's own start."""
        yield path
        for home in self._homes:
            at = path.find(home + b"/")
            if at > 0:
                yield path[at:]
        if self._expected:
            yield self._contract.base_path.encode() + path


class _Judged:
    """What one operation says of its requests and answers."""

    def __init__(self, operation: Operation, *, credentials: bool, expected: bool) -> None:
        self.operation = operation
        self._reader = RequestParser(operation)
        schemes = operation.contract.security_schemes
        self._gate = SecurityCheck(operation.security, schemes, None) if credentials else None
        self._expected = expected

    def of_request(self, request: Request, *, known: bool) -> Iterator[ExchangeViolation]:
        """What the client broke; of its body only where it is known."""
        found: list[Violation] = []
        try:
            if self._gate is not None:
                self._gate.admit(request)
        except Problem as problem:
            found += problem.violations
        try:
            self._reader.parse(request)
        except Problem as problem:
            found += [v for v in problem.violations if known or v.where != "body"]
        return (ExchangeViolation(CLIENT, REQUEST, violation) for violation in found)

    def of_reply(
        self, request: Request, response: Response, *, known: bool, refusable: bool
    ) -> Iterator[ExchangeViolation]:
        """What the server broke. It may refuse a request that is wrong in ways that it did not
        announce."""
        body = self.operation.response(response.status)
        if body is None:
            if not self._is_excused(request, response.status, refusable=refusable):
                declared = ", ".join(sorted(self.operation.responses))
                told = f"status {response.status} is not declared; declared are {declared}"
                yield _fault(STATUS, told)
            return
        if not self._expected:
            yield from self._of_headers(response)
        if request.method == "HEAD" or not body.media or (self._expected and not response.body):
            return
        if not response.body and known:
            yield _fault(CONTENT_TYPE, f"has no body; declared is {_kinds(body)}")
            return
        media = self._media(body, response)
        if media is None:
            sent = (response.media_type or b"").decode("latin-1")
            yield _fault(
                CONTENT_TYPE, f"Content-Type is {sent or 'absent'}; declared is {_kinds(body)}"
            )
        elif known and media.is_json:
            yield from self._of_value(media, response)

    def _is_excused(self, request: Request, status: int, *, refusable: bool) -> bool:
        """What HTTP itself answers, declared or not: to wrong requests, to those without a key, and
        to conditions."""
        if 400 <= status < 500 and refusable:
            return True
        if status == 401 and any(self.operation.security):
            return True
        return status in (304, 412) and not _CONDITIONS.isdisjoint(request.headers)

    def _media(self, body: Body, response: Response) -> MediaType | None:
        if response.media_type is None:
            return body.preferred if self._expected else None
        return media_of({m.type.encode(): m for m in body.media.values()}, response.media_type)

    def _of_headers(self, response: Response) -> Iterator[ExchangeViolation]:
        answers = self.operation.definition.get("responses", {})
        text = str(response.status)
        chosen = next((k for k in (text, text[0] + "XX", "default") if k in answers), "")
        document = self.operation.contract.document
        there = {name.decode("latin-1") for name, _ in response.headers}
        for name, said in (resolve(document, answers.get(chosen)) or {}).get("headers", {}).items():
            required = resolve(document, said).get("required")
            if required and name.lower() not in there | {"content-type"}:
                violation = Violation("response", f"/{name}", f"the header {name} is missing")
                yield ExchangeViolation(SERVER, HEADERS, violation)

    def _of_value(self, media: MediaType, response: Response) -> Iterator[ExchangeViolation]:
        try:
            value = decode(media, b"", response.body)
        except Invalid as error:
            for violation in error.violations:
                yield _fault(SCHEMA, violation.message)
            return
        if media.validator is None:
            return
        validator = media.validator.of_parts() if self._expected else media.validator
        if not validator.accepts(value):
            for violation in validator.violations(value):
                yield ExchangeViolation(SERVER, SCHEMA, violation)
        if self._expected:
            document = self.operation.contract.document
            for place in unknown_properties(document, media.definition["schema"], value):
                told = "is expected, and no field of this answer"
                yield ExchangeViolation(SERVER, SCHEMA, Violation("response", place, told))


def _fault(rule: str, message: str) -> ExchangeViolation:
    return ExchangeViolation(SERVER, rule, Violation("response", "", message))


def _kinds(body: Body) -> str:
    return " or ".join(body.media)


def _text(path: bytes) -> str:
    return path.decode("latin-1")
