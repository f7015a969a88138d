"""The command line: serve, routes, lint, check."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from understudy.errors import Problem, UsageError
from understudy.version import VERSION

if TYPE_CHECKING:
    from understudy.app import Understudy
    from understudy.guard import Guard
    from understudy.project import Api

LEVELS = ("critical", "error", "warning", "info", "debug")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 where all is well, 1 where something was found wrong, 2 where it could
    not be done."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=getattr(options, "log_level", "warning").upper(),
        format="%(levelname)s: %(message)s",
        stream=sys.stderr,
    )
    try:
        code: int = options.command(options)
    except UsageError as error:
        print(f"understudy: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="understudy",
        description="Stand-ins for real HTTP APIs, driven by their OpenAPI documents.",
    )
    parser.add_argument("--version", action="version", version=f"understudy {VERSION}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="stand in for the APIs of a project or document")
    _add_serve(serve)

    routes = commands.add_parser("routes", help="list the operations that would be served")
    _add_sources(routes)
    routes.set_defaults(command=_routes)

    lint = commands.add_parser("lint", help="tell what is wrong with OpenAPI documents")
    _add_sources(lint)
    lint.set_defaults(command=_lint)

    check = commands.add_parser("check", help="judge a server by an API's contract")
    _add_check(check)
    check.set_defaults(command=_check)
    return parser


def _add_serve(serve: argparse.ArgumentParser) -> None:
    _add_sources(serve)
    serve.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1, this machine only")
    serve.add_argument(
        "--port", type=_port, default=3000, help="default: 3000; 0 picks one that is free"
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
            type=_of_api,
            metavar=f"API={value}",
            help=told,
        )
    serve.add_argument(
        "--token",
        type=_secret,
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
    serve.set_defaults(command=_serve)


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "url", metavar="URL", help="what the API's own client is given, or the server's origin"
    )
    check.add_argument(
        "--api", required=True, help="the API by its name, or the path of its document"
    )
    check.add_argument("--api-key", metavar="K", help="the key to use, where the API has keys")
    check.add_argument(
        "--tier",
        action="append",
        choices=("shape", "behaviour"),
        help="judge only the shape of answers, or only the rules of behaviour; default: both",
    )
    for name, what in (("only", "judge nothing but"), ("skip", "leave out")):
        check.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"{what} this operation, tag or rule; repeatable",
        )
    check.add_argument(
        "--max-examples", type=_positive, default=30, help="requests of each kind; default: 30"
    )
    check.add_argument("--seed", type=int, default=1, help="chance, repeatable; default: 1")
    check.add_argument("--rate", type=_positive, metavar="N", help="at most N requests a second")
    check.add_argument(
        "--max-requests", type=_positive, metavar="N", help="about so many for the shape of answers"
    )
    check.add_argument(
        "--clock",
        metavar="URL",
        help='where its time is moved: POST {"advance": DURATION}, or a GET with {ms} in it',
    )
    check.add_argument("--slow", action="store_true", help="wait where time must pass")
    check.add_argument(
        "--decided", action="store_true", help="hold the server to our own decisions too"
    )
    check.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="accept what an earlier JSON report found",
    )
    check.add_argument(
        "--format",
        choices=("text", "json", "junit", "sarif", "github", "html"),
        default="text",
        help="default: text",
    )
    check.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")


def _add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sources",
        nargs="*",
        type=Path,
        metavar="PROJECT|DOCUMENT",
        help="a directory of specs/ and handlers/, or an OpenAPI 3.0 document; "
        "default: the APIs that come with Understudy",
    )


def _of_api(text: str) -> tuple[str, str]:
    api, sign, value = text.partition("=")
    if api and sign and value:
        return api, value
    raise argparse.ArgumentTypeError(f"{text!r} does not look like API=VALUE")


def _secret(text: str) -> str:
    if text and text.isascii() and text.isprintable() and text == text.strip():
        return text
    raise argparse.ArgumentTypeError("is empty, or has what no header can carry")


def _port(text: str) -> int:
    if text.isdigit() and int(text) < 65_536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 0 to 65535")


def _positive(text: str) -> int:
    if text.isdigit() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")


def _serve(options: argparse.Namespace) -> int:
    from understudy.guard import Guard
    from understudy.server import listen, run, url_of

    listener = listen(options.host, options.port)
    app = _app(options, Guard(options.host, options.token))
    url = url_of(listener)

    def ready() -> None:
        print(_banner(url, app.served), flush=True)

    run(app, listener, log_level=options.log_level, ready=ready)
    return 0


def app_of(arguments: Sequence[str]) -> Understudy:
    """The app that `understudy serve` with these arguments would serve. Raises UsageError."""
    return _app(_parser().parse_args(["serve", *arguments]), None)


def _app(options: argparse.Namespace, guard: Guard | None) -> Understudy:
    from understudy.app import Understudy
    from understudy.project import load

    apis = load(options.sources)
    _configure(apis, options)
    return Understudy(apis, state=_state(options.state), strict=options.strict, guard=guard)


def _configure(apis: Sequence[Api], options: argparse.Namespace) -> None:
    """Give the APIs what the command line says of each. Raises UsageError."""
    from understudy.limits import RateLimit

    by_name = {api.name: api for api in apis}
    for name, _ in (*options.persona, *options.api_key, *options.rate_limit):
        if name not in by_name:
            raise UsageError(f"there is no API {name!r}; there are {', '.join(by_name)}")
    for name, persona in options.persona:
        by_name[name].persona = by_name[name].cast(persona)
    for name, key in options.api_key:
        by_name[name].keys |= {key}
    for name, limit in options.rate_limit:
        by_name[name].limit = RateLimit.of(limit)


def _state(path: Path | None) -> Any:
    """What a file of state holds. Raises UsageError."""
    from understudy import jsontext

    if path is None:
        return None
    try:
        state = jsontext.decode(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except Problem as problem:
        raise UsageError(f"{path}: {problem.message}") from None
    if not isinstance(state, dict):
        raise UsageError(f"{path} holds no state, which is a JSON object")
    return state


def _banner(url: str, apis: Sequence[Api]) -> str:
    lines = [f"{api.contract.title} at {url}{api.contract.home}" for api in apis]
    lines.append(f"The reference at {url}/")
    lines.append(f"Try: curl {url}/_understudy/health")
    return "\n".join(lines)


def _routes(options: argparse.Namespace) -> int:
    from understudy.project import load

    for api in load(options.sources):
        for operation in api.contract.operations:
            how = "handler" if api.handler(operation) else "example"
            path = api.contract.base_path + operation.path
            print(f"{api.name:10} {operation.method:7} {path:50} {operation.id:24} {how}")
    return 0


def _lint(options: argparse.Namespace) -> int:
    from understudy.lint import lint
    from understudy.project import documents

    found = 0
    for path in documents(options.sources):
        faults = lint(path)
        found += len(faults)
        for fault in faults:
            print(f"{path}: {fault}")
    print(f"{found} found" if found else "nothing found")
    return 1 if found else 0


def _check(options: argparse.Namespace) -> int:
    from understudy.judging import judge

    return judge(options)
