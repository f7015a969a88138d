"""The errors of Understudy.

Problem             a client's error; becomes a response in the API's own error shape
└── Invalid         a request that breaks the contract, with all violations
UnderstudyError     an error of Understudy or of the person who runs it, never a client's
├── UsageError      one sentence that says what to do; the command line exits with 2
└── ContractBroken  a handler's result that its contract does not allow; a client sees a 500
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where a message breaks its contract.

    `where` is the part of the message ("path", "query", "header", "body" or "response"), `at` a
    JSON pointer into that part, `rule` a JSON pointer to the broken rule in the document.
    """

    where: str
    at: str
    message: str
    rule: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the violation as plain JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.where}{self.at and ' ' + self.at}: {self.message}"


class Problem(Exception):
    """A client's error, or a refusal that the API documents.

    `message` is for people. `code` and `details` are for APIs whose error bodies have a field for
    them. `headers` are added to the response, and `violations` too, as one header.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        details: Any = None,
        headers: tuple[tuple[str, str], ...] = (),
        violations: tuple[Violation, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.details = details
        self.headers = headers
        self.violations = violations


def header_problem(
    status: int,
    header: str,
    message: str,
    code: str,
    headers: tuple[tuple[str, str], ...] = (),
) -> Problem:
    """Return the problem of a request with a header that is refused; the message is also that of
    its violation. `headers` are added to the response."""
    violation = Violation("header", f"/{header}", message)
    return Problem(status, message, code=code, headers=headers, violations=(violation,))


class Invalid(Problem):
    """A request that breaks the contract; `message` is the first of its violations."""

    def __init__(self, violations: list[Violation], status: int = 400) -> None:
        super().__init__(
            status, str(violations[0]), code="VALIDATION_ERROR", violations=tuple(violations)
        )


class UnderstudyError(Exception):
    """An error that is not a client's."""


class UsageError(UnderstudyError):
    """An error that the person who runs Understudy can fix; the message says how."""


class ContractBroken(UnderstudyError):
    """A response that the contract does not allow."""

    def __init__(self, operation_id: str, violations: list[Violation]) -> None:
        super().__init__(f"{operation_id} broke its contract: {violations[0]}")
        self.violations = tuple(violations)
