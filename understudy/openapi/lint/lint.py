"""Lint of a document: all its problems, by the specification and by rules of our own."""

from __future__ import annotations

from collections.abc import Sequence

from understudy.openapi.contract import Contract
from understudy.openapi.lint.semantics import semantic_problems
from understudy.openapi.lint.style import style_problems
from understudy.openapi.lint.versions import version_problems
from understudy.openapi.loading.loader import analyzed, name_of
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.retrieval import Source


def lint(source: Source, allowed_refs: Sequence[str] = ()) -> list[DocumentProblem]:
    """Return the problems of the document in a file or at a URL, in the order of its lines.

    Raises UsageError if it is no document at all.
    """
    loaded, locator = analyzed(source, allowed_refs=allowed_refs)
    contract = Contract(name_of(source), loaded.document, loaded.text, loaded.path)
    inner = [*semantic_problems(loaded.document), *style_problems(contract)]
    problems = dict.fromkeys(
        [
            *loaded.problems,
            *loaded.ambiguities,
            *map(locator.located, version_problems(loaded.source, loaded.version)),
            *map(locator.located_in_inner_form, inner),
        ]
    )
    return sorted(problems, key=lambda problem: (problem.file or "", problem.line or 0))
