"""Speech in real audio files: what a voice model makes of text, and text of speech.

An agent's voice is a hum as long as the text. The text itself is a comment in the file, so that a
transcription finds it again.
"""

from __future__ import annotations

import wave
from array import array
from io import BytesIO
from math import pi, sin

#: Media types of audio that may be uploaded.
AUDIO_TYPES = (
    "audio/mpeg",
    "audio/mp3",
    "audio/wav",
    "audio/ogg",
    "audio/webm",
    "audio/mp4",
    "audio/aac",
    "audio/flac",
    "audio/x-wav",
    "audio/wave",
)

#: The duration of speech in milliseconds: for each character, and at most.
_EACH_CHARACTER = 50
_LONGEST = 5000
#: How many characters of the text are kept in the file.
_MOST_TEXT = 1000

_RATE = 8000
#: A tenth of a second of a hum, which repeats without a click.
_TENTH = array("h", (int(3000 * sin(2 * pi * 160 * n / _RATE)) for n in range(_RATE // 10)))
_HUM = _TENTH.tobytes()

#: The tags of the comment in a WAV file and in an MP3 file.
_WAV_COMMENT, _MP3_COMMENT = b"ICMT", b"TXXX"

#: One frame of silence, 26 ms of MPEG-1 layer III at 32 kbit/s and 44.1 kHz, mono.
_SILENCE = b"\xff\xfb\x10\xc4" + bytes(100)
_FRAME = 26


def as_wav(text: str) -> bytes:
    """Return the text as speech in a WAV file."""
    file_content = BytesIO()
    with wave.open(file_content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(_HUM * max(_duration(text) // 100, 1))
    encoded = _encoded(text)
    comment = _WAV_COMMENT + len(encoded).to_bytes(4, "little") + encoded + bytes(len(encoded) % 2)
    chunk = b"LIST" + (len(comment) + 4).to_bytes(4, "little") + b"INFO" + comment
    whole = file_content.getvalue()[8:] + chunk
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def as_mp3(text: str) -> bytes:
    """Return the text as speech in an MP3 file: silence, since a hum would need an encoder."""
    encoded = b"\x03\0" + _encoded(text)  # in UTF-8, without a description
    frame = _MP3_COMMENT + _synchsafe(len(encoded)) + b"\0\0" + encoded
    tag = b"ID3\x04\0\0" + _synchsafe(len(frame)) + frame
    return tag + _SILENCE * max(_duration(text) // _FRAME, 1)


def _synchsafe(size: int) -> bytes:
    """Encode a size as ID3 does: seven bits a byte."""
    return bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))


def _duration(text: str) -> int:
    return min(len(text) * _EACH_CHARACTER, _LONGEST)


def _encoded(text: str) -> bytes:
    return text[:_MOST_TEXT].encode("utf-8", "replace")


def transcription(audio: bytes) -> str:
    """Return the text in an agent's speech; for other audio, a sentence with its size."""
    comment = _comment_of_mp3(audio) if audio.startswith(b"ID3") else _comment_of_wav(audio)
    if comment is None:
        return f"Something is said in {len(audio)} bytes of audio."
    return comment.decode("utf-8", "replace")


def _comment_of_wav(audio: bytes) -> bytes | None:
    at = audio.rfind(_WAV_COMMENT)
    if at < 0 or not audio.startswith(b"RIFF"):
        return None
    return audio[at + 8 : at + 8 + int.from_bytes(audio[at + 4 : at + 8], "little")]


def _comment_of_mp3(audio: bytes) -> bytes | None:
    at = audio.find(_MP3_COMMENT, 0, 64)
    if at < 0:
        return None
    size = 0
    for byte in audio[at + 4 : at + 8]:
        size = size << 7 | byte & 0x7F
    return audio[at + 12 : at + 10 + size]  # after two bytes of flags and two of our own
