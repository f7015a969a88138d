"""The app that the options of `understudy serve` describe."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.commands.arguments import plural
from understudy.commands.serve.replay import replay_of
from understudy.errors import Problem, UsageError
from understudy.files import read_bounded
from understudy.suggestions import hint

if TYPE_CHECKING:
    from understudy.app import Understudy
    from understudy.http.control_access import ControlAccess
    from understudy.openapi.servers.cors import AllowedOrigins
    from understudy.runtime.stores.database import Database
    from understudy.serving.api import Api
    from understudy.serving.monitoring.metrics import Metrics
    from understudy.serving.monitoring.served_request import Observer

    ObserversOf = Callable[[Sequence[Api]], Sequence[Observer]]


def app_of(
    options: argparse.Namespace,
    guard: ControlAccess | None,
    database: Database | None = None,
    observers_of: ObserversOf = lambda _: (),
    metrics: Metrics | None = None,
    *,
    successor_of: Understudy | None = None,
) -> Understudy:
    """Return the app for these options, with its state in a database, observed by what
    `observers_of` returns for its APIs and by `metrics`, perhaps as the successor of another one.
    Raises UsageError."""
    from understudy.app import Understudy
    from understudy.serving.processes.worker_options import memory_of_each
    from understudy.serving.project import load

    allowed_origins = _allowed_origins(options.cors)
    apis = load(options.sources, options.allow_refs)
    if options.strict_documents:
        _reject_problems(apis)
    _configure(apis, options)
    return Understudy(
        apis,
        state=_state(options.state),
        strict=options.strict,
        control_access=guard,
        allowed_origins=allowed_origins,
        allow_callbacks=options.allow_callbacks,
        max_memory=memory_of_each(options.workers, options.max_memory),
        database=database,
        is_one_of_several=options.workers > 1,
        replay=replay_of(options.replay, apis),
        observers=observers_of(apis),
        metrics=metrics,
        successor_of=successor_of,
    )


def _allowed_origins(texts: Sequence[str] | None) -> AllowedOrigins | None:
    """Return the origins of `--cors`, or None without that. Raises UsageError."""
    from understudy.openapi.servers.cors import AllowedOrigins

    try:
        return None if texts is None else AllowedOrigins.parse(texts)
    except UsageError as error:
        raise UsageError(f"--cors: {error}") from None


def _reject_problems(apis: Sequence[Api]) -> None:
    """Raise UsageError if a document has problems, with the first one."""
    for contract in (api.contract for api in apis):
        if contract.problems:
            number = plural(len(contract.problems), "problem")
            first = contract.problems[0].describe(contract.origin)
            raise UsageError(
                f"{contract.origin} has {number}: {first}; "
                f"`understudy lint {contract.origin}` lists all"
            )


def _configure(apis: Sequence[Api], options: argparse.Namespace) -> None:
    """Set the persona, keys and rate limit of each API. Raises UsageError."""
    from understudy.runtime.rate_limit import RateLimit

    by_name = {api.name: api for api in apis}
    for name, _ in (*options.persona, *options.api_key, *options.rate_limit):
        if name not in by_name:
            raise UsageError(f"there is no API {name!r}{hint(name, by_name)}")
    for name, persona in options.persona:
        by_name[name].template.persona = by_name[name].check_persona(persona)
    for name, key in options.api_key:
        by_name[name].keys |= {key}
    for name, limit in options.rate_limit:
        by_name[name].limit = RateLimit.parse(limit)


def _state(path: Path | None) -> Any:
    """Return the content of a state file. Raises UsageError."""
    from understudy.http import json_codec

    if path is None:
        return None
    try:
        state = json_codec.decode(read_bounded(path))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except Problem as problem:
        raise UsageError(f"{path}: {problem.message}") from None
    if not isinstance(state, dict):
        raise UsageError(f"{path} is not a state file: it must be a JSON object")
    return state
