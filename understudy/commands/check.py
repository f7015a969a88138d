"""`understudy check`: check a server, or a recording, against an API's contract."""

from __future__ import annotations

import argparse
from pathlib import Path

from understudy.commands.arguments import (
    Commands,
    add_api,
    add_fail_on,
    add_report,
    needs_extra,
    positive,
    seconds,
    url,
)


def add(commands: Commands) -> None:
    """Add the command."""
    check = commands.add_parser(
        "check",
        help="check a server against an API's contract",
        description="Check a server, or recorded traffic, against an API's contract: the shape of "
        "responses by the document, and its behaviour by rules. What the server does not have is "
        "said once and not judged. The exit code is 0 if all conforms, 1 if there are findings, 2 "
        "if it could not be checked.",
    )
    _add_target(check)
    _add_selection(check)
    _add_requests(check)
    _add_criteria(check)
    add_report(check)
    check.set_defaults(command=run)


def _add_target(check: argparse.ArgumentParser) -> None:
    """Add what is checked, and by which contract."""
    check.add_argument(
        "url",
        nargs="?",
        type=url,
        metavar="URL",
        help="the base URL that a client of the API uses, or the server's origin",
    )
    check.add_argument(
        "--traffic",
        type=Path,
        metavar="FILE",
        help="check recorded traffic instead of a server: a HAR, a VCR cassette, or a Pact file",
    )
    add_fail_on(check)
    add_api(check)
    check.add_argument("--api-key", metavar="KEY", help="the API key, if the API needs one")


def _add_selection(check: argparse.ArgumentParser) -> None:
    """Add how much is checked."""
    check.add_argument(
        "--tier",
        action="append",
        choices=("shape", "behaviour", "exploration"),
        help="run only this tier: the shape of responses, the rules of behaviour, or exploration; "
        "repeatable; default: shape and behaviour",
    )
    check.add_argument(
        "--explore",
        type=positive,
        metavar="N",
        help="compare the server with the stand-in by random sequences of about N requests in all",
    )
    kinds = {"only": "operation, tag or rule", "skip": "operation, tag, rule or Schemathesis check"}
    for name, verb in (("only", "judge nothing but"), ("skip", "leave out")):
        check.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"{verb} this {kinds[name]}; repeatable",
        )
    check.add_argument(
        "--require",
        action="append",
        default=[],
        metavar="NAME",
        help="what the server must implement: an operation, a tag, 'METHOD /path', a file with one "
        "of these on each line, or 'all'; repeatable; default: what it lacks is not judged",
    )


def _add_requests(check: argparse.ArgumentParser) -> None:
    """Add how requests are sent."""
    check.add_argument(
        "--max-examples",
        type=positive,
        metavar="N",
        help="generated requests of each operation; default: 30, and fewer (at least 8) if there "
        "are more than 20 operations",
    )
    check.add_argument("--seed", type=int, default=1, metavar="N", help="random seed; default: 1")
    check.add_argument("--rate", type=positive, metavar="N", help="at most N requests a second")
    check.add_argument(
        "--max-requests",
        type=positive,
        metavar="N",
        help="at most N requests; a run that this cuts short is incomplete: exit code 2",
    )
    check.add_argument(
        "--allow-incomplete",
        action="store_true",
        help="let a run pass that --max-requests cut short",
    )
    check.add_argument(
        "--no-cleanup",
        action="store_true",
        help="leave what the check made at the server; default: delete it at the end",
    )
    check.add_argument(
        "--timeout",
        type=seconds,
        default=10.0,
        metavar="SECONDS",
        help="time for a response to begin; default: 10",
    )
    check.add_argument(
        "--clock",
        type=url,
        metavar="URL",
        help="URL that advances the server's clock: "
        'POST {"advance": DURATION}, or GET if it has {ms} in it',
    )
    check.add_argument(
        "--wait-for-time",
        action="store_true",
        help="wait in real time for the rules that need time to pass",
    )


def _add_criteria(check: argparse.ArgumentParser) -> None:
    """Add what the server is compared with."""
    check.add_argument(
        "--include-decided",
        action="store_true",
        help="also report rules that are our own choice, because the API's sources do not say",
    )
    check.add_argument(
        "--persona",
        metavar="NAME",
        help="the persona of the API that the server must have; "
        "default: any, and the report says which",
    )
    check.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="accept the findings of an earlier JSON report",
    )


def run(options: argparse.Namespace) -> int:
    """Check; return 0 if all conforms, 1 if there are findings, 2 if it could not be checked."""
    with needs_extra("check", "check"):
        from understudy.commands.check_run import run_check

    return run_check(options)
