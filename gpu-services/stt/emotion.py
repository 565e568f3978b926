"""The tone of an utterance by a model of emotion in speech, in ONNX: from a file, or from a hub. None comes along.

Two forms are known, told apart by their inputs. *Waveform* (wav2vec2, HuBERT, emotion2vec): samples in, one number a
label out; the labels stand in `config.json` (`id2label`) or `labels.txt` beside the model, or in its metadata
(`labels`). *SenseVoice*: LFR features in, one token a frame out, the second of which names the emotion; what it needs
stands in its metadata and in `tokens.txt` beside it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from common.audio import STT_RATE_HZ, Floats
from common.onnx import open_session
from stt.fbank import low_frame_rate, mel_filterbank

TONES = ("neutral", "happy", "sad", "upset", "unsure")

TONE_OF: dict[str, str] = {
    **dict.fromkeys(("neutral", "neu", "calm", "other", "unknown", "<unk>", "unk", "surprised", "surprise"), "neutral"),
    **dict.fromkeys(("happy", "hap", "happiness", "joy", "excited"), "happy"),
    **dict.fromkeys(("sad", "sadness"), "sad"),
    **dict.fromkeys(("angry", "ang", "anger", "mad", "disgust", "disgusted", "frustrated", "annoyed"), "upset"),
    **dict.fromkeys(("fear", "fearful", "confused", "uncertain", "unsure"), "unsure"),
}
"""Names that such models have for what they hear. Surprise may be good or bad, so it says nothing."""

MAX_S = 8
MIN_SAMPLES = STT_RATE_HZ // 4
HUB_PREFIX = "hub:"
SIDE_FILES = ("config.json", "labels.txt", "tokens.txt")


class EmotionForm(Protocol):
    labels: tuple[str, ...]

    def shares(self, audio: Floats) -> Floats: ...


class EmotionEngine:
    """`tone` may be asked from one thread at a time."""

    def __init__(self, model: Path, device: str = "cpu") -> None:
        session = open_session(model, device)
        self.name = model.parent.name if model.stem == "model" else model.stem
        ranks = {entry.name: len(entry.shape) for entry in session.get_inputs()}
        sense_voice = any(rank == 3 for rank in ranks.values())
        self._form: EmotionForm = SenseVoiceForm(session, model) if sense_voice else WaveformForm(session, model)
        self._tone_of = tones_of_labels(self._form.labels, model)

    def warm_up(self) -> None:
        self.tone(np.zeros(STT_RATE_HZ, np.float32))

    def tone(self, audio: Floats) -> dict[str, float] | None:
        """How likely each tone is; None where there is too little to hear."""
        recent = audio[-MAX_S * STT_RATE_HZ :]
        if recent.size < MIN_SAMPLES:
            return None
        total = dict.fromkeys(TONES, 0.0)
        for label, share in zip(self._tone_of, self._form.shares(recent), strict=True):
            total[label] += float(share)
        return {tone: round(share, 4) for tone, share in total.items()}


class WaveformForm:
    """Inputs [1, samples] (and, where it wants one, a mask of the same size); output [1, labels]."""

    def __init__(self, session: Any, model: Path) -> None:
        self._session = session
        self._inputs = [(entry.name, entry.type) for entry in session.get_inputs()]
        self.labels = read_labels(session, model)
        shape = session.get_outputs()[0].shape
        if isinstance(shape[-1], int) and shape[-1] != len(self.labels):
            raise ValueError(f"{model}: {shape[-1]} outputs and {len(self.labels)} labels")

    def shares(self, audio: Floats) -> Floats:
        wave = ((audio - audio.mean()) / np.sqrt(audio.var() + 1e-7)).astype(np.float32)[None]
        feed = {
            name: wave if "float" in kind else np.ones(wave.shape, np.int32 if "int32" in kind else np.int64)
            for name, kind in self._inputs
        }
        return as_shares(np.asarray(self._session.run(None, feed)[0], np.float64).reshape(-1))


class SenseVoiceForm:
    """SenseVoiceSmall as sherpa-onnx exports it."""

    def __init__(self, session: Any, model: Path) -> None:
        self._session = session
        self._names = [entry.name for entry in session.get_inputs()]
        meta = session.get_modelmeta().custom_metadata_map
        try:
            self._window, self._shift = int(meta["lfr_window_size"]), int(meta["lfr_window_shift"])
            self._mean = np.array([float(x) for x in meta["neg_mean"].split(",")], np.float32)
            self._scale = np.array([float(x) for x in meta["inv_stddev"].split(",")], np.float32)
            self._language, self._text_norm = int(meta["lang_auto"]), int(meta["without_itn"])
        except KeyError as missing:
            raise ValueError(
                f"{model}: its metadata lack {missing}; a SenseVoice model as sherpa-onnx exports it has it"
            ) from None
        self._loud = meta.get("normalize_samples", "1") == "0"
        found = emotion_tokens(model.with_name("tokens.txt"))
        self.labels = tuple(label for label, _ in found)
        self._ids = [token for _, token in found]

    def shares(self, audio: Floats) -> Floats:
        features = low_frame_rate(mel_filterbank(audio * 32768 if self._loud else audio), self._window, self._shift)
        features = (features + self._mean) * self._scale
        values = [
            features[None].astype(np.float32),
            np.array([len(features)], np.int32),
            np.array([self._language], np.int32),
            np.array([self._text_norm], np.int32),
        ]
        logits = np.asarray(self._session.run(None, dict(zip(self._names, values, strict=True)))[0], np.float64)
        return as_shares(logits[0, EMOTION_FRAME, self._ids], logits=True)


EMOTION_FRAME = 1
"""The first four frames name language, emotion, event and text form."""


def as_shares(values: np.ndarray, logits: bool = False) -> Floats:
    """Shares as they are; anything else is taken for logits."""
    if not logits and values.min() >= 0 and abs(values.sum() - 1) < 1e-3:
        return values.astype(np.float32)
    powers = np.exp(values - values.max())
    return (powers / powers.sum()).astype(np.float32)


def read_labels(session: Any, model: Path) -> tuple[str, ...]:
    config, listed = model.with_name("config.json"), model.with_name("labels.txt")
    if config.is_file():
        names = json.loads(config.read_text(encoding="utf-8")).get("id2label")
        if isinstance(names, dict) and names:
            return tuple(str(names[key]) for key in sorted(names, key=int))
    if listed.is_file():
        return tuple(line.strip() for line in listed.read_text(encoding="utf-8").splitlines() if line.strip())
    named = session.get_modelmeta().custom_metadata_map.get("labels", "")
    if named:
        return tuple(name.strip() for name in named.split(","))
    raise ValueError(
        f"{model}: what its outputs mean is not said: put config.json with id2label, or labels.txt, beside it"
    )


def emotion_tokens(tokens: Path) -> list[tuple[str, int]]:
    if not tokens.is_file():
        raise FileNotFoundError(f"{tokens} is not there: a SenseVoice model needs it")
    found: list[tuple[str, int]] = []
    for line in tokens.read_text(encoding="utf-8").splitlines():
        symbol, _, number = line.rpartition(" ")
        name = symbol.strip().removeprefix("<|").removesuffix("|>").lower()
        name = "unknown" if name == "emo_unknown" else name
        if symbol.startswith("<|") and name in TONE_OF and number.isdigit():
            found.append((name, int(number)))
    if not found:
        raise ValueError(f"{tokens} names no emotions, such as <|HAPPY|>")
    return found


def tones_of_labels(labels: tuple[str, ...], model: Path) -> tuple[str, ...]:
    """emotion2vec names each label twice, as `生气/angry`."""
    tones = tuple(TONE_OF.get(label.rpartition("/")[2].strip().lower(), "neutral") for label in labels)
    if len(set(tones)) < 2:
        raise ValueError(
            f"{model}: none of its labels is known ({', '.join(labels)}); known are {', '.join(sorted(TONE_OF))}"
        )
    return tones


def locate_emotion_model(name: str, models_dir: Path) -> Path:
    """A file, or a folder with `model.onnx`, as given or in the models directory.

    `hub:OWNER/NAME/FILE.onnx` is fetched, with what lies beside it.
    """
    if name.startswith(HUB_PREFIX):
        return fetch_from_hub(name.removeprefix(HUB_PREFIX), models_dir / "hub")
    given = Path(name).expanduser()
    place = given if given.is_absolute() else models_dir / given
    model = place / "model.onnx" if place.is_dir() else place
    if not model.is_file():
        raise FileNotFoundError(f"STT_TONE_MODEL is {name!r}: {model} is not there")
    return model


def fetch_from_hub(name: str, cache_dir: Path) -> Path:
    from huggingface_hub import hf_hub_download  # noqa: PLC0415
    from huggingface_hub.errors import EntryNotFoundError  # noqa: PLC0415

    owner, _, rest = name.partition("/")
    repository, _, file = rest.partition("/")
    if not (owner and repository and file):
        raise ValueError(f"STT_TONE_MODEL is 'hub:{name}': it must be hub:OWNER/NAME/FILE.onnx")
    where = f"{owner}/{repository}"
    model = Path(hf_hub_download(where, file, cache_dir=str(cache_dir)))
    folder = file.rpartition("/")[0]
    for beside in SIDE_FILES:
        try:
            path = Path(hf_hub_download(where, f"{folder}/{beside}" if folder else beside, cache_dir=str(cache_dir)))
        except EntryNotFoundError:
            continue
        assert path.parent == model.parent
    return model
