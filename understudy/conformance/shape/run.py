"""The tier "shape": do all responses match the contract? Schemathesis checks it, in every phase and
with every check that it has."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

from understudy.conformance.implemented.implementation import Implementation
from understudy.conformance.options import CheckOptions
from understudy.conformance.reports.report import Report
from understudy.conformance.run_names import RunNames
from understudy.conformance.shape.check_names import check_names
from understudy.conformance.shape.document import readable_document, serialize_lines
from understudy.conformance.shape.events import EventRecorder
from understudy.conformance.shape.failures import FailureFilter
from understudy.conformance.shape.hooks import HOOKS, StatefulData, register_formats
from understudy.conformance.shape.known_words import additional_methods, is_requested
from understudy.conformance.shape.progress import ShapeProgress
from understudy.conformance.shape.request_ids import in_order
from understudy.conformance.shape.response_checks import ResponseChecker, SchemathesisAdapter
from understudy.conformance.target.target_client import TargetClient
from understudy.distribution import install_command
from understudy.errors import UsageError
from understudy.openapi.contract import Contract
from understudy.openapi.credentials import Credentials, authentication_scheme, own_base_urls
from understudy.openapi.operation import JSON_LINES
from understudy.openapi.personas import has_operation

#: Methods that a path must refuse, if it does not have them.
_UNEXPECTED_METHODS = ["get", "put", "post", "delete", "patch"]

#: Generated requests of each operation: many for few operations, so many in all, and at least some.
_MOST_EXAMPLES, _ALL_EXAMPLES, _FEWEST_EXAMPLES = 30, 600, 8
#: Requests get ids of ours; Schemathesis would make a case for each id that it has seen.
_OWN_IDS = {"extra-data-sources": {"responses": False}}


def check_shape(
    contract: Contract,
    report: Report,
    options: CheckOptions,
    credentials: Credentials,
    *,
    client: TargetClient,
    checker: ResponseChecker | None = None,
    app: Any = None,
    implementation: Implementation | None = None,
    names: RunNames | None = None,
) -> None:
    """Check the selected operations of the client's server, or of the ASGI `app`.

    `checker` is what validated the responses of other tiers, if any; it validates what is too much
    for Schemathesis. What the `implementation` lacks is left out.
    """
    implementation = implementation or Implementation.of(contract)
    operations = [
        o.id
        for o in contract.operations
        if options.selects_operation(o)
        and has_operation(o, options.persona)
        and o.id not in implementation.absent
    ]
    report.notes += [
        f"{o.id} was not requested by Schemathesis: its path {o.path} has ? or # in it"
        for o in contract.operations
        if o.id in operations and not is_requested(o.path)
    ]
    if not operations:
        return
    recorder = EventRecorder(contract, report)
    settings = _settings(contract, report.url, credentials, options, len(operations))
    target = app or SchemathesisAdapter(
        client.adapter, checker or ResponseChecker(contract, report)
    )
    progress = ShapeProgress(len(operations), options.progress)
    _require_schemathesis()
    with _recording_crashes(report), _knowing(additional_methods(contract.document)):
        failures = FailureFilter(contract, implementation)
        data = StatefulData(contract, failures, names)
        for event in _events(contract, settings, target, operations, data):
            recorder.record(event)
            if type(event).__name__ == "ScenarioFinished":
                coverage, limit = report.coverage, options.max_requests
                progress.record(event, report)
                is_over = app is not None and limit is not None and coverage.requests >= limit
                if client.stop_reason or is_over:
                    break


def _require_schemathesis() -> None:
    try:
        import schemathesis  # noqa: F401
    except ImportError:
        command = install_command("check")
        raise UsageError(f"checking a server needs Schemathesis: {command}") from None


@contextmanager
def _recording_crashes(report: Report) -> Iterator[None]:
    """Record an error of Schemathesis that ends one of its threads, and so what it had left."""
    earlier = threading.excepthook

    def record(crash: threading.ExceptHookArgs) -> None:
        if crash.thread is not None and crash.thread.name.startswith("schemathesis"):
            error = f"{crash.exc_type.__name__}: {crash.exc_value}"
            report.errors.append(f"Schemathesis failed, and the rest was not judged: {error}")
        else:
            earlier(crash)

    threading.excepthook = record
    try:
        yield
    finally:
        threading.excepthook = earlier


def _settings(
    contract: Contract, base_url: str, credentials: Credentials, options: CheckOptions, number: int
) -> dict[str, Any]:
    """Return Schemathesis's configuration for a number of operations: all phases and checks,
    nothing written to disk."""
    scaled = max(_FEWEST_EXAMPLES, min(_MOST_EXAMPLES, _ALL_EXAMPLES // number))
    settings: dict[str, Any] = {
        "base-url": base_url,
        "seed": options.seed,
        "request-timeout": options.timeout,
        "max-redirects": 0,  # a redirect is a response like any other; the key stays here
        "suppress-health-check": ["all"],  # those check the generators, not the server
        "continue-on-failure": True,
        "output": {"sanitization": {"enabled": False}},  # without the key, curl repeats nothing
        "cache": {"enabled": False},
        "generation": {
            "max-examples": options.max_examples or scaled,
            "mode": "all",
            "database": "none",
            "no-shrink": True,  # a finding's first request says it as well, without hundreds more
        },
        "checks": {name: {"enabled": False} for name in sorted(options.skip & check_names())},
        "phases": {
            "examples": _OWN_IDS,
            "coverage": {**_OWN_IDS, "unexpected-methods": _UNEXPECTED_METHODS},
            "fuzzing": _OWN_IDS,
            "stateful": {"generation": {"max-examples": options.max_examples or _MOST_EXAMPLES}},
        },
    }
    keys, headers = {}, {}
    for name, value in credentials.values.items():
        key = _scheme_settings(contract.security_schemes[name], value)
        if key is None:
            headers["Authorization"] = value
        else:
            keys[name] = key
    if headers:
        settings["headers"] = headers
    if keys:
        settings["auth"] = {"openapi": keys}
    return settings


def _scheme_settings(scheme: Mapping[str, Any], value: str) -> dict[str, str] | None:
    """Return Schemathesis's settings for what a security scheme sends, or None if it has none for
    such schemes."""
    if scheme.get("type") == "apiKey":
        return {"api_key": value}
    is_bearer = scheme.get("type") == "http" and authentication_scheme(scheme) == "Bearer"
    return {"bearer": value.removeprefix("Bearer ")} if is_bearer else None


def _events(
    contract: Contract,
    settings: dict[str, Any],
    target: Any,
    operations: list[str],
    data: StatefulData,
) -> Iterator[Any]:
    import schemathesis
    from schemathesis.config import SchemathesisConfig
    from schemathesis.engine import from_schema
    from schemathesis.hooks import unregister

    schema: Any = schemathesis.openapi.from_dict(
        readable_document(contract.document), config=SchemathesisConfig.from_dict(settings)
    )
    if len(operations) < len(contract.operations):
        chosen = {(o.method, o.path) for o in contract.operations if o.id in operations}
        schema = schema.include(
            lambda context: (context.operation.method.upper(), context.operation.path) in chosen
        )
    schema.hook(_base_url_hook(contract, settings["base-url"]))
    schema.understudy = data  # what Schemathesis read lacks some words
    layers = schema.get_operation_layers
    schema.get_operation_layers = lambda found: in_order(contract, layers(found))
    schema.app = None if isinstance(target, SchemathesisAdapter) else target
    schemathesis.serializer(*sorted(JSON_LINES))(serialize_lines)
    register_formats()
    for hook in HOOKS:
        schemathesis.hook(hook)
    try:
        is_adapter = isinstance(target, SchemathesisAdapter)
        sending = _sending_through(target) if is_adapter else nullcontext()
        with sending, _reading_tuples(), _repeatable(settings["seed"]):
            yield from from_schema(schema).execute()
    finally:
        for hook in HOOKS:
            unregister(hook)


def _base_url_hook(contract: Contract, base_url: str) -> Any:
    """Return a hook of Schemathesis for operations that have servers of their own."""
    elsewhere = own_base_urls(contract, base_url)

    def before_init_operation(context: Any, operation: Any) -> None:
        own = contract.operation(operation.method, operation.path).id
        operation.base_url = elsewhere.get(own, operation.base_url)

    return before_init_operation


@contextmanager
def _knowing(methods: frozenset[str]) -> Iterator[None]:
    """Let Schemathesis take fields of path items with these names for operations while the run
    lasts: it knows those of OpenAPI only."""
    from schemathesis.core import transport
    from schemathesis.specs.openapi import checks, operations, schemas

    modules: tuple[Any, ...] = (checks, operations, schemas, transport)
    known = modules[0].HTTP_METHODS_SCHEMA
    for module in modules:
        module.HTTP_METHODS_SCHEMA = known | methods
    try:
        yield
    finally:
        for module in modules:
            module.HTTP_METHODS_SCHEMA = known


@contextmanager
def _repeatable(seed: int) -> Iterator[None]:
    """Let the cases depend on the seed alone while the run lasts.

    Hypothesis also tries the constants in the source of the modules that are loaded by then and lie
    outside of site-packages; Schemathesis draws the ids of its cases by a generator of its own.
    """
    from hypothesis.internal.conjecture import providers
    from schemathesis import generation

    generation.RANDOM.seed(seed)
    modules: Any = providers
    original = modules._get_local_constants
    modules._get_local_constants = modules.Constants
    modules.CONSTANTS_CACHE.cache.clear()
    try:
        yield
    finally:
        modules._get_local_constants = original
        modules.CONSTANTS_CACHE.cache.clear()


@contextmanager
def _reading_tuples() -> Iterator[None]:
    """Let Schemathesis validate responses by `prefixItems` while the run lasts.

    It makes lists in `items` of them, as its generators need, and then rejects these: its
    validators are of JSON Schema 2020-12.
    """
    from schemathesis.specs.openapi.adapter import responses as adapter

    responses: Any = adapter
    original = responses.to_json_schema
    responses.to_json_schema = partial(original, convert_prefix_items=False)
    try:
        yield
    finally:
        responses.to_json_schema = original


@contextmanager
def _sending_through(adapter: SchemathesisAdapter) -> Iterator[None]:
    """Let all requests of Schemathesis (cases, probes, those of its checks) go through an adapter,
    with nothing from the environment, such as the passwords in ~/.netrc.

    Schemathesis makes its sessions in several places (`make_session` and the probes of its engine,
    its transport where a check sends a case, its requests without credentials), and has no option
    for their adapters. They have one class in common, which is changed while the run lasts.
    """
    from schemathesis.transport.requests import SameHostRedirectsSession

    def get_adapter(session: Any, url: str) -> Any:
        session.adapters.update({"http://": adapter, "https://": adapter})
        return adapter

    changed: Any = SameHostRedirectsSession
    changed.get_adapter = get_adapter
    changed.trust_env = property(lambda session: False, lambda session, value: None)
    try:
        yield
    finally:
        del changed.get_adapter, changed.trust_env
