#!/usr/bin/env python3
"""Makes the callers' speech of the benches: WAV files, each with its text beside it.

Speaks texts.json through the running tts service by Kokoro voices other than the bot's, and adds the recordings of
Debian's pocketsphinx-testdata where they are installed. Standard library only. Files that are there are kept.

    python3 bench/corpus/make.py [--out DIR] [--tts http://127.0.0.1:7002]

out/questions      what the front desk's knowledge answers, in other words than config/personas/bot.yaml
out/interruptions  for `bench call --interrupt`
out/backchannels   for `bench call --backchannel`
out/digits         digits said in groups
out/words          at least 500 words for the word error rate: reading, questions and real recordings
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import struct
import sys
import urllib.error
import urllib.request
import wave
from pathlib import Path

HERE = Path(__file__).resolve().parent
VOICES = ("am_michael", "bf_emma", "am_fenrir", "af_bella", "bm_george", "af_nicole", "am_puck", "bf_isabella")
POCKETSPHINX = Path("/usr/share/pocketsphinx/test/data")
SAMPLE_RATE_HZ = 24000


def synthesize(tts_url: str, text: str, voice: str) -> bytes:
    """PCM16 little-endian at 24 kHz."""
    body = json.dumps({"text": text, "voice": voice, "engine": "kokoro"}).encode()
    request = urllib.request.Request(f"{tts_url}/tts/stream", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as response:
        data = response.read()
    pcm = bytearray()
    offset = 0
    while offset + 4 <= len(data):
        (length,) = struct.unpack_from("<I", data, offset)
        if length == 0:
            break
        pcm += data[offset + 4 : offset + 4 + length]
        offset += 4 + length
    return bytes(pcm)


def write_wav(path: Path, pcm: bytes) -> None:
    part = path.with_suffix(".part")
    with wave.open(str(part), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE_HZ)
        out.writeframes(pcm)
    part.replace(path)


def speak_set(tts_url: str, out: Path, texts: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for index, text in enumerate(texts):
        voice = VOICES[index % len(VOICES)]
        slug = "-".join(re.findall(r"[a-z0-9]+", text.lower())[:5])
        path = out / f"{index + 1:02d}-{slug}.wav"
        path.with_suffix(".txt").write_text(text + "\n")
        if path.exists():
            continue
        write_wav(path, synthesize(tts_url, text, voice))
        print(f"{path.relative_to(out.parent)}  {voice}", file=sys.stderr)


def copy_recordings(out: Path) -> None:
    """Real people: card commands and sentences out of LibriVox, 16 kHz."""
    if not POCKETSPHINX.is_dir():
        print("pocketsphinx-testdata is not installed; real recordings are left out (apt-get install it)", file=sys.stderr)
        return
    out.mkdir(parents=True, exist_ok=True)
    for folder, transcription in (("cards", "cards.transcription"), ("librivox", "transcription")):
        for line in (POCKETSPHINX / folder / transcription).read_text().splitlines():
            match = re.match(r"<s>(.*)</s>\s*\((.+)\)", line)
            source = POCKETSPHINX / folder / f"{match.group(2)}.wav" if match else None
            if match is None or source is None or not source.exists():
                continue
            target = out / f"{folder}-{match.group(2)[-4:]}.wav"
            shutil.copyfile(source, target)
            target.with_suffix(".txt").write_text(" ".join(match.group(1).split()) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE / "out")
    parser.add_argument("--tts", default="http://127.0.0.1:7002")
    options = parser.parse_args()
    texts: dict[str, list[str]] = json.loads((HERE / "texts.json").read_text())
    try:
        for name in ("questions", "interruptions", "backchannels", "digits"):
            speak_set(options.tts, options.out / name, texts[name])
        speak_set(options.tts, options.out / "words", texts["reading"])
    except urllib.error.URLError as error:
        print(f"{options.tts} does not speak ({error.reason}): start the app first", file=sys.stderr)
        return 1
    for path in sorted((options.out / "questions").glob("*.*")):
        shutil.copyfile(path, options.out / "words" / f"q{path.name}")
    copy_recordings(options.out / "words")
    words = sum(len(path.read_text().split()) for path in (options.out / "words").glob("*.txt"))
    print(f"{options.out}: {words} words for the word error rate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
