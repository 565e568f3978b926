"""Counters and histograms of the service."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0)


class TtsMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.streams = Gauge("parley_tts_streams", "Requests being served", registry=registry)
        self.requests = Counter("parley_tts_requests", "Requests by outcome", ["outcome"], registry=registry)
        self.pieces = Counter("parley_tts_pieces", "Pieces by engine and cache", ["engine", "cache"], registry=registry)
        self.audio_seconds = Counter("parley_tts_audio_seconds", "Audio made", ["engine"], registry=registry)
        self.fallbacks = Counter(
            "parley_tts_fallbacks",
            "Pieces the fast voice said instead of Kokoro: no-time (known beforehand), late, failed",
            ["cause"],
            registry=registry,
        )
        self.first_seconds = Histogram(
            "parley_tts_first_seconds", "From the request to the first audio", registry=registry, buckets=BUCKETS_S
        )
        self.cache_bytes = Gauge("parley_tts_cache_bytes", "Phrases kept in memory", registry=registry)
        self.kokoro_ms_per_phoneme = Gauge(
            "parley_tts_kokoro_ms_per_phoneme", "Speed of Kokoro as learned lately", registry=registry
        )
