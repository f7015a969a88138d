"""Words of another version of OpenAPI than the document's: they are understood, and still wrong."""

from __future__ import annotations

from collections.abc import Iterator

from understudy.openapi.document import Document
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.structure import walk


def version_problems(document: Document, version: str) -> Iterator[DocumentProblem]:
    """Yield the words of a document, in its author's version, that this version does not have."""
    is_old = version in ("2.0", "3.0")
    for part in walk(document, is_version_2=version == "2.0"):
        schema = part.node
        if part.kind != "schema" or not isinstance(schema, dict):
            continue
        siblings = sorted(key for key in schema if key != "$ref" and not key.startswith("x-"))
        if is_old and isinstance(schema.get("$ref"), str) and siblings:
            names = ", ".join(f"`{name}`" for name in siblings)
            message = (
                f"{names} beside `$ref` is ignored in {version}; put the `$ref` into an `allOf`"
            )
            yield DocumentProblem(part.pointer, message, "warning")
        if not is_old and "nullable" in schema:
            message = "is a word of OpenAPI 3.0, and is understood; write `type: [..., 'null']`"
            yield DocumentProblem(f"{part.pointer}/nullable", message, "warning")
