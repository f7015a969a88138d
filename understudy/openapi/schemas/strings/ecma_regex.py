"""Rewrites regular expressions of ECMA-262 for other engines.

What is the same in all of them stays as it is. Syntax that browsers refuse, and that authors with
another engine in mind write, keeps its meaning there: `\\A`, `\\Z`, `\\h`, `\\Q...\\E`,
`(?P<name>...)`, `[[:alpha:]]`, `\\p{IsGreek}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_ESCAPE = re.compile(
    r"\\(?:[pP]\{[^}]*\}|[pP][A-Z]|u\{0*[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}"
    r"|c[A-Za-z]|k<[^>]*>|Q[\s\S]*?(?:\\E|$)|0[0-7]{0,2}|[1-9][0-9]*|[\s\S])"
)
_GROUP = re.compile(
    r"\((?:\?(?:P?<[A-Za-z_$][^>]*>|P=[^)]*\)|#[^)]*\)|<[=!]|[=!:>|]|[a-zA-Z^-]+[:)]))?"
)
_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})[?+]?")
_REPETITIONS = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")
_MOST_REPETITIONS = 500
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})")
_POSIX = re.compile(r"\[:([a-z]+):\]")
_POSIX_CLASSES = {
    **{"alpha": "A-Za-z", "digit": "0-9", "alnum": "0-9A-Za-z", "upper": "A-Z", "lower": "a-z"},
    **{"space": r" \t\n\r\f\v", "xdigit": "0-9A-Fa-f", "word": "0-9A-Za-z_", "blank": r" \t"},
    "punct": r"!-/:-@\[-`\{-\~",
}

_CONTROLS = {"a": 0x07, "b": 0x08, "e": 0x1B, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B}
#: What other engines have in place of characters of ECMA-262.
_FOREIGN = {"A": "^", "z": "$", "Z": "$", "h": r"[ \t]", "R": r"(?:\r\n|[\n\r])"}
#: Characters that mean something in the classes of some engine.
_SPECIAL_IN_CLASS = frozenset("[]^-&~|\\")


@dataclass(frozen=True)
class Engine:
    """The words of an engine for what is not the same in all engines.

    `classes` are the contents of character classes for `\\d` and its like, `properties` those for
    Unicode properties that it does not know (None: it knows them). `code_point` formats a code
    point above 255.
    """

    classes: Mapping[str, str]
    properties: Mapping[str, str] | None
    code_point: str
    dot: str
    boundaries: Mapping[str, str]


class Unsupported(ValueError):
    """A regular expression that cannot be rewritten."""


def rewritten(pattern: str, engine: Engine) -> str:
    """Return a regular expression for an engine. Raises Unsupported."""
    return _Rewriter(pattern, engine).rewritten()


class _Rewriter:
    def __init__(self, pattern: str, engine: Engine) -> None:
        self._pattern = _SURROGATES.sub(_joined, pattern)
        self._engine = engine
        self._position = 0
        self._names, self._count = _groups(self._pattern)
        self._open: list[int] = []  # the positions in `_parts` where open groups begin
        self._parts: list[str] = []
        self._atom = 0  # the position in `_parts` where the last atom begins
        self._is_lookaround = False
        self._letters: set[str] = set()  # the classes in the current character class

    def rewritten(self) -> str:
        """Return the expression rewritten. Raises Unsupported."""
        while self._position < len(self._pattern):
            self._step()
        return "".join(self._parts)

    def _step(self) -> None:
        char = self._pattern[self._position]
        quantifier = _QUANTIFIER.match(self._pattern, self._position)
        if quantifier:
            self._quantify(self._take(quantifier))
        elif char == "(":
            self._group()
        elif char == ")":
            self._close()
        elif char == "[":
            self._emit(self._class())
        elif char == "\\":
            match = _ESCAPE.match(self._pattern, self._position)
            if match is None:
                raise Unsupported(self._pattern)
            self._emit(self._escape(self._take(match)))
        else:
            self._position += 1
            self._emit({".": self._dot(), "{": r"\{", "}": r"\}", "]": r"\]"}.get(char, char))

    def _dot(self) -> str:
        """Return what matches any character of a line.

        Hundreds of repetitions of it would take seconds to compile: `.` of the engine, which
        matches some more line ends, takes less.
        """
        repetitions = _REPETITIONS.match(self._pattern, self._position)
        many = repetitions and max(int(n) for n in repetitions.groups() if n) > _MOST_REPETITIONS
        return "." if many else self._engine.dot

    def _take(self, match: re.Match[str]) -> str:
        self._position = match.end()
        return match.group()

    def _emit(self, text: str) -> None:
        self._atom = len(self._parts)
        self._is_lookaround = False
        self._parts.append(text)

    def _quantify(self, quantifier: str) -> None:
        if not self._is_lookaround:
            self._parts.append(quantifier)
        elif quantifier[0] in "*?" or quantifier.startswith(("{0,", "{0}")):
            self._parts[self._atom] = "(?:" + self._parts[self._atom]
            self._parts.append("|)")

    def _group(self) -> None:
        match = _GROUP.match(self._pattern, self._position)
        assert match is not None
        start = self._take(match)
        if start.startswith("(?#"):
            return
        if start.startswith("(?P="):
            self._emit(self._reference(self._names.get(start[4:-1], 0)))
            return
        if start.endswith(")"):  # flags for the rest of the group
            self._emit(start)
            return
        if start.startswith(("(?<", "(?P<")) and start[-1] == ">":
            start = "("
        self._open.append(len(self._parts))
        self._parts.append("(?:" if start == "(?>" else start)

    def _close(self) -> None:
        if not self._open:
            raise Unsupported(self._pattern)
        self._position += 1
        self._atom = self._open.pop()
        self._is_lookaround = self._parts[self._atom] in ("(?=", "(?!", "(?<=", "(?<!")
        self._parts.append(")")

    def _escape(self, escape: str) -> str:
        """Return an escape outside character classes."""
        letter = escape[1]
        if letter in "bB":
            return self._engine.boundaries[letter]
        if letter in "123456789":
            number = int(escape[1:])
            return self._reference(number) if number <= self._count else self._octal(escape[1:])
        if escape.startswith(r"\k<"):
            if escape[3:-1] not in self._names:
                raise Unsupported(self._pattern)
            return self._reference(self._names[escape[3:-1]])
        if letter == "Q" and len(escape) > 2:
            return "".join(map(self._literal, escape[2:].removesuffix(r"\E")))
        if letter in "dDwWsS":
            return escape
        if letter in _FOREIGN:
            return _FOREIGN[letter]
        if letter in "pP" and len(escape) > 2:
            return self._property(escape, within_class=False)
        return self._literal(self._character(escape))

    def _reference(self, number: int) -> str:
        """Return a reference to a group; to one that is not closed yet, it matches nothing."""
        closed = sum(part == "(" for part in self._parts)
        is_open = any(
            self._parts[start] == "(" and sum(p == "(" for p in self._parts[: start + 1]) == number
            for start in self._open
        )
        return f"(?:\\{number})" if 0 < number <= closed and not is_open else "(?:)"

    def _octal(self, digits: str) -> str:
        octal = re.match(r"[0-3]?[0-7]{1,2}", digits)
        if octal is None:
            return digits
        return self._literal(chr(int(octal.group(), 8))) + digits[octal.end() :]

    def _character(self, escape: str) -> str:
        """Return the character that an escape stands for."""
        letter, rest = escape[1], escape[2:].strip("{}")
        if letter in "ux" and rest:
            code = int(rest, 16)
            if code > 0x10FFFF:
                raise Unsupported(self._pattern)
            return chr(code)
        if letter == "c" and rest:
            return chr(ord(rest) % 32)
        if letter == "0":
            return chr(int(escape[1:], 8))
        if letter in "XGKN":  # of other engines, and nothing here is the same
            raise Unsupported(self._pattern)
        return chr(_CONTROLS[letter]) if letter in _CONTROLS else letter

    def _literal(self, char: str) -> str:
        """Return a character that matches itself, outside character classes."""
        if char.isascii() and (char.isalnum() or char in " _,:;<>=!@%&'\"`~"):
            return char
        return "\\" + char if char.isprintable() and char.isascii() else self._code(char)

    def _code(self, char: str) -> str:
        code = ord(char)
        if 0xD800 <= code < 0xE000:
            return r"[^\s\S]"  # half a character: no text has that
        return f"\\x{code:02x}" if code < 256 else self._engine.code_point.format(code)

    # Character classes

    def _class(self) -> str:
        self._position += 1
        negated = self._pattern.startswith("^", self._position)
        self._position += negated
        self._letters = set()
        items: list[str] = []
        while not self._pattern.startswith("]", self._position):
            if self._position >= len(self._pattern):
                raise Unsupported(self._pattern)
            items.append(self._range())
        self._position += 1
        content = "".join(items)
        all_of = any({letter, letter.upper()} <= self._letters for letter in "dws")
        if not content or all_of:
            return r"[\s\S]" if negated is not all_of else r"[^\s\S]"
        return f"[{'^' if negated else ''}{content}]"

    def _range(self) -> str:
        """Return one item of a character class: a range, a character, or a class."""
        first = self._item()
        rest = self._pattern[self._position : self._position + 2]
        if not rest.startswith("-") or rest in ("-", "-]") or not first:
            return first
        start = self._position
        self._position += 1
        last = self._item()
        if self._is_single(first) and self._is_single(last):
            return f"{first}-{last}"
        self._position = start + 1
        return first + r"\-"

    def _item(self) -> str:
        posix = _POSIX.match(self._pattern, self._position)
        if posix and posix[1] in _POSIX_CLASSES:
            self._position = posix.end()
            return _POSIX_CLASSES[posix[1]]
        escape = _ESCAPE.match(self._pattern, self._position)
        if escape is None:
            char = self._pattern[self._position]
            self._position += 1
            return self._in_class(char)
        text = self._take(escape)
        letter = text[1]
        if letter in "dDwWsS":
            self._letters.add(letter)
            return self._engine.classes[letter]
        if letter in "nrtfv":
            return text
        if letter in "pP" and len(text) > 2:
            return self._property(text, within_class=True)
        if letter in "123456789":
            self._position -= len(text) - 2
            return self._in_class(letter if letter in "89" else chr(int(letter)))
        if letter == "Q" and len(text) > 2:
            return "".join(map(self._in_class, text[2:].removesuffix(r"\E")))
        if letter == "h":
            return r" \t"
        return self._in_class(self._character(text))

    def _in_class(self, char: str) -> str:
        if char in _SPECIAL_IN_CLASS:
            return "\\" + char
        if 0xD800 <= ord(char) < 0xE000:
            return ""
        return char if char.isprintable() else self._code(char)

    @staticmethod
    def _is_single(item: str) -> bool:
        """Return whether an item of a class is one character."""
        return len(item) == 1 or (
            item.startswith("\\")
            and item[1] not in "dDwWsSpP"
            and (len(item) == 2 or item[1] in "xuU")
        )

    def _property(self, escape: str, *, within_class: bool) -> str:
        name = escape[2:].strip("{}")
        known = self._engine.properties
        if known is None:
            return f"\\{escape[1]}{{{_UNICODE_NAMES.get(name, name.removeprefix('Is'))}}}"
        name = name.rpartition("=")[2].removeprefix("Is")
        content = known.get(name) or known.get(name[:1], known["L"])
        if escape[1] == "p":
            return content if within_class else f"[{content}]"
        if within_class:  # there is no complement in a class: some characters without the property
            return known["N"] if "a-z" in content.lower() else known["L"]
        return f"[^{content}]"


#: The names that Unicode has for properties of Java.
_UNICODE_NAMES = {
    "IsBasicLatin": "ASCII",
    "InBasicLatin": "ASCII",
    "Digit": "Nd",
    "Alnum": "Alphabetic",
    "XDigit": "Hex_Digit",
    "Space": "White_Space",
    "Cntrl": "Cc",
    "Blank": "Zs",
}


def _joined(match: re.Match[str]) -> str:
    """Return the character of two surrogates."""
    high, low = (int(half, 16) for half in match.groups())
    return f"\\u{{{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):x}}}"


def _groups(pattern: str) -> tuple[dict[str, int], int]:
    """Return the numbers of named groups, and the number of groups."""
    names: dict[str, int] = {}
    count = position = 0
    in_class = False
    while position < len(pattern):
        escape = _ESCAPE.match(pattern, position)
        group = _GROUP.match(pattern, position)
        if escape:
            position = escape.end()
            continue
        if group and not in_class:
            name = re.fullmatch(r"\(\?P?<([^=!>][^>]*)>", group.group())
            if name or group.group() == "(":
                count += 1
                if name:
                    names.setdefault(name[1], count)
            position = group.end()
            continue
        in_class = pattern[position] == "[" or (in_class and pattern[position] != "]")
        position += 1
    return names, count
