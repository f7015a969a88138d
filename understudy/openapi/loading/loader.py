"""Loads documents: of any version, from a file or a URL, of one file or many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import msgspec

from understudy.errors import UsageError
from understudy.openapi.document import Document, UpgradedDocument
from understudy.openapi.loading import document_cache
from understudy.openapi.loading.conversion.upgrade import upgrade
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.retrieval import Retriever, Source, is_url, parse
from understudy.openapi.loading.yaml_reader import Note

if TYPE_CHECKING:
    from understudy.openapi.loading.locations import Locator

#: The versions that are read, by how `openapi` or `swagger` begins.
_VERSIONS = ("2.0", "3.0", "3.1", "3.2")


@dataclass(frozen=True)
class LoadedDocument:
    """A document in the inner form, and what is known of where it came from.

    `document` is the inner form; `source` the document in its author's version and words, with
    everything that it refers to; `text` that of its file. `path` or `url` is where it was read, and
    `version` "2.0", "3.0", "3.1" or "3.2". `origins` are the URIs of parts that came from other
    files, by their JSON pointers in `source`; `others` are the URIs of all other files that were
    read, or could not be. `ambiguities` are the values that other YAML readers may read otherwise.
    """

    document: Document
    text: str
    path: Path | None
    url: str | None
    version: str
    problems: tuple[DocumentProblem, ...]
    ambiguities: tuple[DocumentProblem, ...]
    origins: dict[str, str]
    others: tuple[str, ...]
    _source: bytes = field(repr=False)

    @cached_property
    def source(self) -> Document:
        """The document in its author's words. It is decoded at first use: few need it."""
        document: Document = msgspec.json.decode(self._source)
        return document


class _Entry(msgspec.Struct):
    """A document as the cache keeps it; `texts` are the hashes of the other files' texts, None
    for those that could not be read."""

    document: dict[str, Any]
    version: str
    problems: list[DocumentProblem]
    ambiguities: list[DocumentProblem]
    origins: dict[str, str]
    source: msgspec.Raw
    texts: dict[str, str | None]


def load(source: Source, *, allowed_refs: Sequence[str] = ()) -> LoadedDocument:
    """Load the document in a file or at a URL.

    References are followed below the folder of the document; elsewhere only to the folders, hosts
    and URL prefixes in `allowed_refs`. What cannot be used is left out of the document, with a
    problem. Raises UsageError if it is no document at all: the source cannot be read, is neither
    YAML nor JSON, or has no version that we know.
    """
    retriever = Retriever(source, allowed_refs)
    text = retriever.root()
    key = document_cache.key(text, retriever.uri, str(source), *allowed_refs)
    entry = document_cache.read(key, _Entry)
    if entry is None or not _is_current(entry, retriever):
        entry, _ = _load(text, retriever)
        document_cache.write(key, entry)
    return _loaded(entry, text, retriever)


def analyzed(source: Source, *, allowed_refs: Sequence[str] = ()) -> tuple[LoadedDocument, Locator]:
    """Load a document without the cache, with the means to find its parts in its files. Raises
    UsageError."""
    retriever = Retriever(source, allowed_refs)
    text = retriever.root()
    entry, locator = _load(text, retriever)
    return _loaded(entry, text, retriever), locator


def _loaded(entry: _Entry, text: str, retriever: Retriever) -> LoadedDocument:
    source = retriever.source
    url = retriever.uri if is_url(source) else None
    return LoadedDocument(
        document=UpgradedDocument(entry.document),
        text=text,
        path=None if url else Path(source),
        url=url,
        version=entry.version,
        problems=tuple(entry.problems),
        ambiguities=tuple(entry.ambiguities),
        origins=entry.origins,
        others=tuple(entry.texts),
        _source=bytes(entry.source),
    )


def name_of(source: Source) -> str:
    """Return the name of the API that a document describes: that of its file, without its ending
    and with `_` for every dot, angle bracket and character that cannot be printed."""
    path = unquote(urlsplit(source).path) if isinstance(source, str) and is_url(source) else source
    stem = Path(path).stem
    return "".join(c if c.isprintable() and c not in ".<>" else "_" for c in stem) or "api"


def version_of(document: Any, name: str) -> str:
    """Return the version of a document. Raises UsageError, which names the document."""
    if not isinstance(document, dict):
        raise UsageError(f"{name} is not an OpenAPI document: it must be an object")
    declared = document.get("openapi", document.get("swagger"))
    version = next((v for v in _VERSIONS if f"{declared}.".startswith(f"{v}.")), None)
    if version is None or (version == "2.0") != ("openapi" not in document):
        field = "openapi" if "openapi" in document else "swagger"
        reason = "no `openapi:` version" if declared is None else f"`{field}: {declared}`"
        raise UsageError(
            f"{name} has {reason}; Understudy reads OpenAPI 3.0, 3.1 and 3.2, and Swagger 2.0"
        )
    return version


def _is_current(entry: _Entry, retriever: Retriever) -> bool:
    """Return whether the other files of a cached document are as they were."""
    for uri, digest in entry.texts.items():
        try:
            text: str | None = retriever.text(uri)
        except UsageError:
            text = None
        if digest != (None if text is None else document_cache.key(text)):
            return False
    return True


def _load(text: str, retriever: Retriever) -> tuple[_Entry, Locator]:
    """Load a document, and find all its problems. Raises UsageError."""
    from understudy.openapi.lint.specification import structural_problems
    from understudy.openapi.loading.conversion.external_examples import include_external_examples
    from understudy.openapi.loading.conversion.swagger2 import converted
    from understudy.openapi.loading.locations import Locator, sorted_problems
    from understudy.openapi.loading.references import bundled
    from understudy.openapi.loading.repair.repair import repair

    name = str(retriever.source)
    content = parse(text, name)
    version = version_of(content.value, name)
    notes: list[tuple[str, Note]] = [(retriever.uri, note) for note in content.notes]

    def retrieve(uri: str) -> Any:
        included = parse(retriever.text(uri), retriever.name(uri))
        notes.extend((uri, note) for note in included.notes)
        return included.value

    bundle = bundled(content.value, retriever.uri, retrieve)
    source = msgspec.json.encode(bundle.document)
    document = msgspec.json.decode(source)  # a copy, five times as fast as by deepcopy
    document = upgrade(UpgradedDocument(converted(document) if version == "2.0" else document))
    examples = list(include_external_examples(document, retriever.uri, retriever.text))
    repaired = repair(document, bundle.lost_references)
    locator = Locator(bundle, repaired.positions, text, retriever)
    duplicates = [locator.of_note(*note) for note in notes if not note[1].is_ambiguous]
    entry = _Entry(
        document=document,
        version=version,
        problems=sorted_problems(
            [
                *duplicates,
                *map(locator.located, [*bundle.problems, *examples, *repaired.problems]),
            ],
            map(locator.located, structural_problems(bundle.document, version)),
        ),
        ambiguities=[locator.of_note(*note) for note in notes if note[1].is_ambiguous],
        origins=bundle.origins,
        source=msgspec.Raw(source),
        texts={
            uri: None if each is None else document_cache.key(each)
            for uri, each in retriever.texts.items()
        },
    )
    return entry, locator
