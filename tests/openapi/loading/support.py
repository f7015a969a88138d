"""What the tests of loading share: documents as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from understudy.openapi.loading.loader import LoadedDocument, load

HEAD = 'openapi: {version}\ninfo: {{title: T, version: "1"}}\n'


def written(directory: Path, body: str, version: str = "3.0.3", name: str = "api.yaml") -> Path:
    """Write a document of this version below a directory, and return its path."""
    return file(directory, name, HEAD.format(version=version) + body)


def file(directory: Path, name: str, text: str) -> Path:
    """Write a file below a directory, and return its path."""
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(directory: Path, body: str, version: str = "3.0.3") -> LoadedDocument:
    """Load a document of this version that was written below a directory."""
    return load(written(directory, body, version))


def messages(document: LoadedDocument) -> list[str]:
    """Return the problems, each as its pointer and message."""
    return [f"{problem.pointer}: {problem.message}" for problem in document.problems]


def schemas(document: LoadedDocument) -> dict[str, Any]:
    """Return the component schemas of the inner form."""
    components: dict[str, Any] = document.document["components"]
    return dict(components["schemas"])
