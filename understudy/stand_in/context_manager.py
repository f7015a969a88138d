"""`understudy.serve`: a stand-in while a `with` block runs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from understudy.client import ApiDouble


@overload
def serve(
    source: str | Path,
    /,
    *,
    options: Sequence[str] = (),
    namespace: str | None = None,
    in_process: bool = False,
) -> AbstractContextManager[ApiDouble]: ...


@overload
def serve(
    *sources: str | Path,
    options: Sequence[str] = (),
    namespace: str | None = None,
    in_process: bool = False,
) -> AbstractContextManager[tuple[ApiDouble, ...]]: ...


def serve(
    *sources: str | Path,
    options: Sequence[str] = (),
    namespace: str | None = None,
    in_process: bool = False,
) -> AbstractContextManager[Any]:
    """Serve APIs while a `with` block runs, by their names, or documents and projects by their
    paths or URLs, as the command `understudy serve` takes them; without any, all that are bundled.

        with understudy.serve("petstore.yaml") as petstore:
            my_program(base_url=petstore.url, api_key=petstore.api_key)

    One API is its `understudy.client.ApiDouble`, several are a tuple of them, in the order of the
    sources. `options` are those of the command `understudy serve`; `in_process` needs no socket.
    Raises `understudy.errors.UsageError`.
    """
    from understudy.stand_in.server import serving  # handlers need none of it

    return serving(sources, options, namespace=namespace, in_process=in_process)
