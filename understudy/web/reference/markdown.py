"""Convert the Markdown of documents to markup; HTML in it is shown as text."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

#: A text that Markdown leaves as it is.
_PLAIN = re.compile(r"[A-Za-z0-9 ,.:;()/'-]*(?<! )")


@lru_cache(maxsize=1)
def _renderer() -> MarkdownIt:
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table").disable("entity")
    for kind in ("fence", "code_block"):
        renderer.add_render_rule(kind, _code)
    renderer.add_render_rule("table_open", _table_open)
    renderer.add_render_rule("table_close", _table_close)
    renderer.add_render_rule("th_open", _cell)
    renderer.add_render_rule("td_open", _cell)
    renderer.add_render_rule("image", _image)
    return renderer


# Code and tables may be wide: the keyboard must reach their scroll bars.


def _code(_renderer: Any, tokens: Any, number: int, _options: Any, _env: Any) -> str:
    text = escape(tokens[number].content)
    language = re.sub(r"[^\w+-].*", "", tokens[number].info.strip(), flags=re.ASCII | re.DOTALL)
    code = f'<code class="language-{language}">' if language else "<code>"
    return (
        '<div class="copyable" data-copy>\n'
        f'<pre tabindex="0" role="group" aria-label="Code">{code}{text}</code></pre>\n</div>\n'
    )


def _table_open(*_: Any) -> str:
    return '<div class="scroll" tabindex="0" role="group" aria-label="Table">\n<table>\n'


def _table_close(*_: Any) -> str:
    return "</table>\n</div>\n"


def _cell(renderer: Any, tokens: Any, number: int, _options: Any, _env: Any) -> str:
    token = tokens[number]
    aligned_right = "right" in str(token.attrs.pop("style", ""))  # pages have no inline styles
    if aligned_right:
        token.attrSet("class", "number")
    if token.tag == "th" and not tokens[number + 1].content:  # it is the header of nothing
        token.tag = tokens[number + 2].tag = "td"
    elif token.tag == "th":
        token.attrSet("scope", "col")
    return f"<{token.tag}{renderer.renderAttrs(token)}>"


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text, to be changed and rendered."""
    return _renderer().parse(text)


def render(tokens: Sequence[Token]) -> Markup:
    """Return the markup of tokens."""
    renderer = _renderer()
    markup = renderer.renderer.render(tokens, renderer.options, {})
    return Markup(markup)  # noqa: S704 (the renderer escapes it)


def _image(renderer: Any, tokens: Any, number: int, options: Any, env: Any) -> str:
    """Return an image's text: the policy of pages forbids images of other servers."""
    text = renderer.renderInlineAsText(tokens[number].children, options, env)
    return str(escape(text or "image"))


def markdown(text: Any) -> Markup:
    """Return a text's markup with paragraphs and blocks, its headings below that of a page."""
    tokens = tokens_of(str(text or ""))
    _nest_headings(tokens)
    _drop_relative_links(tokens)
    return render(tokens)


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


def _drop_relative_links(tokens: Sequence[Token]) -> None:
    """Keep only the text of links that are no whole addresses: a document means pages of its
    author's site by them, such as `/guides/keys` or `#section/Errors`, and here is another site."""
    for inside in (token.children for token in tokens if token.children):
        for at, token in enumerate(inside):
            if token.type == "link_open" and not _is_whole(str(token.attrGet("href"))):
                close = next(other for other in inside[at:] if other.type == "link_close")
                token.tag, token.attrs, close.tag = "span", {}, "span"


def _is_whole(address: str) -> bool:
    return address.lower().startswith(("http://", "https://", "mailto:"))


def inline(text: Any) -> Markup:
    """Return a text's markup without blocks, to stand within a line."""
    if _PLAIN.fullmatch(str(text or "")):  # most are, and a page has hundreds
        return escape(str(text or ""))
    tokens = _renderer().parseInline(str(text or ""))
    _drop_relative_links(tokens)
    return render(tokens)


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
