"""`understudy serve`: serve stand-ins for APIs."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.commands.arguments import (
    Commands,
    add_sources,
    api_value,
    callback_host,
    plural,
    port,
    positive,
    seconds,
    secret,
    size,
)
from understudy.commands.output import print_notice
from understudy.commands.store import add_store, database_of, open_database, print_warnings
from understudy.errors import Problem, UsageError
from understudy.files import read_bounded
from understudy.runtime.memory_budget import DEFAULT_MOST
from understudy.suggestions import hint

if TYPE_CHECKING:
    from understudy.app import Understudy
    from understudy.http.control_access import ControlAccess
    from understudy.openapi.cors import AllowedOrigins
    from understudy.runtime.stores.database import Database
    from understudy.serving.api import Api
    from understudy.serving.processes.supervisor import Supervisor

#: The part of a token's file that is read, in bytes.
_MOST_TOKEN_BYTES = 10_000

#: The most warnings about one document.
_MOST_WARNINGS = 10
LEVELS = ("critical", "error", "warning", "info", "debug")


def add(commands: Commands) -> None:
    """Add the command."""
    serve = commands.add_parser(
        "serve", help="serve stand-ins for the APIs of a project or document"
    )
    add_sources(serve)
    serve.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    serve.add_argument(
        "--port", type=port, default=3000, help="default: 3000; 0 picks one that is free"
    )
    _add_api_options(serve)
    _add_token(serve)
    serve.add_argument(
        "--cors",
        action="append",
        metavar="*|ORIGIN|off",
        help="origins whose pages may call the APIs, and whose hosts may name this server, as "
        "in https://app.example,loopback; repeatable; default: loopback, the pages of this machine",
    )
    serve.add_argument(
        "--strict",
        action="store_true",
        help="reject query parameters and body fields that the contract does not define",
    )
    serve.add_argument(
        "--strict-documents",
        action="store_true",
        help="serve no document that has problems; default: print warnings, and serve the rest",
    )
    serve.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="initial state of every namespace: JSON from GET /_understudy/state",
    )
    serve.add_argument(
        "--allow-callbacks",
        action="append",
        default=[],
        type=callback_host,
        metavar="HOST|any",
        help="send callbacks and webhooks also to this host, or to any; repeatable; "
        "default: to this machine only",
    )
    _add_limits(serve)
    add_store(serve)
    _add_workers(serve)
    serve.add_argument("--log-level", choices=LEVELS, default="warning", help="default: warning")
    serve.set_defaults(command=run)


def _add_workers(serve: argparse.ArgumentParser) -> None:
    """Add the options for several processes."""
    serve.add_argument(
        "--workers",
        type=positive,
        default=1,
        metavar="N",
        help="serve with so many processes, on Linux; one that ends is started anew, and SIGHUP "
        "replaces all without losing a request; default: 1",
    )
    serve.add_argument(
        "--unshared",
        action="store_true",
        help="allow several workers for APIs whose state they do not share: each has namespaces, "
        "journals and faults of its own, and any of them may answer a request",
    )


def _add_limits(serve: argparse.ArgumentParser) -> None:
    """Add the options that bound what clients can take."""
    serve.add_argument(
        "--max-memory",
        type=size,
        metavar="SIZE",
        help="memory of all namespaces together, beside their state, for journals, faults, "
        "scheduled requests, snapshots, webhooks and uploads, as in 64MB; the oldest are removed; "
        "each of several workers gets an equal share; "
        f"default: {DEFAULT_MOST // 1_000_000}MB",
    )
    serve.add_argument(
        "--request-timeout",
        type=seconds,
        default=60,
        metavar="SECONDS",
        help="close a connection whose request does not arrive, or whose response is not read, "
        "in this time; default: 60",
    )


def _add_token(serve: argparse.ArgumentParser) -> None:
    """Add the options for the token; others on the machine can see arguments, but not a file."""
    token = serve.add_mutually_exclusive_group()
    token.add_argument(
        "--token",
        type=secret,
        metavar="SECRET",
        help="token for the control API, /_understudy/; "
        "the API is closed without one unless --host is this machine only",
    )
    token.add_argument(
        "--token-file",
        type=Path,
        metavar="FILE",
        help="file with the token, which keeps it out of the list of processes; default: the "
        "environment variable UNDERSTUDY_TOKEN",
    )


def _add_api_options(serve: argparse.ArgumentParser) -> None:
    """Add the options for one API, of which the value begins with its name."""
    per_api = (
        ("persona", "NAME", "persona of an API, as in petstore=modern; default: its first"),
        (
            "api-key",
            "KEY",
            "accept only this API key, as in petstore=secret; repeatable; default: accept any",
        ),
        (
            "rate-limit",
            "N/SECONDS",
            "respond with 429 to more requests than that, as in petstore=1000/900; "
            "default: no limit",
        ),
    )
    for name, value, description in per_api:
        serve.add_argument(
            f"--{name}",
            action="append",
            default=[],
            type=api_value,
            metavar=f"API={value}",
            help=description,
        )


def run(options: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    from understudy.http.control_access import ControlAccess
    from understudy.serving import server
    from understudy.serving.processes.worker_options import check_system, check_workers

    check_system(options.workers)
    gc.disable()  # nothing that is made at the start becomes garbage; the server enables it again
    token = _token(options)
    supervisor = _supervisor(options) if options.workers > 1 else None
    listener = supervisor.reserved if supervisor else server.listen(options.host, options.port)
    access = ControlAccess(options.host, token, address=listener.getsockname()[0])
    database = database_of(options)
    app = app_of(options, access, database)
    is_shared = database is not None and database.is_shared
    check_workers(app.served, options.workers, options.unshared, is_shared)
    _print_warnings(app.served)
    url = server.url_of(listener)

    def ready() -> None:
        print_notice(_banner(url, app, options))

    serve = partial(
        server.run,
        app,
        log_level=options.log_level,
        methods={o.method for api in app.served for o in api.contract.operations},
        request_timeout=options.request_timeout,
    )
    if supervisor:
        if database is not None:  # what is wrong with it is said once, and not by each worker
            open_database(database, app.served)
            print_warnings(database)
            database.close()
        after_fork = None if database is None else database.open
        return supervisor.run(serve, ready=ready, after_fork=after_fork)
    if database is not None:
        open_database(database, app.served)
        print_warnings(database)
    try:
        serve(listener, ready=ready)
    finally:
        if database is not None:
            database.close()
    return 0


def _supervisor(options: argparse.Namespace) -> Supervisor:
    """Return what runs the workers, imported only if there are several. Raises UsageError."""
    from understudy.serving.processes.supervisor import Supervisor

    return Supervisor(options.host, options.port, options.workers)


def _token(options: argparse.Namespace) -> str | None:
    """Return the token of the control API, or None without one. Raises UsageError."""
    from understudy.http.control_access import VARIABLE

    given: str | None = options.token
    if given is not None:
        return given
    if options.token_file is not None:
        return _checked_token(f"--token-file {options.token_file}", _line(options.token_file))
    text = os.environ.get(VARIABLE)
    return None if text is None else _checked_token(VARIABLE, text)


def _line(path: Path) -> str:
    """Return the text of a file without the newline at its end. Raises UsageError."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_TOKEN_BYTES).decode("latin-1")
    except OSError as error:
        raise UsageError(f"--token-file {path} cannot be read: {error.strerror}") from None
    return text.removesuffix("\n").removesuffix("\r")


