from __future__ import annotations

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor

from common.audio import frame_levels_dbfs, mel_power, pcm16_to_float, rms_dbfs, whisper_features


def test_the_spectrogram_is_whispers() -> None:
    noise = (np.random.default_rng(1).standard_normal(24_000) * 0.1).astype(np.float32)
    ours = whisper_features(noise, 80, 96_000)
    theirs = FeatureExtractor()(np.pad(noise, (0, 72_000)), padding=0)[:, :600]
    assert ours.shape == (80, 600)
    assert np.abs(ours - theirs).max() < 1e-4


def test_a_window_shorter_than_the_audio_cuts_it() -> None:
    assert whisper_features(np.ones(50_000, np.float32), 80, 32_000).shape == (80, 200)


def test_frames_are_counted_exactly() -> None:
    assert mel_power(np.zeros(16_000, np.float32), 80).shape == (80, 100)


def test_levels() -> None:
    square = pcm16_to_float(np.full(1600, 16384, "<i2").tobytes())
    assert abs(rms_dbfs(square) + 6.02) < 0.01
    assert frame_levels_dbfs(square, 320).shape == (5,)
    assert rms_dbfs(np.zeros(0, np.float32)) == -120.0
