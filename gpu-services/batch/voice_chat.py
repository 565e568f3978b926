"""The first generation, as it was: `python -m batch.voice_chat --port 7010`.

One endpoint. A whole utterance in, a whole WAV file out; recognition, language model and voice each behind a lock and
each finished before the next begins. Kept to be compared with (npm run bench -- modes), not to be used for calls.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections import OrderedDict
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response

from batch.chat import Chat, ChatError
from batch.engines import Recogniser, Speaker
from batch.wav import WavError, read_wav
from common.access import Access
from common.http import read_bounded
from common.logs import monotonic_ms
from common.service import Service, create_app, error_response, serve
from common.settings import Environment

DEFAULT_PORT = 7010
MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_SESSIONS = 1000
HISTORY_TURNS = 10


class VoiceChat:
    def __init__(self, environment: Environment) -> None:
        self.service = Service("batch", load=self.load)
        self._environment = environment
        self._chat = Chat.read(environment)
        self._stt_lock, self._llm_lock, self._tts_lock = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
        self._histories: OrderedDict[str, list[dict[str, str]]] = OrderedDict()
        self._recogniser: Recogniser | None = None
        self._speaker: Speaker | None = None

    def load(self) -> dict[str, Any]:
        self._recogniser = Recogniser(self._environment)
        self._speaker = Speaker(self._environment)
        return {"model": self._recogniser.name, "voice": self._speaker.settings.voice}

    async def aclose(self) -> None:
        await self._chat.aclose()
        if self._speaker is not None:
            await self._speaker.aclose()

    async def answer(self, request: Request) -> Response:
        recogniser, speaker = self._recogniser, self._speaker
        if not self.service.ready or recogniser is None or speaker is None:
            return error_response(503, "NOT_READY", "models are being loaded", {"retry-after": "1"})
        body = await read_bounded(request, MAX_BODY_BYTES)
        if body is None:
            return error_response(413, "TOO_LARGE", f"the body has over {MAX_BODY_BYTES} bytes")
        try:
            fields = json.loads(body)
            audio = read_wav(base64.b64decode(fields["audio"], validate=True))
            session = str(fields.get("session", ""))[:100]
        except (ValueError, KeyError, TypeError, binascii.Error) as error:
            said = str(error) if isinstance(error, WavError) else '{"audio": a WAV file in base64, "session": text}'
            return error_response(400, "BAD_REQUEST", said)
        began_ms = monotonic_ms()
        async with self._stt_lock:
            heard = await asyncio.to_thread(recogniser.hear, audio)
        heard_ms = monotonic_ms()
        history = self._history(session)
        try:
            async with self._llm_lock:
                reply = await self._chat.reply([*history, {"role": "user", "content": heard.text or "(silence)"}])
        except ChatError as error:
            return error_response(502, "LLM", str(error))
        thought_ms = monotonic_ms()
        async with self._tts_lock:
            wav = await speaker.speak(reply)
        history.extend(({"role": "user", "content": heard.text}, {"role": "assistant", "content": reply}))
        del history[: -2 * HISTORY_TURNS]
        return Response(
            wav,
            media_type="audio/wav",
            headers={
                "x-transcript": quote(heard.text)[:4000],
                "x-reply": quote(reply)[:4000],
                "x-stt-ms": f"{heard_ms - began_ms:.0f}",
                "x-llm-ms": f"{thought_ms - heard_ms:.0f}",
                "x-tts-ms": f"{monotonic_ms() - thought_ms:.0f}",
            },
        )

    def _history(self, session: str) -> list[dict[str, str]]:
        history = self._histories.pop(session, [])
        self._histories[session] = history
        while len(self._histories) > MAX_SESSIONS:
            self._histories.popitem(last=False)
        return history


def build(environment: Environment, access: Access) -> FastAPI:
    chat = VoiceChat(environment)
    app = create_app(chat.service, on_end=chat.aclose, access=access)

    @app.post("/voice-chat")
    async def voice_chat(request: Request) -> Response:
        return await chat.answer(request)

    return app


if __name__ == "__main__":
    serve("batch", DEFAULT_PORT, build)
