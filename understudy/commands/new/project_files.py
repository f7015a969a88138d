"""The files of a new project, as texts by their paths in it; and how they are written."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from inflection import titleize
from jinja2 import Environment, StrictUndefined

from understudy.commands.new.python_source import call, function
from understudy.commands.new.sample import Sample, samples
from understudy.openapi.contract import Contract
from understudy.openapi.loading.loader import LoadedDocument, load
from understudy.openapi.loading.retrieval import Source

#: Characters of a title or a path in a docstring.
_LONGEST_WORDS = 40
#: The texts of files by their paths.
Files = dict[str, str]


def project_files(
    name: str, document: Source | None = None, allowed_refs: Sequence[str] = ()
) -> Files:
    """Return the files of a project with an API of this name: a small one, or that of a document.

    Raises UsageError if that is no document.
    """
    if document is None:
        return _default_files(name)
    loaded = load(document, allowed_refs=allowed_refs)
    path, text = _copied(name, loaded)
    contract = Contract(name, loaded.document)
    common = {"name": name, "title": contract.title, "document": path, "is_default": False}
    for sample in samples(contract):
        created = {path: text, **_files_with(sample, common)}
        if _answers(created, sample):
            return created
    return {path: text, **_files_without_handler(common)}


def write_files(directory: Path, contents: Mapping[str, str]) -> None:
    """Write files into a new or empty directory: all of them, or none. Raises OSError."""
    is_new = not directory.exists()
    try:
        for path, text in contents.items():
            file = directory / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    except BaseException:
        for child in [directory] if is_new else list(directory.iterdir()):
            shutil.rmtree(child, ignore_errors=True)
        raise


def _default_files(name: str) -> Files:
    document = f"specs/{name}.yaml"
    values = {"name": name, "title": titleize(name), "document": document, "is_default": True}
    return {
        document: _rendered("document.yaml", values),
        f"handlers/{name}/__init__.py": _rendered("items_package.py", values),
        f"handlers/{name}/items.py": _rendered("items.py", values),
        f"tests/test_{name}.py": _rendered("test_items.py", values),
        **_common_files({**values, "module": "items"}),
    }


def _files_with(sample: Sample, common: Mapping[str, Any]) -> Files:
    """Return the files beside a document, with a handler that answers as the sample does."""
    name, operation = common["name"], sample.operation
    values = {
        **common,
        "signature": function(sample.function, sample.arguments),
        "method": operation.method,
        "path": operation.path,
        "value": sample.value_source,
        "function": sample.function,
        "arguments": call(sample.request),
        "status": operation.success,
        "operation": call({"": operation.id})[0],
        "module": sample.module,
    }
    return {
        f"handlers/{name}/__init__.py": f'"""Handlers of the API `{name}`."""\n',
        f"handlers/{name}/{sample.module}.py": _rendered("operation.py", values),
        f"tests/test_{name}.py": _rendered("test_operation.py", values),
        **_common_files(values),
    }


def _files_without_handler(common: Mapping[str, Any]) -> Files:
    """Return the files beside a document of which no operation can be called so simply."""
    test = _rendered("test_served.py", common)
    return {f"tests/test_{common['name']}.py": test, **_common_files({**common, "module": ""})}


def _common_files(values: Mapping[str, Any]) -> Files:
    return {name: _rendered(name, values) for name in ("README.md", "pyproject.toml")}


def _copied(name: str, loaded: LoadedDocument) -> tuple[str, str]:
    """Return where a document is written and its text: its own, or if it has several files, one
    that has all of them."""
    if loaded.origins:
        text = yaml.safe_dump(loaded.source, sort_keys=False, allow_unicode=True, width=100)
        return f"specs/{name}.yaml", text
    ending = "json" if loaded.text.lstrip().startswith("{") else "yaml"
    return f"specs/{name}.{ending}", loaded.text


def _answers(contents: Files, sample: Sample) -> bool:
    """Return whether the handler of a sample answers its request by the document."""
    with TemporaryDirectory() as directory:
        write_files(Path(directory), contents)
        return sample.is_answered(Path(directory))


def _rendered(name: str, values: Mapping[str, Any]) -> str:
    template = files(__package__).joinpath("templates", f"{name}.jinja").read_text("utf-8")
    environment = Environment(  # noqa: S701 - what it writes is no HTML
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    environment.filters["docstring"] = _in_docstring
    return environment.from_string(template).render(values)


def _in_docstring(words: str) -> str:
    """Return what a document says as a part of a docstring of one line."""
    return " ".join(words.replace("\\", " ").replace('"', "'").split())[:_LONGEST_WORDS]
