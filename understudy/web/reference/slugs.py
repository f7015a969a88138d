"""The last parts of the addresses of operations' pages, which are names of files, too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from understudy.openapi.operation import Operation

#: Addresses of an API's pages that are not about one operation.
_RESERVED = frozenset({"rules", "changes", "index", "search", "versions"})
#: Names that Windows gives to devices, whatever the ending.
_DEVICES = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]", re.IGNORECASE)
#: The length of a slug, without the number that tells it from another one.
_MOST_CHARACTERS = 100


def slugs_of(operations: Iterable[Operation]) -> dict[int, str]:
    """Return the slug of each operation, by its identity.

    It is the operationId itself, unless that cannot be part of an address or of a file's name, or
    is taken. Two names that differ only in upper and lower case are one on some file systems.
    """
    slugs: dict[int, str] = {}
    taken = set(_RESERVED)
    for operation in operations:
        slug = base = _slug(operation.id)
        number = 1
        while slug.lower() in taken:
            number += 1
            slug = f"{base}-{number}"
        taken.add(slug.lower())
        slugs[id(operation)] = slug
    return slugs


def _slug(name: str) -> str:
    """Return a name in the letters of ASCII, with a part of a hash for what it loses."""
    slug = re.sub(r"[^\w-]+", "-", name, flags=re.ASCII).strip("-")
    has_other_letters = bool(re.search(r"[^\W\d_]", re.sub(r"[\x00-\x7f]+", "", name)))
    if has_other_letters or len(slug) > _MOST_CHARACTERS:
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        slug = f"{slug[:_MOST_CHARACTERS]}-{digest}".strip("-")
    return f"{slug}-operation" if _DEVICES.fullmatch(slug) else slug or "it"
