"""Convert the Markdown of documents to markup; HTML in it is shown as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table").disable("entity")
    for kind in ("fence", "code_block"):  # may be wide: the keyboard must reach its scroll bar
        renderer.add_render_rule(kind, _code)
    renderer.add_render_rule("image", _image)
    return renderer


def _code(_renderer: Any, tokens: Any, number: int, _options: Any, _env: Any) -> str:
    text = escape(tokens[number].content)
    return f'<pre tabindex="0" role="group" aria-label="Code"><code>{text}</code></pre>\n'


def _image(renderer: Any, tokens: Any, number: int, options: Any, env: Any) -> str:
    """Return an image's text: the policy of pages forbids images of other servers."""
    text = renderer.renderInlineAsText(tokens[number].children, options, env)
    return str(escape(text or "image"))


def markdown(text: Any) -> Markup:
    """Return a text's markup with paragraphs and blocks, its headings below that of a page."""
    renderer = _renderer()
    tokens = renderer.parse(str(text or ""))
    _nest_headings(tokens)
    markup = renderer.renderer.render(tokens, renderer.options, {})
    return Markup(markup)  # noqa: S704 (the renderer escapes it)


def _nest_headings(tokens: Sequence[Token]) -> None:
    """Give headings the levels 2, 3 and so on, without gaps, whatever those of the text are."""
    levels: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            while levels and levels[-1] >= token.tag:
                levels.pop()
            levels.append(token.tag)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(len(levels) + 1, 6)}"


def inline(text: Any) -> Markup:
    """Return a text's markup without blocks, to stand within a line."""
    return Markup(_renderer().renderInline(str(text or "")))  # noqa: S704 (as above)


def pretty(value: Any) -> str:
    """Return a value as indented JSON; bytes as text."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, indent=2, ensure_ascii=False)


def split_deprecation(text: str) -> tuple[str, str]:
    """Split a description into its paragraphs that begin with "Deprecated" and all others.

    Returns the others first.
    """
    paragraphs = text.strip().split("\n\n")
    deprecation = [part for part in paragraphs if part.lower().startswith("deprecated")]
    others = [part for part in paragraphs if part not in deprecation]
    return "\n\n".join(others), "\n\n".join(deprecation)
