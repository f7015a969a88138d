"""The scripts that Redis runs."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path

from understudy.runtime.stores.redis.servers.commands import encode

_DIRECTORY = Path(__file__).with_name("scripts")


class Script:
    """A script, which Redis knows by its hash once it is loaded."""

    __slots__ = ("_hash", "load")

    def __init__(self, *names: str) -> None:
        source = b"\n".join((_DIRECTORY / f"{name}.lua").read_bytes() for name in names)
        self._hash = sha1(source, usedforsecurity=False).hexdigest().encode()
        #: The words of the command that loads it.
        self.load = (b"SCRIPT", b"LOAD", source)

    def run(self, keys: list[bytes], arguments: list[bytes]) -> bytes:
        """Return the command that runs it."""
        return encode(b"EVALSHA", self._hash, b"%d" % len(keys), *keys, *arguments)


READ = Script("read")
ADD = Script("assumed", "add")
COMMIT = Script("records", "assumed", "commit")
DROP = Script("records", "drop")
WINDOW = Script("assumed", "window")

SCRIPTS = (READ, ADD, COMMIT, DROP, WINDOW)
