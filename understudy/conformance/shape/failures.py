"""Failures of Schemathesis that say nothing about the server: what it cannot know of a document."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from understudy.conformance.implemented.implementation import Implementation
from understudy.conformance.traffic.exchange_validator import ExchangeValidator
from understudy.http.messages import Request
from understudy.openapi.contract import Contract
from understudy.openapi.operation import is_json
from understudy.openapi.operation_reader import parse_media_type
from understudy.openapi.servers.http_conventions import HttpConventions

#: The methods that servers may allow although the document does not declare them.
_ALWAYS_ALLOWED = frozenset({"HEAD", "OPTIONS"})

#: The statuses of invalid requests.
_INVALID = (400, 422)


class FailureFilter:
    """Tells which failures of Schemathesis count, by a contract, and by what a server implements of
    it."""

    def __init__(self, contract: Contract, implementation: Implementation | None = None) -> None:
        self._contract = contract
        self._implementation = implementation or Implementation.of(contract)

    @cached_property
    def _unknown_method(self) -> int:
        """The status of a method that a path does not have, if the document says one."""
        conventions = HttpConventions.from_document(self._contract.document)
        return 405 if conventions is None else conventions.unknown_method

    @cached_property
    def _validator(self) -> ExchangeValidator:
        return ExchangeValidator(self._contract)

    @cached_property
    def _secured(self) -> ExchangeValidator:
        return ExchangeValidator(self._contract, credentials=True)

    def is_unfounded(self, failure: Any, case: Any, response: Any) -> bool:
        """Return whether a failure says nothing about the server."""
        kind = type(failure).__name__
        if kind == "UndefinedStatusCode":
            return self._is_implied(case, response)
        if kind == "AcceptedNegativeData":
            return self._is_valid_as_sent(response.request)
        if kind == "RejectedPositiveData":
            return self._validator.rejects(_sent(response.request))
        if kind == "UnsupportedMethodResponse":
            is_declared = self._validator.operation_of(_sent(response.request)) is not None
            return is_declared or response.status_code == self._unknown_method
        if kind == "EnsureResourceAvailability":
            return not case.operation.path.endswith("}")  # what is below a resource may come later
        if kind == "UseAfterFree":
            return self._keeps_no_state(case, response)
        return kind == "AllowHeaderMismatch" and self._is_allowed(case, failure)

    def _is_implied(self, case: Any, response: Any) -> bool:
        """Return whether a status need not be declared: that of an invalid request, 400 or 422, if
        the document has neither, and that of a request without credentials."""
        operation = self._contract.operation(case.operation.method, case.operation.path)
        sent = _sent(response.request)
        if response.status_code == 401:
            return any(operation.security) and not self._secured.has_credentials(sent)
        if response.status_code not in _INVALID or any(map(operation.response, _INVALID)):
            return False
        return self._validator.rejects(sent)

    def _is_valid_as_sent(self, sent: Any) -> bool:
        """Return whether a request that should be invalid is a valid one as it was sent: the text
        of a parameter, of XML or of a form field may be another value than the one that
        Schemathesis meant."""
        media_type, _ = parse_media_type(sent.headers.get("Content-Type", ""))
        if sent.body and (is_json(media_type) or not isinstance(sent.body, bytes | str)):
            return False
        return self._validator.accepts(_sent(sent))

    def _keeps_no_state(self, case: Any, response: Any) -> bool:
        """Return whether an operation cannot tell that a resource was deleted: it declares no 404,
        or the response is an example of the document, as that of a mock."""
        operation = self._contract.operation(case.operation.method, case.operation.path)
        declared = operation.response(response.status_code)
        if operation.response(404) is None or declared is None:
            return True
        document = self._contract.document
        examples = (one for media in declared.media.values() for one in media.examples(document))
        return _value_of(response) in list(examples)

    def _is_allowed(self, case: Any, failure: Any) -> bool:
        """Return whether `Allow` has the methods of the path that the server implements, which
        Schemathesis does not know, and no others but those of `additionalOperations`; the message
        is then about these."""
        path = case.operation.path
        declared = {o.method.upper(): o.id for o in self._contract.operations if o.path == path}
        unknown = set(failure.undocumented_methods) - declared.keys() - _ALWAYS_ALLOWED
        unproven, said = self._implementation.unproven, ", ".join(failure.missing_methods)
        missing = [m for m in failure.missing_methods if declared.get(m.upper()) not in unproven]
        failure.message = failure.message.replace(said, ", ".join(missing))
        return not missing and not unknown


def _value_of(response: Any) -> Any:
    try:
        return response.json()
    except ValueError:
        return None


def _sent(request: Any) -> Request:
    """Return a request of the library requests as one of ours."""
    body = request.body if isinstance(request.body, bytes | str) else b""
    content = body.encode() if isinstance(body, str) else body
    return Request.to_url(request.method, request.url, request.headers.items(), content)
