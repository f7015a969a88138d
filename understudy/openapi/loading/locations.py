"""Finds where the problems of a document are: in which file, at which pointer and line there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag

from understudy.errors import UsageError
from understudy.openapi.document import pointer, steps_of
from understudy.openapi.loading.conversion.swagger2 import pointer_in_source
from understudy.openapi.loading.conversion.swagger2_places import place_in_source
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.references import Bundle
from understudy.openapi.loading.repair.repair import original_pointer
from understudy.openapi.loading.retrieval import Retriever
from understudy.openapi.loading.yaml_reader import Note, line_numbers

if TYPE_CHECKING:
    from understudy.openapi.loading.loader import LoadedDocument


class Locator:
    """Finds the places of the parts of one document in its files."""

    def __init__(
        self,
        bundle: Bundle,
        positions: dict[str, list[int]],
        text: str,
        retriever: Retriever,
    ) -> None:
        self._bundle = bundle
        self._positions = positions
        self._retriever = retriever
        self._text = text
        self._lines: dict[str, dict[tuple[str, ...], int]] = {}
        self._origins = {
            tuple(_existing_steps(bundle.document, place)): uri
            for place, uri in bundle.origins.items()
        }

    def located_in_inner_form(self, problem: DocumentProblem) -> DocumentProblem:
        """Return a problem of the repaired document with its file and line."""
        place = original_pointer(problem.pointer, self._positions)
        if "swagger" in self._bundle.document:
            place = place_in_source(self._bundle.document, place)
        return self.located(replace(problem, pointer=place))

    def located(self, problem: DocumentProblem) -> DocumentProblem:
        """Return a problem with its file and line; its pointer is one into that file.

        The pointer ends where the author's document does: a part that lacks there has no place.
        """
        place = problem.pointer
        if "swagger" in self._bundle.document:
            place = pointer_in_source(place)
        steps = _existing_steps(self._bundle.document, place)
        uri, inner = self._origin(steps)
        return replace(
            problem,
            pointer=pointer(*inner),
            line=self._line(uri, inner),
            file=None if uri is None else self._retriever.name(uri),
        )

    def of_note(self, uri: str, note: Note) -> DocumentProblem:
        """Return what is odd in a text as a problem."""
        file = None if uri == self._retriever.uri else self._retriever.name(uri)
        return DocumentProblem(pointer(*note.steps), note.message, "warning", note.line, file)

    def _origin(self, steps: list[str]) -> tuple[str | None, list[str]]:
        """Return the URI of the file that has a part, None for the document's own, and the steps
        to it there."""
        for length in range(len(steps), 0, -1):
            uri = self._origins.get(tuple(steps[:length]))
            if uri is not None:
                file, fragment = urldefrag(uri)
                if fragment and not fragment.startswith("/"):  # an anchor
                    return file, steps[length:]
                inner = steps_of(f"#{fragment}")
                return file if file != self._retriever.uri else None, [*inner, *steps[length:]]
        return None, steps

    def _line(self, uri: str | None, steps: list[str]) -> int | None:
        text = self._text if uri is None else self._retriever.texts.get(uri)
        if text is None:
            return None
        key = uri or ""
        if key not in self._lines:
            self._lines[key] = line_numbers(text)
        lines = self._lines[key]
        return next(
            (lines[k] for n in range(len(steps), -1, -1) if (k := tuple(steps[:n])) in lines), None
        )


def sorted_problems(
    found: Iterable[DocumentProblem], structural: Iterable[DocumentProblem]
) -> list[DocumentProblem]:
    """Return problems in the order of their files and lines.

    Of the problems that the specification's schemas find, those with another problem at the same
    place are left out: it says what is done about it.
    """
    found = list(dict.fromkeys(found))
    places = {(problem.file, problem.pointer) for problem in found}
    found += [p for p in dict.fromkeys(structural) if (p.file, p.pointer) not in places]
    return sorted(found, key=lambda problem: (problem.file or "", problem.line or 0))


def _existing_steps(document: Any, place: str) -> list[str]:
    """Return the steps of a pointer as far as the document has them; its names may have escapes of
    URIs or not."""
    node = document
    steps: list[str] = []
    for step in place.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and step not in node:
            step = unquote(step)
        try:
            node = node[int(step)] if isinstance(node, list) else node[step]
        except (KeyError, IndexError, ValueError, TypeError):
            break
        steps.append(step)
    return steps


def locator_of(loaded: LoadedDocument, allowed_refs: Sequence[str] = ()) -> Locator:
    """Return what finds the parts of a loaded document in its files. The files are read again; of
    those that cannot be read any more, nothing has a line."""
    retriever = Retriever(loaded.url or loaded.path or "", allowed_refs)
    if loaded.url is None:
        for uri in {urldefrag(origin)[0] for origin in loaded.origins.values()}:
            with suppress(UsageError):
                retriever.text(uri)
    return Locator(Bundle(dict(loaded.source), loaded.origins), {}, loaded.text, retriever)
