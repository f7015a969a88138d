"""Find the guides: docs/*.md and the README of a project, in the order of the README's links."""

from __future__ import annotations

import re
from pathlib import Path

from understudy.web.guides.guide import Guide

#: The address of the README's page.
_START = "start"
#: The README lists the guides below this heading.
_LIST = "\n## Read on\n"


def read_guides(directory: Path) -> list[Guide]:
    """Return the guides of a project's directory; none if it has no docs/ that can be read."""
    try:
        guides = {path.name: _read(path, directory) for path in (directory / "docs").glob("*.md")}
        readme = _read(directory / "README.md", directory, _START)
    except (OSError, UnicodeDecodeError):
        return []
    if not guides:
        return []
    text = readme.text
    listed = re.findall(r"\]\(docs/([^)#]+)\)", text.partition(_LIST)[2] or text)
    order = {name: None for name in (*listed, *sorted(guides)) if name in guides}
    return [readme, *(guides[name] for name in order)]


def _read(path: Path, directory: Path, name: str = "") -> Guide:
    relative = path.relative_to(directory).as_posix()
    return Guide(name or path.stem, relative, path.read_text(encoding="utf-8"))
