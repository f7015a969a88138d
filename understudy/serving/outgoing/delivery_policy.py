"""How a callback or a webhook is delivered: its signature, its attempts, and what is a success."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

import msgspec

from understudy.errors import UsageError
from understudy.openapi.extensions import DELIVERY
from understudy.openapi.operation import Operation

_NONE = timedelta(0)
_LONGEST_TIMEOUT = timedelta(minutes=1)


class SignatureScheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How requests are signed, and how the names of the headers begin."""

    scheme: Literal["standard-webhooks"]
    prefix: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]*$", max_length=50)] = "webhook"


class DeliveryPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The value of `x-understudy-delivery`; without it, what is usual.

    `attempts` are the waits before each attempt, by the namespace's clock; each begins when the
    attempt before it has failed. `timeout` is how long one may take, in real time.
    """

    signature: SignatureScheme | None = None
    timeout: timedelta = timedelta(seconds=10)
    attempts: Annotated[tuple[timedelta, ...], msgspec.Meta(min_length=1, max_length=100)] = (
        _NONE,
        timedelta(seconds=1),
        timedelta(seconds=5),
    )
    #: The statuses of a success, such as 2XX or 204. Without it: all but 429 and 5XX.
    success: Annotated[str, msgspec.Meta(pattern="^[1-5](XX|[0-9]{2})$")] | None = None

    def __post_init__(self) -> None:
        """Check the durations. Raises ValueError."""
        if not _NONE < self.timeout <= _LONGEST_TIMEOUT:
            raise ValueError("`timeout` must be between 0 seconds and 1 minute")
        if any(not _NONE <= wait <= timedelta(days=365) for wait in self.attempts):
            raise ValueError("`attempts` must be between 0 seconds and 365 days")

    def is_success(self, status: int) -> bool:
        """Return whether a response with this status (0: there is none) ends the delivery."""
        if self.success is None:
            return status not in (0, 429) and status < 500
        return self.success in (str(status), f"{status // 100}XX")


def declared_policy(operation: Operation) -> DeliveryPolicy | None:
    """Return the policy that the document declares for an operation, or None. Raises UsageError."""
    declared = operation.definition.get(DELIVERY)
    if declared is None:
        return None
    try:
        return msgspec.convert(declared, DeliveryPolicy)
    except msgspec.ValidationError as error:
        place = f"{operation.contract.name}: {operation.place}/{DELIVERY}"
        raise UsageError(f"{place}: {error}") from None
