"""The fault rules of a namespace: responses that a test plans, and faults."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Unpack

import httpx

from understudy.client.control_http import ControlError, ControlHTTP
from understudy.client.keywords import Fault, Plan, Stub, check_keywords
from understudy.client.stubs.messages import Response, action_json, seconds_of
from understudy.http.json_codec import ABSENT

if TYPE_CHECKING:
    from understudy.client.stubs.function_server import Function, FunctionServer

#: pytest does not show these frames in the traceback of a test.
__tracebackhide__ = True


class FaultRules:
    """Plans responses and faults in one namespace of the stand-in at `origin`."""

    def __init__(self, http: ControlHTTP, origin: str) -> None:
        self._http = http
        self._origin = origin
        self._functions: FunctionServer | None = None

    def respond(self, operation: str | None, body: Any = ABSENT, **stub: Unpack[Stub]) -> str:
        """Answer requests by a response of the test's own, until the rule is removed, or the next
        `times` requests; the handler does not run.

        `body` is JSON, or a `Response`; or a list of both, one for each request, the last one for
        all others (a body that is a list: `Response(body=[...])`); or a function that gets a
        `Request` and returns one. Without a body it is the document's example for the `status`. The
        status is by default the operation's success. With `template`, texts in the body may have
        expressions such as `{$request.body#/id}`. Which requests: see `fail`.

        Returns the id of the rule. Raises ControlError if the document does not allow the response
        and `allow_invalid` is not set.
        """
        check_keywords("respond", Stub, stub, "body")
        if body is ABSENT and stub.get("status") is None:
            raise TypeError("respond() needs a body, or a status that the document has a body for")
        if callable(body):
            planned = {"callback_url": self._url_of(body)}
        else:
            planned = {} if body is ABSENT else action_json(body)
        try:
            return self._add_rule(operation, planned, stub)
        except ControlError as error:
            if "responses" in planned:
                error.add_note(
                    "A list is one response after the other; one body: Response(body=[...])"
                )
            raise

    def _url_of(self, function: Function) -> str:
        """Return the URL at which a function answers. Raises ValueError if the stand-in cannot call
        it."""
        host = httpx.URL(self._origin).host
        if not _is_this_machine(host):
            raise ValueError(
                f"the stand-in at {host} cannot call a function of this process; only one on this "
                "machine can"
            )
        if self._functions is None:
            from understudy.client.stubs.function_server import FunctionServer  # at its first use

            self._functions = FunctionServer()
        return self._functions.url_of(function)

    def fail(self, operation: str | None = None, **fault: Unpack[Fault]) -> str:
        """Add a fault rule: requests that match get another response, a late one, or none.

        `operation` and `when` say which requests match; `times` how many of them (None: all);
        `probability` (0 to 1) is drawn from `seed`. The rest says what happens, for example
        `status=503`, `body={...}`, `delay=0.5` (seconds, or a timedelta), `connection="reset"`,
        `corrupt="truncate"`, `responses=[Response(503), Response()]`; see the schema `FaultAction`
        of the control API.

        Returns the id of the rule. Raises ControlError if the document does not allow the response
        and `allow_invalid` is not set.
        """
        check_keywords("fail", Fault, fault)
        return self._add_rule(operation, {}, fault)

    def fail_next(self, operation: str | None = None, **fault: Unpack[Fault]) -> str:
        """Add a fault rule for the next request, or the next `times` requests; see `fail`."""
        check_keywords("fail_next", Fault, fault)
        fault.setdefault("times", 1)
        return self._add_rule(operation, {}, fault)

    def _add_rule(
        self, operation: str | None, planned: Mapping[str, Any], keywords: Mapping[str, Any]
    ) -> str:
        rule = {name: value for name, value in keywords.items() if name in Plan.__annotations__}
        then = {
            name: value
            for name, value in keywords.items()
            if name not in rule and (value is not None or name == "body")
        }
        if "responses" in then:
            then["responses"] = [
                each.as_json() if isinstance(each, Response) else each for each in then["responses"]
            ]
        rule["when"] = matcher_json(operation, rule.get("when") or {})
        rule.setdefault("times", None)
        if "delay" in then:
            then["delay"] = seconds_of(then["delay"])
        rule["then"] = {**planned, **then}
        if not rule["then"]:
            raise TypeError(
                'a fault needs what shall happen, such as status=503, delay=2 or connection="reset"'
            )
        id_: str = self._http.request("POST", "/faults", rule)["id"]
        return id_

    def remove_fault(self, fault_id: str) -> None:
        """Remove a fault rule."""
        self._http.request("DELETE", f"/faults/{fault_id}")

    def clear_faults(self) -> None:
        """Remove all fault rules."""
        self._http.request("DELETE", "/faults")

    def faults(self) -> list[dict[str, Any]]:
        """Return the fault rules: `id`, `when`, `then`, `times`, `probability`, and in `hits` the
        number of requests that each was applied to."""
        rules: list[dict[str, Any]] = self._http.request("GET", "/faults")
        return rules

    def _stop_functions(self) -> None:
        """Answer by functions no more."""
        if self._functions is not None:
            self._functions.close()
            self._functions = None


def matcher_json(operation: str | None, when: Mapping[str, Any]) -> dict[str, Any]:
    """Return which requests match, as the control API has it."""
    return {**when, **({"operation": operation} if operation else {})}


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
