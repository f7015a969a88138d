"""When a connection is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl


class ReadingControl(FlowControl):
    """uvicorn's flow control, which can be held: then nothing resumes reading until its release."""

    def __init__(self, transport: Any, time: Callable[[], float]) -> None:
        super().__init__(transport)
        self._time = time
        self._is_held = False
        #: The time of the loop at which reading was last resumed.
        self.resumed_at = float("-inf")

    def hold(self) -> None:
        """Pause reading until `release`."""
        self._is_held = self.read_paused = True
        self._transport.pause_reading()

    def release(self) -> None:
        """Resume reading, if it was held."""
        if self._is_held:
            self._is_held = False
            self.resume_reading()

    def resume_reading(self) -> None:
        """Resume reading, unless it is held."""
        if self.read_paused and not self._is_held:
            self.resumed_at = self._time()
            super().resume_reading()
