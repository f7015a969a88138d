"""An app in the process of its client: how it ends."""

from __future__ import annotations

import asyncio
import gc
import time
from concurrent.futures import CancelledError
from threading import Thread
from typing import Any

import anyio
import pytest

from understudy.client.transports.in_process import InProcess


def test_ending_leaves_no_coroutine_that_was_never_awaited() -> None:
    """A task of anyio that was about to start, as one that connects is, starts and is cancelled."""

    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        async with anyio.create_task_group() as group:
            ending.start()
            time.sleep(0.2)  # meanwhile the loop is told to end
            await asyncio.sleep(0)
            group.start_soon(asyncio.sleep, 60)

    process = InProcess(app)
    ending = Thread(target=process.close)
    with pytest.raises(CancelledError):
        process.perform("GET", b"/", [], b"").result()
    ending.join()
    gc.collect()
