"""What is wrong with malformed JSON, in the words of the released server.

Express' body parser wants an object or an array, and reports any other value; the rest is what
`JSON.parse` of Node 20 says. Positions are those of UTF-16, as everywhere in JavaScript.
"""

from __future__ import annotations

import re

_BLANKS = " \t\n\r"
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = re.compile(r"[0-9A-Fa-f]{0,4}")
_LITERALS = ("true", "false", "null")
#: Characters of the text that a message shows on each side of the wrong one.
_CONTEXT = 10
_SPECIAL = ("[object Object]", "undefined", "NaN", "Infinity")
_END = "Unexpected end of JSON input"


class _Wrong(Exception):
    """The text is malformed; the message says how."""


def syntax_error(text: str) -> str | None:
    """Return what is wrong with the text of a body, or None if it is an object or an array."""
    first = text.lstrip(_BLANKS)[:1]
    if not first:
        return _END if text else None
    if first not in "{[":
        return _not_strict(text, first)
    try:
        _Scanner(_utf16(text)).scan()
    except _Wrong as wrong:
        return _shown(str(wrong))
    return None


def _not_strict(text: str, first: str) -> str:
    """Return the message for a value that is neither an object nor an array: the parser tries a
    text of number signs in its place, and writes the value into the message."""
    units = _utf16(text)
    start = len(units) - len(units.lstrip(_BLANKS))
    signs = units[:start] + "#" * (len(units) - start)
    message = _unexpected(signs, start)
    return _shown(re.sub("#+", lambda run: units[start : start + len(run[0])], message))


class _Scanner:
    """Scans a text without recursion, for the first thing that is wrong with it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        #: The arrays and objects that are open, by their closing brackets.
        self.open: list[str] = []

    def scan(self) -> None:
        """Raise _Wrong where the text is not JSON."""
        while True:
            self._skip()
            if not self._value():
                continue  # a bracket was opened, and is not empty
            while self.open and not self._next_item():
                pass
            if not self.open:
                break
        self._skip()
        if self.at < len(self.text):
            raise self._wrong("Unexpected non-whitespace character after JSON")

    def _value(self) -> bool:
        """Scan a value; return whether it is complete."""
        sign = self._sign()
        if sign in ("{", "["):
            self.at += 1
            self._skip()
            closing = "}" if sign == "{" else "]"
            if self._sign() == closing:
                self.at += 1
                return True
            self.open.append(closing)
            if sign == "{":
                self._name("Expected property name or '}' in JSON", is_first=True)
            return False
        if sign == '"':
            self._string()
        elif sign == "-" or sign.isdecimal():
            self._number()
        else:
            self._literal()
        return True

    def _next_item(self) -> bool:
        """Scan what follows an item; return whether another item follows."""
        closing = self.open[-1]
        self._skip()
        sign = self._sign()
        if sign == closing:
            self.at += 1
            self.open.pop()
            return False
        if sign != ",":
            of = "property value" if closing == "}" else "array element"
            raise self._wrong(f"Expected ',' or '{closing}' after {of} in JSON")
        self.at += 1
        self._skip()
        if closing == "}":
            self._name("Expected double-quoted property name in JSON", is_first=False)
        return True

    def _name(self, message: str, *, is_first: bool) -> None:
        self._skip()
        if self._sign() != '"':
            raise self._wrong(message)
        self._string()
        self._skip()
        if self._sign() != ":" and is_first:
            raise self._wrong("Expected ':' after property name in JSON")
        if self._sign() != ":":
            raise self._unexpected()
        self.at += 1

    def _string(self) -> None:
        self.at += 1
        while True:
            self.at = _PLAIN.match(self.text, self.at).end()  # type: ignore[union-attr]
            sign = self._sign()
            if sign == '"':
                self.at += 1
                return
            if not sign:
                raise self._wrong("Unterminated string in JSON")
            if sign != "\\":
                raise self._wrong("Bad control character in string literal in JSON")
            self._escape()

    def _escape(self) -> None:
        self.at += 1
        sign = self._sign()
        if sign == "u":
            digits = _HEX.match(self.text, self.at + 1)
            assert digits is not None
            self.at = digits.end()
            if len(digits[0]) < 4:
                raise self._wrong("Bad Unicode escape in JSON")
        elif not sign:
            raise _Wrong(_END)
        elif sign in '"\\/bfnrt':
            self.at += 1
        elif sign > "\xff":
            raise self._unexpected()
        else:
            raise self._wrong("Bad escaped character in JSON")

    def _number(self) -> None:
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            self.at += 1
            raise self._wrong("No number after minus sign in JSON")
        self.at = match.end()
        sign = self._sign()
        if sign == "." and not re.search("[.eE]", match[0]):
            self.at += 1
            raise self._wrong("Unterminated fractional number in JSON")
        if sign in ("e", "E") and not re.search("[eE]", match[0]):
            self.at += 1
            self.at += self._sign() in ("+", "-")
            raise self._wrong("Exponent part is missing a number in JSON")
        if match[0] in ("0", "-0") and sign.isdecimal():
            raise self._unexpected()

    def _literal(self) -> None:
        word = next((word for word in _LITERALS if word[0] == self._sign()), "")
        for sign in word:
            if self._sign() != sign:
                raise self._unexpected()
            self.at += 1
        if not word:
            raise self._unexpected()

    def _skip(self) -> None:
        while self._sign() and self._sign() in _BLANKS:
            self.at += 1

    def _sign(self) -> str:
        """Return the sign at the present place; empty at the end."""
        return self.text[self.at : self.at + 1]

    def _wrong(self, message: str) -> _Wrong:
        return _Wrong(f"{message} at position {self.at}")

    def _unexpected(self) -> _Wrong:
        return _Wrong(_unexpected(self.text, self.at))


def _unexpected(text: str, at: int) -> str:
    """Return the message for a sign that cannot stand there, with what stands around it."""
    if at >= len(text):
        return _END
    if text in _SPECIAL:
        return f'"{text}" is not valid JSON'
    if text[at] == '"':
        return f"Unexpected string in JSON at position {at}"
    if text[at] == "-" or text[at] in "0123456789":
        return f"Unexpected number in JSON at position {at}"
    start, end = 0, len(text)
    if len(text) > 2 * _CONTEXT:
        start, end = max(at - _CONTEXT, 0), min(at + _CONTEXT, len(text))
    before = "..." if start > 0 or (at == _CONTEXT and end - start < len(text)) else ""
    after = "..." if end < len(text) else ""
    return f"Unexpected token '{text[at]}', {before}\"{text[start:end]}\"{after} is not valid JSON"


def _utf16(text: str) -> str:
    """Return a text with two signs, surrogates, for each character that UTF-16 needs two for."""
    if text.isascii():
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    return "".join(
        chr(int.from_bytes(units[at : at + 2], "little")) for at in range(0, len(units), 2)
    )


def _shown(text: str) -> str:
    """Return a text of UTF-16 signs as it is sent; half a character becomes U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
