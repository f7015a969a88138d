"""Reads a document, and what it refers to, from files and URLs.

References are read only from below the document's own folder, or from what the user has allowed: a
document from elsewhere must not make us read local files or call other hosts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote, urljoin, urlsplit

from understudy.errors import UsageError
from understudy.openapi.loading.yaml_reader import ReaderError, ReadText, decode, read_text

if TYPE_CHECKING:
    import httpx

#: A document: the path of its file, or its http or https URL.
Source: TypeAlias = str | Path

#: The largest file or response that is read, in bytes.
MAX_BYTES = 64 * 1024 * 1024
#: The longest time for one URL, in seconds.
TIMEOUT = 20.0
_MAX_REDIRECTS = 5


def is_url(source: Source) -> bool:
    """Return whether a source is an http or https URL."""
    return str(source).startswith(("http://", "https://"))


def read_file(path: Path) -> str:
    """Return the text of a file. Raises UsageError."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except ValueError:  # a null character in the path
        raise UsageError(f"cannot read {str(path)!r}: that is no path") from None
    return _text(content, str(path))


def read_data(path: Path) -> Any:
    """Return the content of any YAML or JSON file, in the types of JSON. Raises UsageError."""
    from understudy.openapi.loading.document_cache import parsed

    text = read_file(path)
    return parsed(text, lambda text: parse(text, str(path)).value)


def parse(text: str, name: str) -> ReadText:
    """Return the value of a YAML or JSON text. Raises UsageError, which names the file."""
    try:
        return read_text(text)
    except ReaderError as error:
        raise UsageError(f"{name} is not valid YAML or JSON: {error}") from None


def _text(content: bytes, name: str) -> str:
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"{name} is larger than {MAX_BYTES // 1024 // 1024} MiB, which is the most"
        )
    try:
        return decode(content)
    except ReaderError as error:
        raise UsageError(f"cannot read {name}: {error}") from None


class Retriever:
    """Reads one document and what it refers to, each file once.

    `texts` are the texts by URI, None for what cannot be read.
    """

    def __init__(self, source: Source, allowed: Sequence[str] = ()) -> None:
        self.source = source
        self.texts: dict[str, str | None] = {}
        self._allowed = tuple(map(str, allowed))
        self._reasons: dict[str, str] = {}
        self.uri = str(source) if is_url(source) else Path(source).absolute().as_uri()

    def root(self) -> str:
        """Return the text of the document itself, and set `uri` to where it is. Raises
        UsageError."""
        if not is_url(self.source):
            try:
                return read_file(Path(self.source))
            except UsageError as error:
                raise UsageError(f"{error}; give the path of an OpenAPI document") from None
        text, self.uri = _fetch(str(self.source), lambda url: None)
        return text

    def text(self, uri: str) -> str:
        """Return the text at a URI, if that is allowed. Raises UsageError."""
        if uri not in self.texts:
            try:
                self.texts[uri] = self._retrieve(uri)
            except UsageError as error:
                self.texts[uri] = None
                self._reasons[uri] = str(error)
        text = self.texts[uri]
        if text is None:
            raise UsageError(self._reasons[uri])
        return text

    def name(self, uri: str) -> str:
        """Return how a URI is shown: files by their path from the document's folder."""
        if urlsplit(uri).scheme != "file":
            return uri
        path = _path(uri)
        folder = Path(self.source).parent
        try:
            return str(folder / path.relative_to(folder.absolute()))
        except ValueError:
            return str(path)

    def _retrieve(self, uri: str) -> str:
        self._check(uri)
        if is_url(uri):
            return _fetch(uri, self._check)[0]
        path = _path(uri)
        if path.exists() and not path.is_file():  # a pipe, which nobody may ever write to
            raise UsageError(f"{path} is not a file")
        return read_file(path)

    def _check(self, uri: str) -> None:
        """Raise UsageError if a reference to a URI is not allowed."""
        parts = urlsplit(uri)
        if parts.scheme == "file" and not parts.netloc:
            self._check_file(uri)
        elif parts.scheme in ("http", "https"):
            self._check_url(uri)
        else:
            raise UsageError(f"{uri} is not the URI of a file, nor an http or https URL")

    def _check_file(self, uri: str) -> None:
        target = _path(uri).resolve()
        folders = [Path(folder) for folder in self._allowed if "://" not in folder]
        if not is_url(self.source):
            folders.append(Path(self.source).absolute().parent)
        if any(target.is_relative_to(folder.resolve()) for folder in folders):
            return
        raise UsageError(
            f"{target} is outside the document's folder; `--allow-refs {target.parent}` allows it"
        )

    def _check_url(self, uri: str) -> None:
        prefixes = [prefix for prefix in self._allowed if "://" in prefix]
        if is_url(self.uri):
            prefixes.append(urljoin(self.uri, "."))
        host = urlsplit(uri).netloc
        if host in self._allowed or any(_is_below(uri, prefix) for prefix in prefixes):
            return
        if host == urlsplit(self.uri).netloc:
            place, flag = "outside the document's folder", urljoin(uri, ".")
        else:
            place, flag = "on another host", host
        raise UsageError(f"{uri} is {place}; `--allow-refs {flag}` allows it")


def _path(uri: str) -> Path:
    from urllib.request import url2pathname  # which imports much that only this needs

    return Path(url2pathname(urlsplit(uri).path))


def _is_below(uri: str, prefix: str) -> bool:
    """Return whether a URL is a prefix, or below it, on the same origin."""
    ours, theirs = urlsplit(prefix), urlsplit(uri)
    if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
        return False
    path = unquote(theirs.path)
    if ".." in path.split("/"):
        return False
    folder = unquote(ours.path).rstrip("/")
    return path == folder or path.startswith(f"{folder}/")


def _fetch(url: str, check: Callable[[str], None]) -> tuple[str, str]:
    """Return the text at a URL, and the URL after redirects, each of which is checked. Raises
    UsageError."""
    import httpx

    deadline = time.monotonic() + TIMEOUT
    try:
        with httpx.Client(timeout=TIMEOUT) as client:
            for _ in range(_MAX_REDIRECTS + 1):
                with client.stream("GET", url) as response:
                    if not response.has_redirect_location:
                        return _text(_body(response, url, deadline), url), url
                    target = urljoin(url, response.headers["location"])
                if not is_url(target):
                    raise UsageError(f"cannot read {url}: it redirects to {target}")
                check(target)
                url = target
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise UsageError(f"cannot read {url}: {reason}") from None
    raise UsageError(f"cannot read {url}: it redirects more than {_MAX_REDIRECTS} times")


def _body(response: httpx.Response, url: str, deadline: float) -> bytes:
    """Return the body of a response, as far as it may be too long. Raises UsageError."""
    if response.status_code != 200:
        raise UsageError(f"cannot read {url}: the response has the status {response.status_code}")
    body = bytearray()
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            break
        if time.monotonic() > deadline:
            raise UsageError(f"cannot read {url}: it takes more than {TIMEOUT:g} seconds")
    return bytes(body)
