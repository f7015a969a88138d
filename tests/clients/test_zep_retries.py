"""Which requests the clients of Zep try again, as docs/clients.md says."""

from __future__ import annotations

from tests.clients.javascript import needs_javascript, run_scenario
from tests.clients.sdk import Sdk
from understudy.client import ControlClient


def statuses(control: ControlClient, operation: str) -> list[int | None]:
    """Return the statuses of the responses to an operation, in order."""
    return [entry.response.status for entry in control.requests(operation) if entry.response]


def test_python_4_tries_again_after_a_conflict(origin: str) -> None:
    """It waits as long as the response says, and sends the same idempotency key."""
    with Sdk("zep-cloud-4.0.1") as sdk, ControlClient(*origin.split("/_ns/")) as control:
        control.fail_next("createUser", status=409, headers={"Retry-After": "1"})
        assert sdk.at(f"{origin}/api/v4").user.create(first_name="Ann")["first_name"] == "Ann"
        assert statuses(control, "createUser") == [409, 201]
        keys = {
            entry.request.headers["idempotency-key"] for entry in control.requests("createUser")
        }
        assert len(keys) == 1


@needs_javascript
def test_javascript_3_tries_again_when_there_is_too_much(origin: str) -> None:
    """It tries again after 429, but not after 409."""
    with ControlClient(*origin.split("/_ns/")) as control:
        control.fail_next("addUser", status=429, headers={"Retry-After": "30"})
        control.fail_next("createThread", status=409)
        name, is_zep_error, status, _ = run_scenario("zep3.mjs", "retries", origin)
        assert (is_zep_error, status) == (True, 409), name
        assert statuses(control, "addUser") == [429, 201]
        assert statuses(control, "createThread") == [409]
