"""A badge: two words in a picture, in SVG, that a README shows."""

from __future__ import annotations

import html

COLOURS = {"good": "#2e7d32", "partial": "#b26a00", "bad": "#c62828", "unknown": "#616161"}

#: Widths of characters of Verdana, in hundredths of its size; all others are of the width of "n".
_WIDTHS = {
    **dict.fromkeys("il'|I!", 33),
    **dict.fromkeys("fjt .,:;()[]/\\-r1", 42),
    **dict.fromkeys("mwMW%@", 95),
    **dict.fromkeys("ABCDEGHKNOPQRTUVXYZ&", 72),
}
_OTHER, _SIZE, _PADDING, _LONGEST = 64, 11, 6, 60

_SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" aria-label="{title}">
<title>{title}</title>
<rect width="{width}" height="20" rx="3" fill="{colour}"/>
<path d="M{left} 0H3a3 3 0 0 0-3 3v14a3 3 0 0 0 3 3H{left}z" fill="#444"/>
<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
<text x="6" y="14" textLength="{label_length}">{label}</text>
<text x="{start}" y="14" textLength="{message_length}">{message}</text>
</g>
</svg>"""


def as_badge(label: str, message: str, colour: str) -> str:
    """Return a badge that says `message` of `label`; the colour is one of `COLOURS`.

    The texts are set to the length that is measured here, so that they fit in any font.
    """
    label, message = _short(label), _short(message)
    left, right = _length(label) + 2 * _PADDING, _length(message) + 2 * _PADDING
    return _SVG.format(
        width=left + right,
        left=left,
        start=left + _PADDING,
        colour=COLOURS[colour],
        label=html.escape(label),
        message=html.escape(message),
        label_length=_length(label),
        message_length=_length(message),
        title=html.escape(f"{label}: {message}"),
    )


def _short(text: str) -> str:
    """Return printable text that is short enough for a badge."""
    text = "".join(character if character.isprintable() else "?" for character in text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def _length(text: str) -> int:
    """Return the width of a text in pixels."""
    return round(sum(_WIDTHS.get(character, _OTHER) for character in text) * _SIZE / 100)
