"""`understudy check`: what a verdict is wanted of, and how."""

from __future__ import annotations

import argparse
from pathlib import Path

from understudy.commands.arguments import Commands, add_report, add_sides, positive, seconds


def add(commands: Commands) -> None:
    """Add the command."""
    check = commands.add_parser("check", help="judge a server by an API's contract")
    _add_what(check)
    _add_share(check)
    _add_ways(check)
    _add_measure(check)
    add_report(check)
    check.set_defaults(command=run)


def _add_what(check: argparse.ArgumentParser) -> None:
    """What is judged, and by which contract."""
    check.add_argument(
        "url",
        nargs="?",
        metavar="URL",
        help="what the API's own client is given, or the server's origin",
    )
    check.add_argument(
        "--traffic",
        type=Path,
        metavar="FILE",
        help="judge what was recorded instead: a HAR, a VCR cassette, or a Pact file",
    )
    add_sides(check)
    check.add_argument(
        "--api", required=True, help="the API by its name, or the path of its document"
    )
    check.add_argument("--api-key", metavar="K", help="the key to use, where the API has keys")


def _add_share(check: argparse.ArgumentParser) -> None:
    """How much of it."""
    check.add_argument(
        "--tier",
        action="append",
        choices=("shape", "behaviour", "exploration"),
        help="judge only the shape of answers, or the rules of behaviour; default: both",
    )
    check.add_argument(
        "--explore",
        type=positive,
        metavar="N",
        help="compare it with the stand-in in random sequences of about N requests in all",
    )
    for name, what in (("only", "judge nothing but"), ("skip", "leave out")):
        check.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="NAME",
            help=f"{what} this operation, tag or rule; repeatable",
        )


def _add_ways(check: argparse.ArgumentParser) -> None:
    """How it is asked."""
    check.add_argument(
        "--max-examples", type=positive, default=30, help="requests of each kind; default: 30"
    )
    check.add_argument("--seed", type=int, default=1, help="chance, repeatable; default: 1")
    check.add_argument("--rate", type=positive, metavar="N", help="at most N requests a second")
    check.add_argument("--max-requests", type=positive, metavar="N", help="at most so many in all")
    check.add_argument(
        "--timeout",
        type=seconds,
        default=10.0,
        metavar="SECONDS",
        help="how long an answer may take to begin; default: 10",
    )
    check.add_argument(
        "--clock",
        metavar="URL",
        help='where its time is moved: POST {"advance": DURATION}, or a GET with {ms} in it',
    )
    check.add_argument("--slow", action="store_true", help="wait where time must pass")


def _add_measure(check: argparse.ArgumentParser) -> None:
    """What it is held to."""
    check.add_argument(
        "--decided", action="store_true", help="hold the server to our own decisions too"
    )
    check.add_argument(
        "--variant",
        metavar="NAME",
        help="the form of the API that it must speak; default: any, and the report says which",
    )
    check.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="accept what an earlier JSON report found",
    )


def run(options: argparse.Namespace) -> int:
    """Judge; 0 where the server conforms, 1 where not, 2 where it could not be judged."""
    from understudy.commands.check_run import judge

    return judge(options)
