"""What the service can be told by its environment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from common.devices import DEVICES, card_count
from common.settings import Environment

SMART_TURN_FILE = "smart-turn/smart-turn-v3.2-cpu.onnx"


@dataclass(frozen=True)
class SttSettings:
    models_dir: Path
    model: str
    device: str
    compute_type: str
    language: str
    cpu_threads: int
    workers: int
    beam_size: int
    window_min_s: float
    window_margin_s: float
    partials: bool
    partial_interval_ms: int
    turn_detection: str
    tone_model: str
    min_voiced_ms: int
    max_sessions: int
    queue_limit: int
    idle_s: float

    fallback: SttSettings | None = None
    """For the processor, where `auto` chose a card that turns out to be of no use."""

    @staticmethod
    def read(env: Environment) -> SttSettings:
        asked = env.choice("STT_DEVICE", "cpu", DEVICES)
        if asked != "auto":
            return SttSettings.on(env, asked)
        processor = SttSettings.on(env, "cpu")
        return replace(SttSettings.on(env, "cuda"), fallback=processor) if card_count() else processor

    @staticmethod
    def on(env: Environment, device: str) -> SttSettings:
        on_gpu = device == "cuda"
        return SttSettings(
            models_dir=env.models_dir(),
            # A folder, the name of one in the models directory, or a name that the hub knows: large-v3-turbo.
            model=env.text("STT_MODEL", "large-v3-turbo" if on_gpu else "whisper-base"),
            device=device,
            compute_type=env.text("STT_COMPUTE_TYPE", "int8_float16" if on_gpu else "int8"),
            language=env.text("STT_LANGUAGE", "en"),
            cpu_threads=env.integer("STT_CPU_THREADS", 1, 1, 64),
            workers=env.integer("STT_NUM_WORKERS", 2 if on_gpu else 1, 1, 32),
            beam_size=env.integer("STT_BEAM_SIZE", 5 if on_gpu else 1, 1, 10),
            # Measured over telephone speech (README.md): 6 s and 4 s are as right as 8 s, and those as the full 30 s.
            # A GPU does the full 30 s in milliseconds; a CPU core pays for each second of window.
            window_min_s=env.number("STT_WINDOW_MIN_S", 30.0 if on_gpu else 6.0, 3.0, 30.0),
            window_margin_s=env.number("STT_WINDOW_MARGIN_S", 4.0, 1.0, 27.0),
            partials=env.flag("STT_PARTIALS", True),
            partial_interval_ms=env.integer("STT_PARTIAL_INTERVAL_MS", 250 if on_gpu else 500, 100, 5000),
            turn_detection=env.choice("TURN_DETECTION", "smart-turn", ("smart-turn", "off")),
            # A model of emotion in speech: a file, a folder or hub:OWNER/NAME/FILE.onnx. Nothing: none is asked.
            tone_model=env.text("STT_TONE_MODEL", ""),
            min_voiced_ms=env.integer("STT_MIN_VOICED_MS", 120, 0, 2000),
            max_sessions=env.integer("STT_MAX_SESSIONS", 64, 1, 4096),
            queue_limit=env.integer("STT_QUEUE_LIMIT", 64, 1, 4096),
            # Four times what the app lets pass between two `alive` frames, and more.
            idle_s=env.number("STT_IDLE_S", 60.0, 1.0, 3600.0),
        )
