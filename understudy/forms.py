"""Form bodies, by Werkzeug: fields as text, files as uploads."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from understudy.errors import Invalid, Violation
from understudy.exchange import Upload


def decode_form(content_type: str, body: bytes) -> dict[str, Any]:
    """The fields of an urlencoded or multipart body; a field given twice is a list.

    Raises Invalid where the body is not such a form.
    """
    from werkzeug.formparser import FormDataParser
    from werkzeug.http import parse_options_header

    kind, options = parse_options_header(content_type)
    try:
        _, form, files = FormDataParser(silent=False).parse(BytesIO(body), kind, len(body), options)
    except ValueError as error:
        raise Invalid([Violation("body", "", f"not a {kind} body: {error}")]) from None
    fields: dict[str, Any] = {}
    if None in form or None in files:
        raise Invalid([Violation("body", "", "a part of the form has no name")])
    for name, values in form.lists():
        fields[name] = values if len(values) > 1 else values[0]
    for name, file in files.items():
        fields[name] = Upload(file.read(), file.filename or "", file.mimetype)
        file.close()
    return fields
