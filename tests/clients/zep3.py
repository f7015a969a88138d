"""What tests of Zep's Python client 3.30.0 share."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients.sdk import SdkError


def refusal(call: Any, *arguments: Any, **named: Any) -> tuple[int | None, str]:
    """Return status and message of the error that a call ends with."""
    with pytest.raises(SdkError) as caught:
        call(*arguments, **named)
    return caught.value.status, str(caught.value.body["message"])
