"""Ids from a seed: the only randomness that a handler may use."""

from __future__ import annotations

from random import Random


class Ids:
    """Generates ids that look random, and the same ones for the same seed."""

    __slots__ = ("_random", "drawn", "seed")

    def __init__(self, seed: int | str) -> None:
        self.seed = seed
        #: The number of ids generated since the last reset.
        self.drawn = 0
        self._random = Random(seed)

    def uuid(self) -> str:
        """Return the next UUID of version 4, in lower case."""
        self.drawn += 1
        bits = self._random.getrandbits(128)
        bits = bits & ~(0xF000 << 64) & ~(0xC000 << 48) | (0x4000 << 64) | (0x8000 << 48)
        digits = f"{bits:032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def reset(self, seed: int | str | None = None) -> None:
        """Start again from the first id, with a new `seed` if one is given."""
        if seed is not None:
            self.seed = seed
        self.drawn = 0
        self._random.seed(self.seed)

    def skip(self, drawn: int) -> None:
        """Start again, as if `drawn` ids had been generated since the reset."""
        self.reset()
        self.drawn = drawn
        for _ in range(drawn):
            self._random.getrandbits(128)
