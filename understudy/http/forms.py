"""Form bodies, by Werkzeug: fields as text, files as uploads."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from understudy.errors import Invalid, Violation
from understudy.http.messages import Upload


def decode_form(content_type: str, body: bytes) -> dict[str, Any]:
    """The fields of an urlencoded or multipart body; a field given twice is a list.

    What has no name, or one that cannot be read (`name="a\\"`, as some clients write it), is passed
    over like any field that nobody asks for. Raises Invalid where the body is not such a form.
    """
    from werkzeug.formparser import FormDataParser
    from werkzeug.http import parse_options_header

    kind, options = parse_options_header(content_type)
    try:
        _, form, files = FormDataParser(silent=False).parse(BytesIO(body), kind, len(body), options)
    except ValueError as error:
        raise Invalid([Violation("body", "", f"not a {kind} body: {error}")]) from None
    fields: dict[str, Any] = {}
    for name, values in form.lists():
        fields[name] = values if len(values) > 1 else values[0]
    for name, file in files.items():
        fields[name] = Upload(file.read(), file.filename or "", file.mimetype)
        file.close()
    return {name: value for name, value in fields.items() if name is not None}
