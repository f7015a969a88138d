"""Makes one document of several files: what it refers to elsewhere moves into its components.

All references become JSON pointers within the document, whatever they were: files, URLs, `$id`s or
`$anchor`s. They stay references, so recursive schemas need nothing special.
"""

from __future__ import annotations

import copy
import re
from collections import ChainMap
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

import msgspec
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable

from understudy.errors import UsageError
from understudy.openapi.document import META_SCHEMAS, escape, pointer
from understudy.openapi.loading.problem import DocumentProblem
from understudy.openapi.loading.resources import id_of_schema, names_itself, resource_of
from understudy.openapi.structure import SHARED, SHARED_OF_2, Part, is_dynamic, walk

#: From a URI to the content there. Raises UsageError.
Retrieve = Callable[[str], Any]

#: The most values that may come from other files: path items are copied where they are used.
MAX_MOVED_VALUES = 1_000_000


@dataclass
class Bundle:
    """One document; `origins` are the URIs of the parts that came from elsewhere, by their JSON
    pointers. References that lead nowhere (`lost_references`) are problems."""

    document: dict[str, Any]
    origins: dict[str, str] = field(default_factory=dict)
    problems: list[DocumentProblem] = field(default_factory=list)
    lost_references: set[str] = field(default_factory=set)


def bundled(document: dict[str, Any], uri: str, retrieve: Retrieve) -> Bundle:
    """Return a document, which was read from `uri`, with everything that it refers to.

    The document itself is changed. Names (`$id`, anchors) stay in documents with `$dynamicRef`, of
    which they are a part; other documents need them no more.
    """
    original = msgspec.json.encode(document)
    keeps_names = b"$dynamicRef" in original and is_dynamic(document)
    bundle = _Bundler(document, uri, retrieve, keeps_names=keeps_names).run()
    if bundle.origins and not keeps_names and is_dynamic(bundle.document):
        # A schema from elsewhere is dynamic.
        document = msgspec.json.decode(original)
        bundle = _Bundler(document, uri, retrieve, keeps_names=True).run()
    return bundle


class _Scope(NamedTuple):
    """The base of relative references: by the names of schemas, and by the file they are in."""

    resolver: Any
    file: str


class _Target(NamedTuple):
    """The target of a reference, with the scope there, and its absolute URI."""

    content: Any
    scope: _Scope
    uri: str


