"""The options of the plugin, and what a test chooses by its marker."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from understudy.openapi.loading.retrieval import Source

MARK = (
    "understudy(violations='allow'|'fail', deprecated='allow'|'fail', unused='allow'|'fail'): "
    "whether this test fails if its client violates a contract, or calls a deprecated operation, "
    "or if nothing met what the test planned"
)

#: What the marker and the ini options may say, and about what.
_JUDGED = ("violations", "deprecated", "unused")
_CHOICES = ("allow", "fail")

#: A test, its module or the session.
Node = pytest.Item | pytest.Collector

#: The environment variable with the URL of a server that runs already.
_URL_VARIABLE = "UNDERSTUDY_URL"


def add_options(parser: pytest.Parser) -> None:
    """Add the options of the command line, and the ini options."""
    parser.getgroup("understudy").addoption(
        "--understudy-url",
        metavar="URL",
        help="use a server that runs already, at http://HOST:PORT, with a new namespace for each "
        f"test; default: the ini option understudy_url, or {_URL_VARIABLE} of the environment, "
        "else a server is started",
    )
    parser.addini("understudy_url", "URL of a server that runs already; see --understudy-url")
    parser.addini(
        "understudy_project",
        "directory or document to serve, or a document's URL; default: the bundled APIs",
    )
    parser.addini("understudy_options", "options of `understudy serve`", type="args")
    parser.addini(
        "understudy_in_process",
        "serve in the process of the tests, without a socket",
        type="bool",
        default=False,
    )
    parser.addini(
        "understudy_violations",
        "whether violations of a contract fail a test: fail (default) or allow",
        default="fail",
    )
    parser.addini(
        "understudy_deprecated",
        "whether calls of deprecated operations fail a test: fail or allow (default)",
        default="allow",
    )
    parser.addini(
        "understudy_unused",
        "whether planned faults and requests that nothing met fail a test: fail (default) or allow",
        default="fail",
    )


def server_url(config: pytest.Config) -> str | None:
    """Return the URL of the server to use, if it is not to be started."""
    given = config.getoption("understudy_url") or config.getini("understudy_url")
    return given or os.environ.get(_URL_VARIABLE) or None


def project(config: pytest.Config) -> Source | None:
    """Return the project, the API or the document to serve; None means the bundled APIs. Raises
    pytest.UsageError."""
    from understudy.errors import UsageError
    from understudy.serving.project import find

    given: str = config.getini("understudy_project")
    try:
        return find(given, config.rootpath) if given else None
    except UsageError as error:
        raise pytest.UsageError(f"understudy_project: {error}") from None


def api_names(config: pytest.Config) -> list[str]:
    """Return the names of the APIs of the project. Raises pytest.UsageError."""
    from understudy.errors import UsageError
    from understudy.serving.project import names

    source = project(config)
    try:
        return list(names([] if source is None else [source]))
    except UsageError as error:
        raise pytest.UsageError(f"understudy_project: {error}") from None


def check_options(config: pytest.Config) -> None:
    """Raise pytest.UsageError for an ini option with a value that means nothing."""
    for what in _JUDGED:
        name = f"understudy_{what}"
        _check_choice(name, config.getini(name))
    try:
        config.getini("understudy_in_process")
    except (ValueError, pytest.UsageError) as error:
        raise pytest.UsageError(f"understudy_in_process: {error}; give true or false") from None
    url = server_url(config)
    if url and not url.startswith(("http://", "https://")):
        raise pytest.UsageError(
            f"understudy_url: {url!r} is no URL of a server, such as http://127.0.0.1:3000"
        )


def check_marker(item: pytest.Item) -> None:
    """Raise pytest.UsageError for a marker `understudy` that does not say what it means."""
    from understudy.suggestions import hint

    for mark in item.iter_markers("understudy"):
        if mark.args:
            raise pytest.UsageError(
                f"{item.nodeid}: the marker understudy takes names, such as unused='allow', not "
                f"{mark.args[0]!r} alone"
            )
        for name, value in mark.kwargs.items():
            if name not in _JUDGED:
                known = hint(name, _JUDGED)
                raise pytest.UsageError(
                    f"{item.nodeid}: the marker understudy has no {name!r}{known}"
                )
            _check_choice(f"{item.nodeid}: the marker understudy: {name}", value)


def _check_choice(where: str, value: object) -> None:
    if value not in _CHOICES:
        raise pytest.UsageError(f"{where}: {value!r} is not one of 'allow' or 'fail'")


def fails(node: Node, what: str) -> bool:
    """Return whether `what`, such as "violations", fails a test, by its marker or the ini option
    `understudy_{what}`."""
    mark = node.get_closest_marker("understudy")
    chosen = mark.kwargs.get(what) if mark else None
    return bool((chosen or node.config.getini(f"understudy_{what}")) == "fail")
