"""Audio: agents hear and speak. What models would do, the stand-in does itself."""

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
    """What is said in the audio."""
    return {"success": True, "data": {"text": _heard(world, agent_id, body)}}


def process_audio_message(world: World, agent_id: str, body: Record) -> Any:
    """What is said in the audio, and the agent's answer, written and spoken."""
    text = _heard(world, agent_id, body)
    response = reply_to(world, agent_id, text).text
    spoken = b64encode(as_mp3(response)).decode()
    return {"success": True, "data": {"text": text, "response": response, "audioResponse": spoken}}


def send_audio_message(world: World, agent_id: str, body: Record) -> Any:
    """What is said in the audio; the released server does no more with it yet."""
    told = "Audio transcribed, further processing TBD."
    return {
        "success": True,
        "data": {"transcription": _heard(world, agent_id, body), "message": told},
    }


def synthesize_speech(world: World, agent_id: str, body: Record) -> Any:
    """The text, spoken by the agent."""
    known_running_agent(world, agent_id)
    return _spoken(world, body["text"])


generate_speech = synthesize_speech


def conversation_to_speech(world: World, agent_id: str, body: Record) -> Any:
    """By the reference, a conversation read aloud; in release 1.7.2, the agent's answer to a
    text."""
    known_running_agent(world, agent_id)
    if body.get("text"):
        return _spoken(world, reply_to(world, agent_id, body["text"]).text)
    return _spoken(world, "\n".join(_line(message) for message in body["messages"]))


def _line(message: Record) -> str:
    speaker, text = message.get("speaker"), message.get("text") or ""
    return f"{speaker}: {text}" if speaker else str(text)


def _heard(world: World, agent_id: str, body: Record) -> str:
    file = checked_file(world, body, AUDIO_TYPES, what="audio")
    known_running_agent(world, agent_id)
    return transcription(file)


def _spoken(world: World, text: str) -> Content:
    """The reference promises MP3; the released server sends what its voice model makes."""
    if is_release(world):
        return Content(as_wav(text), "audio/wav")
    return Content(as_mp3(text), "audio/mpeg")
