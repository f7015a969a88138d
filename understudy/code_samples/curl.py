"""A request as a curl command for a POSIX shell."""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

from understudy.code_samples.request import SampleRequest
from understudy.http.body.multipart import Part
from understudy.http.curl import NO_CONTENT_TYPE, header_text, request_words
from understudy.http.json_codec import ABSENT


def curl_code(request: SampleRequest) -> str:
    """Return the command, an option a line."""
    is_usual = request.method == "GET" and not request.body  # what curl sends by itself
    lines = [shlex.join(request_words("" if is_usual else request.method, request.url))]
    dropped = "content-type" if request.parts or request.fields else ""
    for name, value in request.headers_without(dropped):
        lines.append(f"-H {_word(header_text(name, value))}")
    if request.body and not request.content_type:
        lines.append(f"-H {NO_CONTENT_TYPE}")
    before = f"# {request.note}\n" if request.note else ""
    before += "".join(f"{command}\n" for command in _files(request.parts))
    if request.body and request.text is None and not request.parts:
        before += f"echo {b64encode(request.body).decode()} | base64 -d | "
    return before + " \\\n  ".join([*lines, *_body(request)]) + "\n"


def _body(request: SampleRequest) -> Iterator[str]:
    """Yield the options with the body."""
    if request.parts:
        yield from map(_part, request.parts)
    elif request.fields:
        for name, value in request.fields:
            yield f"--data-urlencode {_word(quote(name, safe='') + '=' + value, is_bytes=False)}"
    elif request.json is not ABSENT:
        text = json.dumps(request.json, ensure_ascii=False, indent=2)
        short = json.dumps(request.json, ensure_ascii=False)
        yield f"--data-raw {_word(text if len(short) > 60 else short, is_bytes=False)}"
    elif request.text is None:
        yield "--data-binary @-"
    elif request.body:
        yield f"--data-raw {_word(request.text, is_bytes=False)}"


def _files(parts: list[Part]) -> Iterator[str]:
    """Yield the commands that write the files of a form."""
    for part in parts:
        if part.filename is not None:
            yield f"echo {b64encode(part.body).decode()} | base64 -d > {_file_name(part)}"


def _part(part: Part) -> str:
    name = (part.name or "").replace("=", "%3D")
    if part.filename is None:
        text = part.body.decode(errors="replace")
        if not part.media_type or '"' in name:
            return f"--form-string {_word(f'{name}={text}', is_bytes=False)}"
        text = text.replace("\\", "\\\\").replace('"', '\\"')
        return "-F " + _word(f'{name}="{text}";type={part.media_type}', is_bytes=False)
    kind = f";type={part.media_type}" if part.media_type else ""
    return f"-F {_word(f'{name}=@{_file_name(part)}{kind}', is_bytes=False)}"


def _file_name(part: Part) -> str:
    """Return a file's name that is safe in a shell and in an option of curl."""
    return re.sub(r"[^\w.-]+|^[.-]+", "_", part.filename or "file", flags=re.ASCII)[-80:] or "file"


def _word(text: str, *, is_bytes: bool = True) -> str:
    """Return a word of a command; texts whose bytes are Latin-1, and what cannot be seen, are
    written by numbers."""
    if not any(c != "\n" and not (c.isprintable() and (c.isascii() or not is_bytes)) for c in text):
        return shlex.quote(text)
    data = text.encode("latin-1", "replace") if is_bytes else text.encode("utf-8", "replace")
    return "$'" + "".join(map(_ansi_c, data)) + "'"


def _ansi_c(byte: int) -> str:
    if chr(byte) in "'\\":
        return f"\\{chr(byte)}"
    if byte == 10:
        return "\\n"
    return chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}"
