"""Compiled templates, kept between processes: to compile those of a page takes longer than the
page."""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from understudy.files import cache_directory
from understudy.openapi.loading import document_cache


class TemplateCache(BytecodeCache):
    """Keeps compiled templates where documents are cached, unless others could write there: what is
    read from it is run."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket with the code of its template, if it is there."""
        code = document_cache.read(_key(bucket), bytes) if _is_private() else None
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        document_cache.write(_key(bucket), bucket.bytecode_to_string())


def _key(bucket: Bucket) -> str:
    return document_cache.key("template", bucket.key, bucket.checksum)


def _is_private() -> bool:
    """Return whether only this user can have written the files of the cache."""
    with suppress(OSError, RuntimeError):
        for directory in (cache_directory(), cache_directory() / "documents"):
            status = directory.lstat()
            if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o022:
                return False
        return True
    return False
