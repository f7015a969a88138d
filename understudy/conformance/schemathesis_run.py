"""The first tier of the judge: the shape of all answers, by Schemathesis, every phase and check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.report import Report
from understudy.conformance.schemathesis_events import EventRecorder
from understudy.conformance.schemathesis_hooks import HOOKS
from understudy.conformance.target_client import TargetClient
from understudy.distribution import install_command
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.personas import has_operation


def check_shape(
    contract: Contract,
    report: Report,
    scope: CheckOptions,
    headers: dict[str, str],
    *,
    line: TargetClient,
    app: Any = None,
) -> None:
    """Judge the operations in the scope into the report: those of the server at the end of the
    line, or of the ASGI `app`."""
    wanted = [
        o.id
        for o in contract.operations
        if scope.takes_operation(o) and has_operation(o, scope.variant)
    ]
    if not wanted:
        return
    clerk = EventRecorder(contract, report)
    settings = _settings(contract, report.url, headers, scope)
    for event in _events(contract, settings, app or line, wanted):
        clerk.take(event)
        if type(event).__name__ == "ScenarioFinished":
            scope.progress(
                f"shape: {len(report.tested)} of {len(wanted)} operations, "
                f"{report.cases} requests, {len(report.findings)} findings"
            )
            if line.over or (scope.most is not None and report.cases >= scope.most):
                break


def _settings(
    contract: Contract, base_url: str, headers: dict[str, str], scope: CheckOptions
) -> dict[str, Any]:
    """Schemathesis's configuration: all phases, all checks, nothing written to disk."""
    settings: dict[str, Any] = {
        "base-url": base_url,
        "seed": scope.seed,
        "request-timeout": scope.patience,
        "max-redirects": 0,  # the key goes nowhere else, and a redirect is an answer like others
        "suppress-health-check": ["all"],  # those judge the contract's generators, not the server
        "continue-on-failure": True,
        "output": {
            "sanitization": {"enabled": False}
        },  # a curl line without the key repeats nothing
        "cache": {"enabled": False},
        "generation": {"max-examples": scope.max_examples, "mode": "all", "database": "none"},
    }
    keys: dict[str, Any] = {}
    for name, scheme in contract.security_schemes.items():
        value = headers.get(scheme.get("name", "Authorization"))
        if value is not None and scheme.get("type") == "apiKey":
            keys[name] = {"api_key": value}
        elif value is not None and scheme.get("scheme", "").lower() == "bearer":
            keys[name] = {"bearer": value.removeprefix("Bearer ")}
    if keys:
        settings["auth"] = {"openapi": keys}
    return settings


def _events(
    contract: Contract, settings: dict[str, Any], target: Any, wanted: list[str]
) -> Iterator[Any]:
    try:
        import schemathesis
        from schemathesis.config import SchemathesisConfig
        from schemathesis.engine import from_schema
        from schemathesis.hooks import unregister
    except ImportError:
        command = install_command("check")
        raise UsageError(f"checking a server needs Schemathesis: {command}") from None

    schema: Any = schemathesis.openapi.from_dict(
        contract.document, config=SchemathesisConfig.from_dict(settings)
    )
    if len(wanted) < len(contract.operations):
        schema = schema.include(operation_id=wanted)
    schema.app = None if isinstance(target, TargetClient) else target
    for hook in HOOKS:
        schemathesis.hook(hook)
    try:
        with _through(target) if isinstance(target, TargetClient) else nullcontext():
            yield from from_schema(schema).execute()
    finally:
        for hook in HOOKS:
            unregister(hook)


@contextmanager
def _through(line: TargetClient) -> Iterator[None]:
    """Let all that Schemathesis sends (cases, probes, what its checks ask) go through the line. It
    makes its sessions in several places, and has no option for how they send."""
    from schemathesis.transport.requests import SameHostRedirectsSession

    def get_adapter(session: Any, url: str) -> Any:
        session.adapters.update({"http://": line.adapter, "https://": line.adapter})
        return line.adapter

    SameHostRedirectsSession.get_adapter = get_adapter  # type: ignore[assignment, method-assign]
    try:
        yield
    finally:
        del SameHostRedirectsSession.get_adapter