def _checked_token(source: str, text: str) -> str:
    try:
        return secret(text)
    except argparse.ArgumentTypeError as error:
        raise UsageError(f"{source}: the token {error}") from None


def app_of(
    options: argparse.Namespace, guard: ControlAccess | None, database: Database | None = None
) -> Understudy:
    """Return the app for these options, with its state in a database. Raises UsageError."""
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
    )


def _allowed_origins(texts: Sequence[str] | None) -> AllowedOrigins | None:
    """Return the origins of `--cors`, or None without that. Raises UsageError."""
    from understudy.openapi.cors import AllowedOrigins

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


def _print_warnings(apis: Sequence[Api]) -> None:
    """Print the problems of documents that are served all the same."""
    for contract in (api.contract for api in apis):
        for problem in contract.problems[:_MOST_WARNINGS]:
            print(f"warning: {problem.describe(contract.origin, label='')}", file=sys.stderr)
        more = len(contract.problems) - _MOST_WARNINGS
        if more > 0:
            print(
                f"warning: {contract.origin}: {more} more; "
                f"`understudy lint {contract.origin}` lists all",
                file=sys.stderr,
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


#: The addresses of one API that the banner lists beside the main one.
MOST_ADDRESSES = 10


def _banner(url: str, app: Understudy, options: argparse.Namespace) -> str:
    callback_hosts = options.allow_callbacks
    from understudy.runtime.namespaces.memory_registry import MemoryRegistry

    lines = [f"{api.contract.title} at {_addresses(url, api)}" for api in app.served]
    if app.allowed_origins is not None:
        lines.append(f"CORS: {app.allowed_origins}")
    if "any" in callback_hosts:
        lines.append("Callbacks and webhooks may go to any host")
    elif callback_hosts:
        hosts = ", ".join(callback_hosts)
        lines.append(f"Callbacks and webhooks may go to this machine and to {hosts}")
    if options.workers > 1 and isinstance(app.namespaces, MemoryRegistry):
        lines.append(f"Each of the {options.workers} workers has state of its own")
    lines.append(f"The reference at {url}/")
    lines.append(f"Try: curl {url}/_understudy/health")
    return "\n".join(lines)


def _addresses(url: str, api: Api) -> str:
    """Return the addresses of an API, one for each base path of its servers."""
    declared = [base_path for o in api.contract.operations for base_path in o.base_paths]
    main = api.contract.path_prefix
    others = [path for path in dict.fromkeys(declared) if path != api.contract.base_path]
    return ", ".join(f"{url}{path}" for path in [main, *others[:MOST_ADDRESSES]])
