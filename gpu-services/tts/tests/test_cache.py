from __future__ import annotations

import asyncio
from pathlib import Path

from tts.cache import PhraseCache, PhraseKey


def key(text: str, model: str = "m1") -> PhraseKey:
    return PhraseKey(text, "af_heart", 1.0, "en-us", model, 180)


def test_the_least_recently_used_goes_first() -> None:
    cache = PhraseCache(300)
    for text in "abc":
        asyncio.run(cache.put(key(text), bytes(100)))
    assert cache.get(key("a")) is not None
    asyncio.run(cache.put(key("d"), bytes(100)))
    assert cache.get(key("b")) is None
    assert cache.get(key("a")) is not None
    assert cache.bytes == 300


def test_another_model_is_another_phrase() -> None:
    cache = PhraseCache(300)
    asyncio.run(cache.put(key("a", "m1"), b"11"))
    assert cache.get(key("a", "m2")) is None


def test_a_phrase_larger_than_the_cache_is_not_kept() -> None:
    cache = PhraseCache(10)
    asyncio.run(cache.put(key("a"), bytes(100)))
    assert cache.bytes == 0


def test_the_disk_remembers_and_is_bounded(tmp_path: Path) -> None:
    cache = PhraseCache(1000, tmp_path, 250)
    for text in "abc":
        asyncio.run(cache.put(key(text), bytes(100)))
    assert len(list(tmp_path.glob("*.pcm"))) == 2
    again = PhraseCache(1000, tmp_path, 250)
    assert again.get(key("c")) == bytes(100)


def test_a_broken_file_is_not_played(tmp_path: Path) -> None:
    cache = PhraseCache(1000, tmp_path, 250)
    (tmp_path / key("a").file_name).write_bytes(b"odd")
    assert cache.get(key("a")) is None
