"""What the service can be told by its environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from common.devices import DEVICES
from common.settings import Environment

MEGABYTE = 1 << 20
ENGINES = ("auto", "kokoro", "hibari")


@dataclass(frozen=True)
class ElevenLabsSettings:
    api_key: str
    base_url: str
    voice_id: str
    model_id: str
    timeout_s: float


@dataclass(frozen=True)
class TtsSettings:
    models_dir: Path
    provider: str
    engine: str
    voice: str
    kokoro_model: str
    device: str
    threads: int
    kokoro_workers: int
    max_streams: int
    max_text_characters: int
    cache_bytes: int
    cache_dir: Path | None
    cache_disk_bytes: int
    elevenlabs: ElevenLabsSettings | None

    @staticmethod
    def read(env: Environment) -> TtsSettings:
        provider = env.choice("TTS_PROVIDER", "local", ("local", "elevenlabs"))
        cache_dir = env.text("TTS_CACHE_DIR", "")
        return TtsSettings(
            models_dir=env.models_dir(),
            provider=provider,
            engine=env.choice("TTS_ENGINE", "auto", ENGINES),
            voice=env.text("TTS_VOICE", "af_heart"),
            # A file under the models directory or elsewhere, or "hub:<repository>/<file>" where a hub is reachable.
            kokoro_model=env.text("TTS_KOKORO_MODEL", "kokoro/kokoro-v1.0.int8.onnx"),
            device=env.choice("TTS_DEVICE", "cpu", DEVICES),
            threads=env.integer("TTS_THREADS", 1, 1, 64),
            kokoro_workers=env.integer("TTS_NUM_WORKERS", 1, 1, 16),
            max_streams=env.integer("TTS_MAX_STREAMS", 64, 1, 4096),
            max_text_characters=env.integer("TTS_MAX_TEXT_CHARACTERS", 2000, 50, 20_000),
            cache_bytes=env.integer("TTS_CACHE_MB", 64, 0, 16_384) * MEGABYTE,
            cache_dir=Path(cache_dir).expanduser() if cache_dir else None,
            cache_disk_bytes=env.integer("TTS_CACHE_DISK_MB", 256, 0, 1 << 20) * MEGABYTE,
            elevenlabs=read_elevenlabs(env) if provider == "elevenlabs" else None,
        )


def read_elevenlabs(env: Environment) -> ElevenLabsSettings:
    key = env.text("ELEVENLABS_API_KEY", "")
    key_file = env.text("ELEVENLABS_API_KEY_FILE", "")
    if not key and key_file:
        try:
            key = Path(key_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            env.fault(f"ELEVENLABS_API_KEY_FILE is {key_file!r}, which cannot be read: {error}")
    if not key and not key_file:
        env.fault("TTS_PROVIDER is elevenlabs, so ELEVENLABS_API_KEY (or ELEVENLABS_API_KEY_FILE) must be set")
    return ElevenLabsSettings(
        api_key=key,
        base_url=env.text("ELEVENLABS_BASE_URL", "https://api.elevenlabs.io").rstrip("/"),
        voice_id=env.text("ELEVENLABS_VOICE_ID", "21m00Tcm4TlvDq8ikWAM"),
        model_id=env.text("ELEVENLABS_MODEL_ID", "eleven_flash_v2_5"),
        timeout_s=env.number("ELEVENLABS_TIMEOUT_S", 10.0, 0.5, 120.0),
    )
