"""Uploads, and audio that becomes text."""

from __future__ import annotations

from typing import Any

from tests.eliza_releases.parity.comparison import Comparison
from tests.eliza_releases.parity.requests.common import ANY_AGENT
from tests.eliza_releases.servers import REPLY

_Files = dict[str, tuple[str | None, Any] | tuple[str, bytes, str]]

_IMAGE: _Files = {"file": ("garden.png", b"\x89PNG\r\n", "image/png")}
_TEXT: _Files = {"file": ("notes.txt", b"hello", "text/plain")}
_OTHER_NAME: _Files = {"other": ("notes.txt", b"hello", "text/plain")}
_NO_FILE: _Files = {"x": (None, "y")}

#: Where files are uploaded, and whether an upload there gets a URL.
_UPLOADS = {
    "/api/media/agents/{agent}/upload-media": True,
    "/api/media/agents/{absent}/upload-media": True,
    "/api/media/agents/nope/upload-media": False,
    "/api/media/channels/{absent}/upload-media": True,
    "/api/media/channels/nope/upload-media": False,
    "/api/messaging/channels/{absent}/upload-media": True,
    "/api/media/{agent}/upload-media": False,
}


def media(compare: Comparison) -> None:
    """Upload files and what is not a file; read uploads; send audio."""
    for path, has_url in _UPLOADS.items():
        compare("POST", path, files=_IMAGE, save={"url": "/data/url"})
        if has_url:
            compare("GET", "{url}", status_only=True)
        compare("POST", path, files=_TEXT)
        compare("POST", path, data={"agentId": "{agent}"}, files=_NO_FILE)
    compare("POST", "/api/media/agents/{agent}/upload-media", files=_OTHER_NAME)
    for directory in ("agents/{agent}", "agents/nope", "channels/nope"):
        compare("GET", f"/media/uploads/{directory}/none.png")
    audio: _Files = {"file": ("speech.wav", _speech(REPLY), "audio/wav")}
    for agent in ANY_AGENT:
        _audio(compare, f"/api/audio/{agent}", audio)
    compare("POST", "/api/audio/{agent}/speech/generate", {"text": "hello"})
    compare("POST", "/api/audio/{agent}/process-audio", files=audio)


def _audio(compare: Comparison, path: str, audio: _Files) -> None:
    for route in ("transcriptions", "audio-messages"):
        for files in (audio, _NO_FILE, _IMAGE):
            compare("POST", f"{path}/{route}", files=files)
    for route in ("audio-messages/synthesize", "speech/generate", "speech/conversation"):
        compare.each("POST", f"{path}/{route}", [{}, {"text": ""}])


def _speech(text: str) -> bytes:
    """Return audio whose transcription by the stand-in is the text."""
    comment = b"ICMT" + len(text).to_bytes(4, "little") + text.encode()
    return b"RIFF" + (len(comment) + 4).to_bytes(4, "little") + b"WAVE" + comment
