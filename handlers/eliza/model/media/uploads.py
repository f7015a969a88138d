"""Uploaded files, kept as long as there is room, and the paths to read them."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import Any

from understudy import Collection, Index, Problem, Record, Upload, World

from ..clock import milliseconds
from ..persona import is_release
from ..record_types import UploadRecord, UploadSizesRecord
from ..validation import PLATFORM
from .speech import AUDIO_TYPES

#: Media types of files that may be uploaded.
MEDIA_TYPES = (
    *AUDIO_TYPES,
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/mp4",
    "video/webm",
    "application/pdf",
    "text/plain",
)

_BY_AGE = Index()
UPLOADS = Collection("uploads", (_BY_AGE,), evictable=True, record=UploadRecord, key="key")
UPLOAD_SIZES = Collection("sizes of uploads", record=UploadSizesRecord)

#: The size of all uploads together, in bytes; beyond it the oldest are deleted.
_MOST_BYTES = 50_000_000

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")


def checked_file(
    world: World,
    body: Record,
    allowed: tuple[str, ...],
    *,
    what: str,
    lists_types: bool = True,
) -> Upload:
    """Return the uploaded file. Raises Problem for a missing file or a wrong type."""
    file = body.get("file")
    if not isinstance(file, Upload):
        raise Problem(400, f"No {what} file provided", code="INVALID_REQUEST")
    if file.media_type not in allowed:
        raise wrong_file_type(world, allowed, what=what, lists_types=lists_types)
    return file


def wrong_file_type(
    world: World, allowed: tuple[str, ...], *, what: str, lists_types: bool = True
) -> Problem:
    """Return the problem of a file of another type; its message lists the right ones, or not."""
    kind = "audio file" if what == "audio" else "file"
    message = f"Invalid {kind} type"
    if lists_types:
        message += f". Only {', '.join(allowed)} are allowed"
    if is_release(world):  # its parser of forms refuses it
        return Problem(500, message, code=PLATFORM)
    return Problem(415, message, code="INVALID_FILE_TYPE")


def keep(world: World, owner: str, owner_id: str, file: Upload) -> dict[str, Any]:
    """Store a file of an agent or a channel; return its URL and names."""
    extension = _EXTENSION.search(file.filename)
    number = int(world.ids.uuid()[:8], 16) % 1_000_000_000
    filename = f"{milliseconds(world)}-{number}{extension[0] if extension else ''}"
    key = f"{owner}/{owner_id.lower()}/{filename}"
    record = {
        "key": key,
        "body": b64encode(file).decode(),  # records are JSON
        "size": len(file),
        "mediaType": file.media_type,
    }
    world.store.put(UPLOADS, key, record)
    _make_room(world, len(file))
    return {
        "url": f"/media/uploads/{owner}/{owner_id}/{filename}",
        "filename": filename,
        "originalName": file.filename,
        "size": len(file),
    }


def _make_room(world: World, added: int) -> None:
    """Count the bytes that were added, and delete the oldest files if there are too many."""
    sizes = world.store.get(UPLOAD_SIZES, "all") or {"bytes": 0}
    size = sizes["bytes"] + added
    while size > _MOST_BYTES:
        oldest, *others = world.store.list(UPLOADS, _BY_AGE, limit=2)
        if not others:  # the memory budget has removed files before
            size = added
            break
        world.store.delete(UPLOADS, oldest["key"])
        size -= oldest["size"]
    world.store.put(UPLOAD_SIZES, "all", {"bytes": size})


def read(world: World, owner: str, owner_id: str, filename: str) -> Record | None:
    """Return the file with that URL, or None."""
    record = world.store.get(UPLOADS, f"{owner}/{owner_id.lower()}/{filename}")
    return None if record is None else {**record, "body": b64decode(record["body"])}


def kind_of(media_type: str) -> str:
    """Return "image", "video", "audio" or "document"."""
    kind = media_type.partition("/")[0]
    return kind if kind in ("image", "video", "audio") else "document"
