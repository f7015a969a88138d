"""What documents say in words, as markup: their Markdown, without any HTML of their own."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup, escape


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("entity")
    for kind in ("fence", "code_block"):  # code may be wide: one must get there by keyboard
        reader.add_render_rule(kind, _code)
    return reader


def _code(_renderer: Any, tokens: Any, number: int, _options: Any, _env: Any) -> str:
    text = escape(tokens[number].content)
    return f'<pre tabindex="0" role="group" aria-label="Code"><code>{text}</code></pre>\n'


def markdown(text: Any) -> Markup:
    """Paragraphs and blocks. HTML in the text comes out as the text that it is."""
    return Markup(_reader().render(str(text or "")))  # noqa: S704 (the reader has escaped it)


def inline(text: Any) -> Markup:
    """The same without blocks, for a line among others."""
    return Markup(_reader().renderInline(str(text or "")))  # noqa: S704 (as above)


def pretty(value: Any) -> str:
    """A value as JSON that one likes to read; a text or bytes that are no JSON, as they are."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, indent=2, ensure_ascii=False)


def split_deprecation(text: str) -> tuple[str, str]:
    """A description without its paragraph that begins with "Deprecated", and that paragraph."""
    paragraphs = text.strip().split("\n\n")
    told = [part for part in paragraphs if part.lower().startswith("deprecated")]
    return "\n\n".join(part for part in paragraphs if part not in told), "\n\n".join(told)
