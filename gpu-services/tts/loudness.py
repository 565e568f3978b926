"""One constant gain a voice and engine, so that the two engines can take turns inside a reply unnoticed.

`loudness.json` holds the measured active level of each; `python -m tts.loudness` measures it again.
"""

from __future__ import annotations

import json
from pathlib import Path

from tts.voice_mix import parse_mix

TARGET_ACTIVE_RMS = 0.09
"""-21 dBFS while speaking: what a telephone expects, with room for peaks."""

FALLBACK_ACTIVE_RMS = {"kokoro": 0.083, "hibari": 0.055}
TABLE = Path(__file__).with_name("loudness.json")

SENTENCES = (
    "Breakfast is served from seven to half past ten in the garden room.",
    "I can certainly help you with that, could you tell me your name?",
)


def load_gains() -> dict[tuple[str, str], float]:
    """(engine, voice) → gain."""
    measured: dict[str, dict[str, float]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return {
        (engine, voice): TARGET_ACTIVE_RMS / rms for engine, voices in measured.items() for voice, rms in voices.items()
    }


def gain_of(gains: dict[tuple[str, str], float], engine: str, voice: str) -> float:
    return gains.get((engine, voice)) or TARGET_ACTIVE_RMS / FALLBACK_ACTIVE_RMS[engine]


def gain_of_mix(gains: dict[tuple[str, str], float], engine: str, voice: str) -> float:
    """That of its voices, by their shares: a mix is about as loud as they are."""
    mix = parse_mix(voice) or ((voice, 1.0),)
    return sum(share * gain_of(gains, engine, name) for name, share in mix)


def main() -> None:
    import numpy as np  # noqa: PLC0415

    from common.settings import Environment  # noqa: PLC0415
    from tts.engines import HibariEngine, KokoroEngine  # noqa: PLC0415
    from tts.phonemes import EnglishPhonemes  # noqa: PLC0415
    from tts.settings import TtsSettings  # noqa: PLC0415
    from tts.shaping import active_rms  # noqa: PLC0415

    settings = TtsSettings.read(Environment())
    phonemes = [piece for text in SENTENCES for piece in EnglishPhonemes().phonemes(text, "en-us")]
    hibari, kokoro = HibariEngine(), KokoroEngine(settings)
    table: dict[str, dict[str, float]] = {"hibari": {}, "kokoro": {}}
    for engine, voices in ((hibari, hibari.voices), (kokoro, kokoro.voices)):
        for voice in voices:
            audio = np.concatenate([engine.synthesise(piece, voice, 1.0) for piece in phonemes])
            table[engine.name][voice] = round(active_rms(audio), 4)
            print(engine.name, voice, table[engine.name][voice], flush=True)
    TABLE.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
