"""Commands of curl that send a request."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from understudy.http.messages import Exchange
from understudy.http.secrets import Secrets

#: Headers that curl sends by itself.
OF_CONNECTION = frozenset(
    {"host", "content-length", "transfer-encoding", "accept-encoding", "connection"}
)
#: An option for a body without media type: else curl says that it is a form.
NO_CONTENT_TYPE = "content-type:"

#: Characters that curl expands in a URL.
_GLOB = frozenset("[]{}")


def curl(exchange: Exchange, secrets: Secrets, root: str) -> str:
    """Return a curl command that sends the request again, without its credentials."""
    request = exchange.request
    url, headers = secrets.url(request, root), secrets.headers(request)
    return curl_command(request.method, url, headers, request.body)


def full_curl(exchange: Exchange) -> str:
    """Return a curl command that sends the request of an exchange again, credentials included."""
    request = exchange.request
    headers = {n.decode("latin-1"): v.decode("latin-1") for n, v in request.headers.items()}
    return curl_command(request.method, exchange.url, headers, request.body)


def curl_command(
    method: str, url: str, headers: Mapping[str, str], body: bytes | str | None = None
) -> str:
    """Return a curl command that sends a request.

    Headers that curl writes itself are left out. The body is an argument, never a file, even if
    it begins with `@`.
    """
    words = request_words(method, url)
    for name, value in headers.items():
        if name.lower() not in OF_CONNECTION:
            words += ["-H", header_text(name, value)]
    if body:
        if not any(name.lower() == "content-type" for name in headers):
            words += ["-H", NO_CONTENT_TYPE]
        text = body.decode(errors="replace") if isinstance(body, bytes) else body
        words += ["--data-raw", text]
    return shlex.join(words)


def request_words(method: str, url: str) -> list[str]:
    """Return the first words of a command: the method, and the URL as it is. The method is left
    out if it is empty."""
    words = ["curl", *(["--head"] if method == "HEAD" else ["-X", method] if method else [])]
    if not _GLOB.isdisjoint(url):  # else curl takes them for a list of addresses
        words.append("--globoff")
    if "/." in url:
        words.append("--path-as-is")
    return [*words, url]


def header_text(name: str, value: str) -> str:
    """Return the value of the option for a header, which may be empty."""
    return f"{name}: {value}" if value else f"{name};"
