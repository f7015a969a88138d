"""Ids from a seed: the only randomness that a handler may use."""

from __future__ import annotations

from hashlib import blake2b

#: The digits of a UUID that say its variant, RFC 9562.
_VARIANTS = "89ab"


class Ids:
    """Generates ids that look random, and the same ones for the same seed.

    An id depends on the seed and its own number only, so that to skip many of them costs nothing.
    """

    __slots__ = ("_hash", "_last", "seed")

    def __init__(self, seed: int | str) -> None:
        self.seed = seed
        self._last = 0
        self._hash = _hash_of(seed)

    def uuid(self) -> str:
        """Return the next UUID of version 4, in lower case."""
        self._last = number = self._last + 1
        return self._uuid(b"%d" % number)

    def _uuid(self, number: bytes) -> str:
        """Return the UUID of a number."""
        hashed = self._hash.copy()
        hashed.update(number)
        digits = hashed.hexdigest()
        variant = _VARIANTS[int(digits[16], 16) % 4]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    def reset(self, seed: int | str | None = None) -> None:
        """Start again from the first id, with a new `seed` if one is given."""
        if seed is not None:
            self.seed = seed
            self._hash = _hash_of(seed)
        self._last = 0

    @property
    def drawn(self) -> int:
        """The number of ids generated since the last reset."""
        return self._last

    def skip(self, drawn: int) -> None:
        """Start again, as if `drawn` ids had been generated since the reset."""
        self._last = drawn


def _hash_of(seed: int | str) -> blake2b:
    return blake2b(f"{seed}:".encode(errors="surrogatepass"), digest_size=16)
