"""Arguments that several commands share, the conversion of texts to values, and plurals."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

from understudy.distribution import install_command
from understudy.errors import UsageError
from understudy.runtime.memory_budget import LEAST

#: The length of a text that surely fits into a header.
_LONGEST_SECRET = 8000

#: How an API is named, in all commands.
API = (
    "the name of an API, of the project in the current directory or one that comes with "
    "Understudy; the path or URL of an OpenAPI document, or - for the standard input; a project's "
    "directory, or PROJECT/NAME"
)

#: The formats of a report of `check`, `proxy` and `diff`.
REPORT_FORMATS = ("text", "json", "junit", "sarif", "github", "html", "badge")

#: How URLs of documents begin.
_WEB = ("http://", "https://")

#: Where a command adds its parser.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that choose APIs."""
    parser.add_argument(
        "sources",
        nargs="*",
        default=[],
        type=source,
        metavar="API",
        help=f"{API}; default: all APIs that come with Understudy",
    )
    add_allowed_refs(parser)


def add_api(parser: argparse.ArgumentParser) -> None:
    """Add the option that chooses one API."""
    parser.add_argument(
        "--api",
        required=True,
        metavar="API",
        help=API,
    )
    add_allowed_refs(parser)


def add_allowed_refs(parser: argparse.ArgumentParser) -> None:
    """Add the option for where references of documents may lead."""
    parser.add_argument(
        "--allow-refs",
        action="append",
        default=[],
        metavar="FOLDER|HOST|URL",
        help="follow references of documents to this folder, this host, or URLs that begin so; "
        "repeatable; default: below the document's own folder only",
    )


def add_report(parser: argparse.ArgumentParser) -> None:
    """Add the options for the report: its formats, its files, and how much of it is shown."""
    parser.add_argument(
        "--format",
        choices=REPORT_FORMATS,
        default="text",
        help="format of the report; default: text",
    )
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="file for the report; the text is printed too; default: standard output",
    )
    parser.add_argument(
        "--report",
        action="append",
        default=[],
        type=report_file,
        metavar="FORMAT=FILE",
        help="also write the report in this format to this file; repeatable",
    )
    parser.add_argument(
        "--verbose",
        action="store_true",
        help="print all findings, and the whole of each; default: the ten most frequent causes",
    )
    parser.add_argument(
        "--reference",
        default="",
        metavar="URL",
        help="where the reference is, for the links of the HTML report: "
        "http://HOST:PORT/_understudy/reference, or the folder `reference` of a built one",
    )


def report_file(text: str) -> tuple[str, Path]:
    """Return the format and the file of a report, from `junit=report.xml`."""
    name, _, file = text.partition("=")
    if name in REPORT_FORMATS and file:
        return name, Path(file)
    raise argparse.ArgumentTypeError(
        f"{text!r} does not look like FORMAT=FILE, with a format of {', '.join(REPORT_FORMATS)}"
    )


def add_fail_on(parser: argparse.ArgumentParser) -> None:
    """Add the option for the side of traffic whose violations fail the command."""
    parser.add_argument(
        "--fail-on",
        choices=("server", "client", "both"),
        help="exit with 1 for violations by this side of the traffic; "
        "default: server, and both for a Pact file",
    )


@contextmanager
def needs_extra(command: str, extra: str) -> Iterator[None]:
    """Raise UsageError if an import within the block fails for lack of the extra's libraries."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise UsageError(
            f"`understudy {command}` needs {error.name}, which is not installed: "
            f"{install_command(extra)}"
        ) from None


def file_or_url(text: str) -> str | Path:
    """Return a URL as it is, and anything else as a path; `-` is the standard input."""
    if text.startswith(_WEB):
        return url(text)
    return Path("/dev/stdin" if text == "-" else text)


def source(text: str) -> str | Path:
    """Return the document, project or API that a text names."""
    from understudy.serving.project import find

    try:
        return find(_checked(text))
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def document(text: str) -> str | Path:
    """Return the document of the one API that a text names."""
    from understudy.serving.project import find_document

    try:
        return find_document(_checked(text))
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _checked(text: str) -> str:
    """Return a text, a URL only if it is one: names of files may be any bytes."""
    return url(text) if text.startswith(_WEB) else text


def url(text: str) -> str:
    """Return a URL that is text: an argument may be any bytes."""
    if text.isprintable():
        return text
    raise argparse.ArgumentTypeError(f"{text!r} is not a URL: it has characters that no URL has")


def plural(count: int, noun: str) -> str:
    """Return a count with its noun: `1 finding`, `2 findings`, `no findings`."""
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def api_value(text: str) -> tuple[str, str]:
    """Return an API's name and its value, from `petstore=modern`."""
    api, sign, value = text.partition("=")
    if api and sign and value:
        return api, value
    raise argparse.ArgumentTypeError(f"{text!r} does not look like API=VALUE")


def secret(text: str) -> str:
    """Return a text that a header can carry."""
    if len(text) > _LONGEST_SECRET:
        raise argparse.ArgumentTypeError(f"the token is longer than {_LONGEST_SECRET} characters")
    if text and text.isascii() and text.isprintable() and text == text.strip():
        return text
    raise argparse.ArgumentTypeError(
        "the token is empty, or has characters that no header can carry"
    )


def callback_host(text: str) -> str:
    """Return the name or the IP address of a host, or `any`."""
    host = text.removeprefix("[").removesuffix("]").lower()
    is_plain = host.isascii() and host.isprintable() and set(host).isdisjoint("/@?#* ")
    if host and is_plain and host.count(":") != 1:  # one colon would be that of a port
        return host
    raise argparse.ArgumentTypeError(
        f"{text!r} is not a host: give a name or an IP address without scheme and port, or any"
    )


def port(text: str) -> int:
    """Return the number of a port."""
    if text.isdigit() and int(text) < 65_536:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 0 to 65535")


def positive(text: str) -> int:
    """Return a whole number above 0."""
    if text.isdigit() and int(text):
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")


def size(text: str) -> int:
    """Return a number of bytes, from `64MB`: at least the smallest budget."""
    match = re.fullmatch(r"([0-9]{1,15}) ?(KB|MB|GB|)", text.upper())
    value = int(match[1]) * {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9}[match[2]] if match else 0
    if value >= LEAST:
        return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a size of at least 32MB, as in 64MB or 1GB")


def seconds(text: str) -> float:
    """Return a time in seconds, above 0 and at most a day."""
    try:
        value = float(text)
    except ValueError:
        value = 0
    if 0 < value <= 86_400:
        return value
    raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0")
