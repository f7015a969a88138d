"""`understudy serve`: from its options to a server that listens."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.commands.arguments import Commands, add_sources, of_api, port, secret
from understudy.errors import Problem, UsageError

if TYPE_CHECKING:
    from understudy.app import Understudy
    from understudy.http.control_access import ControlAccess
    from understudy.serving.api import Api

LEVELS = ("critical", "error", "warning", "info", "debug")


def add(commands: Commands) -> None:
    """Add the command."""
    serve = commands.add_parser("serve", help="stand in for the APIs of a project or document")
    add_sources(serve)
    serve.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    serve.add_argument(
        "--port", type=port, default=3000, help="default: 3000; 0 picks one that is free"
    )
    of_apis = (
        (
            "persona",
            "NAME",
            "the variant of an API to play, as in petstore=modern; default: its first",
        ),
        ("api-key", "KEY", "admit only this key, or these, as in petstore=secret; default: any"),
        (
            "rate-limit",
            "N/SECONDS",
            "refuse more requests than that, as in petstore=1000/900; default: no limit",
        ),
    )
    for name, value, told in of_apis:
        serve.add_argument(
            f"--{name}",
            action="append",
            default=[],
            type=of_api,
            metavar=f"API={value}",
            help=told,
        )
    serve.add_argument(
        "--token",
        type=secret,
        metavar="SECRET",
        help="who may use the side door, /_understudy/; needed for it beyond 127.0.0.1",
    )
    serve.add_argument(
        "--strict",
        action="store_true",
        help="refuse parameters and body fields that no contract names",
    )
    serve.add_argument(
        "--state",
        type=Path,
        metavar="FILE",
        help="what namespaces begin with: JSON, as GET /_understudy/state gives it",
    )
    serve.add_argument("--log-level", choices=LEVELS, default="warning", help="default: warning")
    serve.set_defaults(command=run)


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    from understudy.http.control_access import ControlAccess
    from understudy.serving import server

    listener = server.listen(options.host, options.port)
    app = app_of(options, ControlAccess(options.host, options.token))
    url = server.url_of(listener)

    def ready() -> None:
        print(_banner(url, app.served), flush=True)

    server.run(app, listener, log_level=options.log_level, ready=ready)
    return 0


def app_of(options: argparse.Namespace, guard: ControlAccess | None) -> Understudy:
    """The app that these options ask for. Raises UsageError."""
    from understudy.app import Understudy
    from understudy.serving.project import load

    apis = load(options.sources)
    _configure(apis, options)
    return Understudy(
        apis, state=_state(options.state), strict=options.strict, control_access=guard
    )


def _configure(apis: Sequence[Api], options: argparse.Namespace) -> None:
    """Give the APIs what the command line says of each. Raises UsageError."""
    from understudy.runtime.rate_limit import RateLimit

    by_name = {api.name: api for api in apis}
    for name, _ in (*options.persona, *options.api_key, *options.rate_limit):
        if name not in by_name:
            raise UsageError(f"there is no API {name!r}; there are {', '.join(by_name)}")
    for name, persona in options.persona:
        by_name[name].persona = by_name[name].check_persona(persona)
    for name, key in options.api_key:
        by_name[name].keys |= {key}
    for name, limit in options.rate_limit:
        by_name[name].limit = RateLimit.parse(limit)


def _state(path: Path | None) -> Any:
    """What a file of state holds. Raises UsageError."""
    from understudy.http import json_codec

    if path is None:
        return None
    try:
        state = json_codec.decode(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except Problem as problem:
        raise UsageError(f"{path}: {problem.message}") from None
    if not isinstance(state, dict):
        raise UsageError(f"{path} holds no state, which is a JSON object")
    return state


def _banner(url: str, apis: Sequence[Api]) -> str:
    lines = [f"{api.contract.title} at {url}{api.contract.path_prefix}" for api in apis]
    lines.append(f"The reference at {url}/")
    lines.append(f"Try: curl {url}/_understudy/health")
    return "\n".join(lines)
