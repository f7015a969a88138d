"""Random strings that match a regular expression, with a length."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from itertools import chain
from random import Random
from string import ascii_letters, digits, printable
from typing import Any

from rstr import Rstr

from understudy.openapi.examples.generator.budget import Budget, CannotGenerate
from understudy.openapi.schemas.strings.patterns import python_pattern

#: Repetitions beyond the fewest, where no length is asked for.
_MORE = 5
#: Strings that are tried for one pattern.
_TRIES = 30
#: What a dot and an inverted class of characters stand for, the usual ones first.
_READABLE = ascii_letters + digits + "-_"
_PRINTABLE = sorted(set(printable) - set("\r\x0b\x0c"))


def pattern_strings(
    pattern: str, random: Random, fewest: int, most: int | None, budget: Budget
) -> Iterator[str]:
    """Yield strings that most likely match a pattern, with a length between `fewest` and `most`.

    Raises CannotGenerate if Python cannot read the pattern.
    """
    for number in range(_TRIES):
        seed = random.getrandbits(64)
        for text in _of_length(pattern, seed, fewest, budget, is_free=number % 3 != 2):
            if len(text) < fewest:
                filler = "".join(random.choice(ascii_letters) for _ in range(fewest - len(text)))
                if not pattern.endswith("$"):
                    yield text + filler
                if not pattern.startswith("^"):
                    yield filler + text
            elif most is None or len(text) <= most:
                yield text


def _of_length(
    pattern: str, seed: int, fewest: int, budget: Budget, *, is_free: bool
) -> Iterator[str]:
    """Yield strings of about a length, each from the same seed.

    The repetitions are random for the first one if it `is_free`; else just as many as the length
    takes.
    """
    if is_free:
        text = _generated(pattern, seed, None, budget)
        yield text
        if len(text) >= fewest:
            return
    text = _generated(pattern, seed, 0, budget)
    more = 0
    gain = 1
    for _ in range(4):
        if len(text) >= fewest:
            break
        more += -(-(fewest - len(text)) // gain)
        longer = _generated(pattern, seed, more, budget)
        gain = max(1, (len(longer) - len(text)) // max(more, 1))
        if len(longer) == len(text):
            break
        text = longer
    yield text


def _generated(pattern: str, seed: int, more: int | None, budget: Budget) -> str:
    words = python_pattern(pattern)
    if words is None:
        raise CannotGenerate
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of patterns that another Python would read differently
        try:
            return _Strings(Random(seed), more, budget).xeger(words)
        except (re.error, LookupError, ValueError, OverflowError, RecursionError) as error:
            raise CannotGenerate from error


class _Strings(Rstr):
    """Strings for one pattern: the same for the same seed, and no longer than the budget.

    `more` is how many repetitions there are beyond the fewest in all; None for a few at random.
    """

    def __init__(self, random: Random, more: int | None, budget: Budget) -> None:
        super().__init__(random)
        self._more = more
        self._budget = budget
        nothing: Callable[[Any], str] = lambda _: ""  # noqa: E731
        self._cases = {
            **self._cases,
            "any": lambda _: self._random.choice(_READABLE),
            "assert": nothing,
            "atomic_group": lambda states: "".join(self._handle_state(s) for s in states),
            "possessive_repeat": lambda value: self._handle_repeat(*value),
            "range": lambda ends: _characters(*ends),
            "groupref_exists": lambda value: "".join(
                self._handle_state(s) for s in (value[1] if value[0] in self._cache else value[2])
            ),
        }

    def _handle_repeat(self, start_range: int, end_range: int, value: Any) -> str:
        if self._more is None:
            times = self._random.randint(start_range, min(end_range, start_range + _MORE))
        else:
            more = min(int(end_range) - start_range, self._more)
            self._more -= more
            times = start_range + more
        texts = []
        for _ in range(times):
            self._budget.spend_repetition()
            texts.append("".join(self._handle_state(state) for state in value))
        return "".join(texts)

    def _handle_in(self, value: Any) -> Any:
        if value[0][0].name.lower() == "negate":
            barred = set(chain(*(self._handle_state(state) for state in value[1:])))
            allowed = [c for c in _READABLE if c not in barred]
            return self._random.choice(allowed or [c for c in _PRINTABLE if c not in barred])
        return self._random.choice(list(chain(*(self._handle_state(state) for state in value))))


def _characters(first: int, last: int) -> str:
    """Return the characters of a range, without surrogates; of a long one, the readable ones."""
    if last - first > 1000:
        readable = "".join(c for c in _READABLE if first <= ord(c) <= last)
        if readable:
            return readable
        last = first + 1000
    return "".join(chr(c) for c in range(first, last + 1) if not 0xD800 <= c <= 0xDFFF)
