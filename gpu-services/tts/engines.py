"""The two local voices. Each makes a whole piece at a time; neither can be heard before it is done."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from common.audio import Floats
from common.devices import require_card
from common.onnx import device_of, open_session
from models import hub
from tts.settings import TtsSettings
from tts.voice_mix import parse_mix

HIBARI_VOICE = "af_heart"
"""The Kokoro voice that hibari was distilled from, and so the only one it can stand in for."""

STYLE_ROWS = 510
STYLE_WIDTH = 256
MAX_MIXES = 16
DIGEST_CHARACTERS = 16


class KokoroEngine:
    name = "kokoro"

    def __init__(self, settings: TtsSettings) -> None:
        if settings.device == "cuda":
            require_card()
        model = locate_kokoro(settings.kokoro_model, settings.models_dir)
        self._session = open_session(model, settings.device, settings.threads)
        self.device = device_of(self._session)
        self._voices_dir = settings.models_dir / "kokoro" / "voices"
        self.voices = tuple(sorted(path.stem for path in self._voices_dir.glob("*.bin")))
        if not self.voices:
            raise FileNotFoundError(f"no voices in {self._voices_dir}: fetch them with `python -m models.fetch`")
        self._styles: dict[str, Floats] = {}
        self._mixes: dict[str, Floats] = {}
        self._vocabulary = load_vocabulary()
        # Exports differ in the names of their inputs; the ranks and types are the same.
        names = {entry.name for entry in self._session.get_inputs()}
        self._tokens_input = "tokens" if "tokens" in names else "input_ids"
        self.digest = file_digest(model)

    def synthesise(
        self, phonemes: str, voice: str, speed: float, options: onnxruntime.RunOptions | None = None
    ) -> Floats:
        """24 kHz mono. `options.terminate`, set on another thread, ends it with an exception."""
        ids = [self._vocabulary[symbol] for symbol in phonemes if symbol in self._vocabulary]
        ids = ids[:STYLE_ROWS]
        if not ids:
            return np.zeros(0, np.float32)
        inputs = {
            self._tokens_input: np.array([[0, *ids, 0]], np.int64),
            "style": self._style(voice)[min(len(ids), STYLE_ROWS - 1)][None],
            "speed": np.array([speed], np.float32),
        }
        return np.asarray(self._session.run(None, inputs, options)[0], np.float32).reshape(-1)

    def unknown_in(self, voice: str) -> str | None:
        """What of a voice, or of a mix of voices, is not there; None: it can be spoken."""
        mix = parse_mix(voice)
        if mix is None:
            return voice
        return next((name for name, _ in mix if name not in self.voices), None)

    def _style(self, voice: str) -> Floats:
        mix = parse_mix(voice) or ((voice, 1.0),)
        if len(mix) == 1:
            return self._own_style(mix[0][0])
        if voice not in self._mixes:
            # Anybody may ask for any mix: only the last few are kept.
            while len(self._mixes) >= MAX_MIXES:
                self._mixes.pop(next(iter(self._mixes)))
            mixed = sum(share * self._own_style(name) for name, share in mix)
            self._mixes[voice] = np.asarray(mixed, np.float32)
        return self._mixes[voice]

    def _own_style(self, voice: str) -> Floats:
        if voice not in self._styles:
            raw = np.fromfile(self._voices_dir / f"{voice}.bin", dtype="<f4")
            self._styles[voice] = raw.reshape(STYLE_ROWS, STYLE_WIDTH)
        return self._styles[voice]


class HibariEngine:
    name = "hibari"
    voices = (HIBARI_VOICE,)

    def __init__(self) -> None:
        import hibari  # noqa: PLC0415

        self._hibari: Any = hibari.Hibari(voice="heart")
        self.digest = f"hibari-{hibari.__version__}"

    def synthesise(self, phonemes: str, voice: str, speed: float) -> Floats:
        # The seed fixes the noise part, so that a phrase sounds the same whenever it is said.
        del voice
        return self._hibari.from_phonemes(phonemes, speed, seed=0)


def locate_kokoro(model: str, models_dir: Path) -> Path:
    if model.startswith(hub.PREFIX):
        try:
            wanted = hub.read_spec(model)
        except ValueError as error:
            raise ValueError(f"TTS_KOKORO_MODEL is {model!r}; it {error}") from None
        return hub.fetch(wanted, models_dir)
    given = Path(model).expanduser()
    return given if given.is_absolute() else models_dir / given


def load_vocabulary() -> dict[str, int]:
    """Symbols and their numbers: Kokoro's, which hibari shares."""
    import json  # noqa: PLC0415

    import hibari  # noqa: PLC0415

    path = Path(hibari.__file__).parent / "assets" / "vocab.json"
    return json.loads(path.read_text(encoding="utf-8"))


def file_digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:DIGEST_CHARACTERS]
