"""Models of emotion in speech are found, read and asked; the models here are made by the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common.audio import Floats
from conftest import wire_cases
from stt.emotion import TONES, EmotionEngine, locate_emotion_model
from stt.fbank import MELS, filters, low_frame_rate, mel_filterbank
from stt.tests.tiny_onnx import floats, sense_voice_model, waveform_model

RNG = np.random.default_rng(3)
NOISE: Floats = RNG.standard_normal(16_000).astype(np.float32) * 0.1
CLICKS: Floats = np.where(np.arange(16_000) % 400 == 0, 0.9, 0.0).astype(np.float32)
# Angry at clicks, neutral at noise.
WEIGHTS = np.array([[20.0, 0, 0, -20.0], [-8.0, -8.0, -8.0, 8.0]])
LABELS = {"0": "neu", "1": "hap", "2": "sad", "3": "ang"}


def best(tone: dict[str, float] | None) -> str:
    assert tone is not None
    assert abs(sum(tone.values()) - 1) < 1e-3
    return max(tone, key=lambda name: tone[name])


@pytest.mark.parametrize("masked", [False, True])
def test_a_waveform_model_with_its_configuration(tmp_path: Path, masked: bool) -> None:
    waveform_model(tmp_path / "model.onnx", 4, WEIGHTS, masked)
    (tmp_path / "config.json").write_text(json.dumps({"id2label": LABELS}))
    engine = EmotionEngine(locate_emotion_model(str(tmp_path), tmp_path))
    assert engine.name == tmp_path.name
    assert best(engine.tone(NOISE)) == "neutral"
    assert best(engine.tone(CLICKS)) == "upset"


def test_labels_in_a_list_or_in_the_metadata(tmp_path: Path) -> None:
    # As emotion2vec names them: each twice.
    waveform_model(tmp_path / "a.onnx", 4, WEIGHTS, labels="中立/neutral, 开心/happy, 难过/sad, 生气/angry")
    assert best(EmotionEngine(tmp_path / "a.onnx").tone(CLICKS)) == "upset"
    (tmp_path / "labels.txt").write_text("neutral\njoy\nsadness\ndisgust\n")
    assert best(EmotionEngine(tmp_path / "a.onnx").tone(CLICKS)) == "upset"


def test_a_level_or_an_offset_changes_nothing(tmp_path: Path) -> None:
    engine = EmotionEngine(waveform_model(tmp_path / "a.onnx", 4, WEIGHTS, labels="neu,hap,sad,ang"))
    assert engine.tone(NOISE) == pytest.approx(engine.tone(NOISE * 0.1 + 0.2), abs=1e-3)


def test_only_the_end_of_long_speech_is_heard_and_a_blip_is_not(tmp_path: Path) -> None:
    engine = EmotionEngine(waveform_model(tmp_path / "a.onnx", 4, WEIGHTS, labels="neu,hap,sad,ang"))
    assert best(engine.tone(np.concatenate([np.tile(NOISE, 20), np.tile(CLICKS, 8)]))) == "upset"
    assert engine.tone(NOISE[:1000]) is None
    assert best(engine.tone(np.zeros(16_000, np.float32))) in TONES


def test_a_sense_voice_model(tmp_path: Path) -> None:
    # Token 3 for frames with sound in them, token 1 for silent ones.
    weights = np.zeros((560, 5))
    weights[:, 3] = 0.01
    meta = {
        "lfr_window_size": "7",
        "lfr_window_shift": "6",
        "neg_mean": floats([0.0] * 560),
        "inv_stddev": floats([1.0] * 560),
        "lang_auto": "0",
        "without_itn": "15",
        "normalize_samples": "0",
    }
    sense_voice_model(tmp_path / "model.onnx", weights, meta)
    (tmp_path / "tokens.txt").write_text("<unk> 0\n<|NEUTRAL|> 1\n<|HAPPY|> 2\n<|ANGRY|> 3\n<|Speech|> 4\n")
    engine = EmotionEngine(tmp_path / "model.onnx")
    assert best(engine.tone(NOISE)) == "upset"
    assert best(engine.tone(np.zeros(16_000, np.float32))) == "neutral"


def test_what_a_wrong_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="STT_TONE_MODEL is 'nowhere'"):
        locate_emotion_model("nowhere", tmp_path)
    with pytest.raises(ValueError, match="hub:OWNER/NAME/FILE"):
        locate_emotion_model("hub:only-an-owner", tmp_path)
    model = waveform_model(tmp_path / "a.onnx", 4, WEIGHTS)
    with pytest.raises(ValueError, match="what its outputs mean is not said"):
        EmotionEngine(model)
    (tmp_path / "labels.txt").write_text("red\ngreen\nblue\nyellow\n")
    with pytest.raises(ValueError, match="none of its labels is known"):
        EmotionEngine(model)
    (tmp_path / "labels.txt").write_text("neutral\nangry\n")
    with pytest.raises(ValueError, match="4 outputs and 2 labels"):
        EmotionEngine(model)
    sense_voice_model(tmp_path / "b.onnx", np.zeros((560, 3)), {})
    with pytest.raises(ValueError, match="its metadata lack 'lfr_window_size'"):
        EmotionEngine(tmp_path / "b.onnx")


def test_a_model_of_a_hub_is_fetched_with_what_lies_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub.errors import EntryNotFoundError  # noqa: PLC0415

    hub = tmp_path / "snapshot"
    hub.mkdir()
    waveform_model(hub / "model.onnx", 4, WEIGHTS)
    (hub / "config.json").write_text(json.dumps({"id2label": LABELS}))
    asked: list[tuple[str, str]] = []

    def download(repository: str, file: str, cache_dir: str) -> str:
        asked.append((repository, file))
        assert cache_dir == str(tmp_path / "models" / "hub")
        if not (hub / Path(file).name).is_file():
            raise EntryNotFoundError(file)
        return str(hub / Path(file).name)

    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    model = locate_emotion_model("hub:someone/some-model/onnx/model.onnx", tmp_path / "models")
    assert best(EmotionEngine(model).tone(CLICKS)) == "upset"
    assert asked[:2] == [("someone/some-model", "onnx/model.onnx"), ("someone/some-model", "onnx/config.json")]


def test_filter_banks_follow_the_pitch_and_the_level() -> None:
    def loudest(hz: float) -> int:
        wave = np.sin(2 * np.pi * hz * np.arange(16_000) / 16_000).astype(np.float32) * 1000
        return int(mel_filterbank(wave).mean(axis=0).argmax())

    bands = [loudest(hz) for hz in (200, 500, 1000, 2000, 4000)]
    assert bands == sorted(set(bands))
    assert mel_filterbank(NOISE).shape == (98, MELS)
    assert np.allclose(mel_filterbank(NOISE * 10) - mel_filterbank(NOISE), np.log(100), atol=1e-2)
    assert mel_filterbank(NOISE[:399]).shape == (0, MELS)
    assert (filters().max(axis=1) > 0).all()


def test_low_frame_rate_stacks_frames_and_repeats_the_edges() -> None:
    stacked = low_frame_rate(np.arange(8, dtype=np.float32)[:, None], 7, 6)
    assert stacked.tolist() == [[0, 0, 0, 0, 1, 2, 3], [3, 4, 5, 6, 7, 7, 7]]


@pytest.mark.parametrize("case", wire_cases("stt-server-frames.json"))
def test_the_tones_are_those_of_the_protocol(case: dict[str, Any]) -> None:
    if case["name"] == "tone":
        assert list(json.loads(case["frame"])["tone"]) == list(TONES)
