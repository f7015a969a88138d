"""Audio: agents hear and speak. The stand-in does itself what models would do."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from understudy import Content, Record, World

from .model.agents.agent import known_running_agent
from .model.media.speech import AUDIO_TYPES, as_mp3, as_wav, transcription
from .model.media.uploads import checked_file
from .model.messaging.replies import reply_to
from .model.persona import is_release


def transcribe_audio(world: World, agent_id: str, body: Record) -> Any:
    """Transcribe audio."""
    return {"success": True, "data": {"text": _transcribe(world, agent_id, body)}}


def process_audio_message(world: World, agent_id: str, body: Record) -> Any:
    """Transcribe audio, and return the agent's reply as text and as speech."""
    text = _transcribe(world, agent_id, body)
    response = reply_to(world, agent_id, text).text
    spoken = b64encode(as_mp3(response)).decode()
    return {"success": True, "data": {"text": text, "response": response, "audioResponse": spoken}}


def send_audio_message(world: World, agent_id: str, body: Record) -> Any:
    """Transcribe audio; the released server does no more with it yet."""
    status = "Audio transcribed, further processing TBD."
    return {
        "success": True,
        "data": {"transcription": _transcribe(world, agent_id, body), "message": status},
    }


def synthesize_speech(world: World, agent_id: str, body: Record) -> Any:
    """Return a text as speech of the agent."""
    known_running_agent(world, agent_id)
    return _speak(world, body["text"])


generate_speech = synthesize_speech


def conversation_to_speech(world: World, agent_id: str, body: Record) -> Any:
    """Read a conversation aloud (the reference), or the agent's reply to a text (1.7.2)."""
    known_running_agent(world, agent_id)
    if body.get("text"):
        return _speak(world, reply_to(world, agent_id, body["text"]).text)
    return _speak(world, "\n".join(_line(message) for message in body["messages"]))


def _line(message: Record) -> str:
    speaker, text = message.get("speaker"), message.get("text") or ""
    return f"{speaker}: {text}" if speaker else str(text)


def _transcribe(world: World, agent_id: str, body: Record) -> str:
    file = checked_file(world, body, AUDIO_TYPES, what="audio")
    known_running_agent(world, agent_id)
    return transcription(file)


def _speak(world: World, text: str) -> Content:
    """Return speech: MP3 in the reference, WAV from the voice model of 1.7.2."""
    if is_release(world):
        return Content(as_wav(text), "audio/wav")
    return Content(as_mp3(text), "audio/mpeg")