class _Bundler:
    def __init__(
        self, document: dict[str, Any], uri: str, retrieve: Retrieve, *, keeps_names: bool
    ) -> None:
        self._bundle = Bundle(document)
        self._document = document
        self._is_version_2 = "swagger" in document
        self._shared = SHARED_OF_2 if self._is_version_2 else SHARED
        self._keeps_names = keeps_names
        self._retrieve_content = retrieve
        self._retrieved: dict[str, Resource[Any]] = {}  # registries forget what they retrieved
        self._files: dict[int, str] = {}  # the file of each value from another file
        #: The pointers of values: of the document's own, and of those that were moved into it.
        self._places: dict[int, str] = {}
        self._kept: list[Any] = []  # keeps the ids of moved values theirs
        #: The pointers of what was moved, by the value's id and the kind that it was moved as.
        self._moved_places: dict[tuple[int, str], str] = {}
        self._kinds = {id(part.node): part.kind for part in self._walk(document)}
        self._settled: set[int] = set()
        self._count_moved = 0
        #: What came from elsewhere, by the steps to its place, where it is put at the end: until
        #: then everything in the document is relative to the document.
        self._moved_parts: dict[tuple[str, ...], dict[str, Any]] = {}
        registry: Registry[Any] = Registry(retrieve=self._retrieve)  # type: ignore[call-arg]
        resource = resource_of(document)
        self._root = _Scope(
            registry.with_resource(uri, resource)
            .crawl()
            .resolver(urljoin(uri, resource.id() or "")),
            uri,
        )
        self._pending: list[tuple[Any, str, _Scope, str]] = [
            (document, "document", self._root, "#")
        ]

    def run(self) -> Bundle:
        self._set_places(self._document, self._document, "#")
        while self._pending:
            self._settle(*self._pending.pop())
        for steps, parts in self._moved_parts.items():
            self._components(steps).update(parts)
        if not self._keeps_names:
            for part in self._walk(self._document):
                if part.kind == "schema" and names_itself(part.node):
                    for word in ("$id", "$anchor", "$dynamicAnchor"):
                        part.node.pop(word, None)
        return self._bundle

    def _walk(self, node: Any, kind: str = "document") -> Any:
        return walk(node, kind, is_version_2=self._is_version_2)

    def _retrieve(self, uri: str) -> Resource[Any]:
        if uri not in self._retrieved:
            content = self._retrieve_content(uri)
            self._retrieved[uri] = resource_of(content)
            pending = [content]
            while pending:
                node = pending.pop()
                self._files[id(node)] = uri
                children = node.values() if isinstance(node, dict) else node
                pending += [child for child in children if isinstance(child, dict | list)]
        return self._retrieved[uri]

    def _set_places(self, original: Any, copied: Any, place: str) -> None:
        pending = [(original, copied, place)]
        while pending:
            old, new, place = pending.pop()
            self._places.setdefault(id(old), place)
            self._places.setdefault(id(new), place)
            keys: Any = old if isinstance(old, dict) else range(len(old))
            pending += [
                (old[key], new[key], f"{place}/{escape(key)}")
                for key in keys
                if isinstance(old[key], dict | list)
            ]

    def _settle(self, node: Any, kind: str, scope: _Scope, place: str) -> None:
        """Make pointers of the references in a part, once: many references may lead to it."""
        if id(node) in self._settled:
            return
        scopes: dict[tuple[str, ...], _Scope] = {(): scope}
        for part in self._walk(node, kind):
            if not isinstance(part.node, dict) or id(part.node) in self._settled:
                continue
            self._settled.add(id(part.node))
            scope = _innermost(scopes, part.steps)
            if part.kind == "schema" and part.steps and id_of_schema(part.node) is not None:
                inner = scope.resolver.in_subresource(resource_of(part.node))
                scope = scopes[part.steps] = _Scope(inner, scope.file)
            where = place + pointer(*part.steps)[1:]
            if isinstance(part.node.get("$ref"), str) and (
                part.kind in self._shared or part.kind == "pathItem"
            ):
                scopes[part.steps] = self._follow(part, scope, where)
            elif part.kind == "schema":
                self._follow_mapping(part.node, scope, where)
            elif part.kind == "example" and scope.file != self._root.file:
                external = part.node.get("externalValue")
                if isinstance(external, str):
                    part.node["externalValue"] = urljoin(scope.file, external)

    def _follow(self, part: Part, scope: _Scope, where: str) -> _Scope:
        """Make a pointer of the reference in a part; return the scope of what is in it then."""
        ref = part.node["$ref"]
        is_local = ref.startswith("#") and scope.file == self._root.file
        if part.kind == "pathItem" and not (is_local and len(part.node) == 1):
            return self._include_path_item(part.node, scope, where)
        target = self._pointer(ref, part.kind, scope, where)
        if target is not None and not (self._keeps_names and part.kind == "schema"):
            part.node["$ref"] = target
        return scope

    def _follow_mapping(self, schema: dict[str, Any], scope: _Scope, where: str) -> None:
        discriminator = schema.get("discriminator")
        if not isinstance(discriminator, dict):
            return
        mapping = discriminator.get("mapping")
        refs = [(mapping, name) for name in mapping] if isinstance(mapping, dict) else []
        for holder, key in [*refs, (discriminator, "defaultMapping")]:
            ref = holder.get(key)
            if isinstance(ref, str) and re.search(r"[#/]|\.(ya?ml|json)$", ref):
                holder[key] = self._pointer(ref, "schema", scope, f"{where}/discriminator") or ref

    def _include_path_item(self, node: dict[str, Any], scope: _Scope, where: str) -> _Scope:
        """Put the path item that a reference leads to in the reference's place: the components of
        OpenAPI 3.0 have no path items. What stands beside the reference wins."""
        ref = node.pop("$ref")
        target = self._target(ref, scope, f"{where}/$ref")
        if target is None:
            return scope
        if not isinstance(target.content, dict):
            self._report(where, ref, "that is not a path item")
            return scope
        within = [w for w, uri in self._bundle.origins.items() if uri == target.uri]
        if any(where.startswith(f"{w}/") for w in within):
            self._report(where, ref, "the path item contains itself")
            return scope
        copied = copy.deepcopy(target.content)
        self._count(copied)
        for key, value in copied.items():
            node.setdefault(key, value)
        self._bundle.origins[where] = target.uri
        self._set_places(node, node, where)
        if isinstance(node.get("$ref"), str):
            return self._include_path_item(node, target.scope, where)
        return target.scope

    def _pointer(self, ref: str, kind: str, scope: _Scope, where: str) -> str | None:
        """Return the pointer to what a reference leads to, which is moved here if necessary."""
        if ref.startswith(META_SCHEMAS):
            return ref  # every validator has the meta-schemas
        target = self._target(ref, scope, where)
        if target is None:
            return None
        content = target.content
        if not isinstance(content, dict | list):
            base, fragment = urldefrag(target.uri)
            if base == self._root.resolver._base_uri and fragment[:1] == "/":
                return f"#{unquote(fragment)}"
            return self._move(target, kind)
        if content is self._document:
            self._report(where, ref, f"a document is not a {kind}")
            return None
        if (id(content), kind) in self._moved_places:
            return self._moved_places[id(content), kind]
        place = self._places.get(id(content))
        # What has another kind in the document, or none as in extensions, is not read as this one.
        if (
            place is None
            or self._kinds.get(id(content), kind) != kind
            or not (id(content) in self._files or id(content) in self._kinds)
        ):
            return self._move(target, kind)
        if id(content) not in self._settled:
            self._pending.append((content, kind, target.scope, place))
        return place

    def _target(self, ref: str, scope: _Scope, where: str) -> _Target | None:
        """Return what a reference leads to; None, and a problem, if nothing is there.

        A reference is relative to the `$id` of its schema. If nothing is there, it is read as
        relative to its file, or to the whole document, as many authors mean it.
        """
        beside = scope.resolver._registry.resolver(scope.file)
        attempts = [scope.resolver, beside, self._root.resolver]
        reason = ""
        for resolver in attempts:
            try:
                resolved = resolver.lookup(ref)
            except Unresolvable as error:
                reason = reason or _reason(error)
                continue
            except (ValueError, TypeError, AttributeError, LookupError) as error:
                reason = reason or str(error)
                continue
            uri = urljoin(resolver._base_uri, ref)
            file = self._files.get(id(resolved.contents), scope.file if ref[:1] == "#" else "")
            return _Target(
                resolved.contents, _Scope(resolved.resolver, file or self._root.file), uri
            )
        self._report(where, ref, reason or "nothing is there")
        return None

    def _report(self, where: str, ref: str, reason: str) -> None:
        self._bundle.lost_references.add(ref)
        message = f"the reference leads to {ref}: {reason}; it is left out"
        self._bundle.problems.append(DocumentProblem(where, message))

    def _move(self, target: _Target, kind: str) -> str:
        """Copy a part from elsewhere into the components, and return the pointer to it."""
        steps = self._shared.get(kind, self._shared["schema"])
        moved_here = self._moved_parts.setdefault(steps, {})
        name = _free_name(target.uri, ChainMap(self._components(steps), moved_here))
        place = pointer(*steps, name)
        moved_here[name] = moved = copy.deepcopy(target.content)
        self._count(moved)
        self._bundle.origins[place] = target.uri
        if isinstance(moved, dict | list):
            self._kept.append(target.content)
            self._moved_places[id(target.content), kind] = place
            self._set_places(target.content, moved, place)
            file, fragment = urldefrag(target.uri)
            if self._keeps_names and kind == "schema" and not fragment and isinstance(moved, dict):
                moved.setdefault("$id", file)
            self._pending.append((moved, kind, target.scope, place))
        return place

    def _components(self, steps: tuple[str, ...]) -> dict[str, Any]:
        """Return the object that holds the components of a kind; create it if there is none."""
        components: dict[str, Any] = self._document
        for step in steps:
            if not isinstance(components.get(step), dict):
                components[step] = {}
            components = components[step]
        return components

    def _count(self, value: Any) -> None:
        pending = [value]
        while pending:
            node = pending.pop()
            self._count_moved += 1
            if isinstance(node, dict | list):
                pending += node.values() if isinstance(node, dict) else node
        if self._count_moved > MAX_MOVED_VALUES:
            raise UsageError(
                f"{self._root.file} includes more than {MAX_MOVED_VALUES:,} values of other files"
            )


def _innermost(scopes: dict[tuple[str, ...], _Scope], steps: tuple[str, ...]) -> _Scope:
    return next(scopes[steps[:n]] for n in range(len(steps), -1, -1) if steps[:n] in scopes)


def _reason(error: Unresolvable) -> str:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, UsageError):
        cause = cause.__cause__
    return "nothing is there" if cause is None else str(cause)


def _free_name(uri: str, names: Container[str]) -> str:
    """Return a name for a component that came from a URI: the last step of its pointer, or the
    name of its file; with a number if there is one already."""
    file, fragment = urldefrag(uri)
    last = unquote(fragment).rpartition("/")[2]
    if not last:
        last = unquote(file).rstrip("/").rpartition("/")[2].partition(".")[0]
    name = re.sub(r"[^A-Za-z0-9._-]", "_", last) or "part"
    number = 1
    free = name
    while free in names:
        number += 1
        free = f"{name}_{number}"
    return free
