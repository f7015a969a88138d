"""Splits multipart bodies into their parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from understudy.errors import Invalid, Violation
from understudy.http.body.charsets import decode_text
from understudy.http.parameters.fields import MOST_FIELDS
from understudy.openapi.operation_reader import parse_media_type

#: The size of a part's headers that are read, in bytes.
_MOST_HEAD_BYTES = 65_536


class Part(NamedTuple):
    """A part of a multipart body; `headers` have lower-case names, `filename` is None for a field
    that is no file, `name` for a part of a body that is no form."""

    name: str | None
    filename: str | None
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The part's media type without parameters, or an empty text."""
        return parse_media_type(self.headers.get("content-type", ""))[0]

    @property
    def text(self) -> str:
        """The part's body in its charset. Raises Invalid, or Problem 415."""
        return decode_text(self.body, parse_media_type(self.headers.get("content-type", ""))[1])


def form_parts(boundary: str, body: bytes) -> list[Part]:
    """Return the parts of a multipart form.

    A part whose name cannot be read (some clients write `name="a\\"`) is left out. Raises Invalid
    if the body is not such a form.
    """
    from werkzeug.exceptions import RequestEntityTooLarge
    from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

    decoder = MultipartDecoder(boundary.encode("latin-1"), max_parts=MOST_FIELDS)
    decoder.receive_data(body)
    decoder.receive_data(None)
    begun: list[tuple[Field | File, list[bytes]]] = []
    try:
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                begun.append((event, []))
            elif isinstance(event, Data):
                begun[-1][1].append(event.data)
    except (ValueError, KeyError) as error:
        raise _malformed(str(error)) from None
    except RequestEntityTooLarge:
        raise _malformed(f"it has more than {MOST_FIELDS} parts") from None
    return [
        Part(
            part.name,
            part.filename if isinstance(part, File) else None,
            {name.lower(): value for name, value in part.headers},
            b"".join(chunks),
        )
        for part, chunks in begun
        if part.name is not None
    ]


def plain_parts(boundary: str, body: bytes) -> list[Part]:
    """Return the parts of any other multipart body; few have names. Raises Invalid."""
    from email.parser import BytesHeaderParser

    delimiter = b"\r\n--" + boundary.encode("latin-1")
    pieces = (b"\r\n" + body).split(delimiter, MOST_FIELDS + 1)
    if len(pieces) > MOST_FIELDS + 1:
        raise _malformed(f"it has more than {MOST_FIELDS} parts")
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise _malformed("its last boundary is missing")
    parts: list[Part] = []
    for piece in pieces[1:-1]:
        _, _, rest = piece.partition(b"\r\n")
        head, _, content = (b"\r\n" + rest).partition(b"\r\n\r\n")
        if len(head) > _MOST_HEAD_BYTES:
            raise _malformed(f"the headers of a part take more than {_MOST_HEAD_BYTES} bytes")
        message = BytesHeaderParser().parsebytes(head.removeprefix(b"\r\n"))
        headers = {name.lower(): str(value) for name, value in message.items()}
        name = message.get_param("name", header="content-disposition")
        named = name if isinstance(name, str) else None
        parts.append(Part(named, message.get_filename(), headers, content))
    return parts


def boundary_of(parameters: Mapping[str, str]) -> str:
    """Return the boundary that a Content-Type names. Raises Invalid if it names none."""
    boundary = parameters.get("boundary", "")
    if not boundary:
        raise _malformed("its Content-Type names no boundary")
    return boundary


def _malformed(reason: str) -> Invalid:
    return Invalid([Violation("body", "", f"not a multipart body: {reason}")])
