"""Symptom: a machine with a card, TTS_DEVICE=cuda, /health said cuda, and the voice was made by the processor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from common import devices, onnx
from common.devices import DeviceMissingError, load_cuda_libraries
from common.onnx import CPU, CUDA, device_of, open_session
from common.service import Service
from common.settings import Environment
from conftest import HERE
from stt import settings as stt_settings
from stt.server import load_recogniser
from stt.settings import SttSettings

LIMIT_S = 90


class FakeSession:
    """As ONNX Runtime behaves: `failing` raises where CUDA is asked for, `silent` leaves it out and says nothing."""

    behaviour = "well"

    def __init__(self, model: str, options: Any, providers: list[str], enable_fallback: int) -> None:
        assert enable_fallback == 0, "ONNX Runtime would go on by the processor"
        if self.behaviour == "failing" and CUDA in providers:
            raise RuntimeError("CUDA failure 35: driver version\n is insufficient")
        self._providers = [CPU] if self.behaviour == "silent" else providers

    def get_providers(self) -> list[str]:
        return self._providers


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"x")
    return path


def runtime(
    monkeypatch: pytest.MonkeyPatch, behaviour: str, cards: int = 1, built_with: tuple[str, ...] = (CUDA, CPU)
) -> None:
    monkeypatch.setattr(FakeSession, "behaviour", behaviour)
    monkeypatch.setattr(onnxruntime, "InferenceSession", FakeSession)
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: list(built_with))
    monkeypatch.setattr(devices, "card_count", lambda: cards)
    monkeypatch.setattr(onnx, "load_cuda_libraries", list)


def test_a_card_that_works_is_used_and_said(monkeypatch: pytest.MonkeyPatch, model: Path) -> None:
    runtime(monkeypatch, "well")
    assert device_of(open_session(model, "cuda")) == "cuda"
    assert device_of(open_session(model, "auto")) == "cuda"
    assert device_of(open_session(model, "cpu")) == "cpu"


@pytest.mark.parametrize(
    ("behaviour", "cards", "built_with", "said"),
    [
        ("failing", 1, (CUDA, CPU), "CUDA failure 35: driver version is insufficient"),
        ("silent", 1, (CUDA, CPU), "libraries or the driver of CUDA 12"),
        ("well", 0, (CUDA, CPU), "knows no card"),
        ("well", 1, (CPU,), "built without CUDA"),
    ],
)
def test_cuda_or_no_start_and_auto_goes_on(
    monkeypatch: pytest.MonkeyPatch, model: Path, behaviour: str, cards: int, built_with: tuple[str, ...], said: str
) -> None:
    runtime(monkeypatch, behaviour, cards, built_with)
    with pytest.raises(DeviceMissingError, match=said):
        open_session(model, "cuda")
    assert device_of(open_session(model, "auto")) == "cpu"


def test_auto_is_the_card_with_its_settings_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stt_settings, "card_count", lambda: 1)
    settings = SttSettings.read(Environment({"STT_DEVICE": "auto"}))
    assert (settings.device, settings.model, settings.compute_type) == ("cuda", "large-v3-turbo", "int8_float16")
    assert settings.fallback is not None
    assert (settings.fallback.device, settings.fallback.model) == ("cpu", "whisper-base")
    monkeypatch.setattr(stt_settings, "card_count", lambda: 0)
    settings = SttSettings.read(Environment({"STT_DEVICE": "auto"}))
    assert (settings.device, settings.model, settings.fallback) == ("cpu", "whisper-base", None)


@pytest.mark.parametrize("failing_at", ["construction", "warm-up"])
def test_recognition_goes_on_by_the_processor_where_auto_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, failing_at: str
) -> None:
    import stt.whisper  # noqa: PLC0415

    class FakeWhisper:
        name, compute_type = "fake", "int8"

        def __init__(self, settings: SttSettings) -> None:
            self.device = settings.device
            if self.device == "cuda" and failing_at == "construction":
                raise DeviceMissingError("no libcublas.so.12")

        def warm_up(self) -> None:
            if self.device == "cuda":
                raise DeviceMissingError("no libcublas.so.12")

    monkeypatch.setattr(stt.whisper, "WhisperEngine", FakeWhisper)
    monkeypatch.setattr(stt_settings, "card_count", lambda: 1)
    _, settings, runs_on = load_recogniser(SttSettings.read(Environment({"STT_DEVICE": "auto"})))
    assert runs_on == {"device": "cpu", "computeType": "int8", "notOnCuda": "no libcublas.so.12"}
    assert settings.model == "whisper-base"
    with pytest.raises(DeviceMissingError):
        load_recogniser(SttSettings.read(Environment({"STT_DEVICE": "cuda"})))


def test_libraries_are_loaded_from_their_packages_and_a_broken_one_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "nvidia" / "cublas" / "lib"
    folder.mkdir(parents=True)
    (folder / "libcublas.so.12").write_bytes(b"not a library")
    assert load_cuda_libraries(tmp_path / "nvidia") == []
    assert load_cuda_libraries(tmp_path / "none") == []


def test_a_device_that_is_missing_ends_the_service() -> None:
    def load() -> dict[str, Any]:
        raise DeviceMissingError("no card")

    said: list[str] = []
    service = Service("stt", load=load)
    service.on_unusable = said.append
    service.load_now()
    assert (service.health(), said) == (
        (503, {"status": "failed", "service": "stt", "reason": "no card"}),
        ["no card"],
    )


@pytest.mark.skipif(devices.card_count() > 0, reason="this machine has a card")
@pytest.mark.parametrize(
    ("name", "variables", "said"),
    [
        ("stt", {"STT_DEVICE": "cuda"}, "cannot be had: the NVIDIA driver"),
        ("tts", {"TTS_DEVICE": "cuda"}, "cannot be had: the NVIDIA driver"),
        ("llm", {"LLM_GPU_LAYERS": "99", "LLM_MODEL": "model.gguf"}, "cannot be had: LLM_GPU_LAYERS is 99"),
    ],
)
def test_the_process_ends_with_a_clear_line(name: str, variables: dict[str, str], said: str, tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF")
    outcome = subprocess.run(
        [sys.executable, "-m", f"{name}.server", "--port", "0"],
        cwd=HERE,
        env={**os.environ, "PARLEY_MODELS_DIR": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert outcome.returncode == 2
    assert said in outcome.stderr
    assert any(json.loads(line)["level"] == 50 for line in outcome.stdout.splitlines())
