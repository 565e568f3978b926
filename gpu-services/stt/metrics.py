"""Counters and histograms of the service."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS_S = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0)


class SttMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.sessions = Gauge("parley_stt_sessions", "Open sessions", registry=registry)
        self.refused_sessions = Counter("parley_stt_sessions_refused", "Sessions refused when full", registry=registry)
        self.idle_sessions = Counter("parley_stt_sessions_idle", "Sessions closed for their silence", registry=registry)
        self.bad_frames = Counter("parley_stt_bad_frames", "Sessions closed for what they sent", registry=registry)
        self.audio_seconds = Counter("parley_stt_audio_seconds", "Audio received", registry=registry)
        self.finals = Counter("parley_stt_finals", "Final texts by outcome", ["outcome"], registry=registry)
        self.partials = Counter("parley_stt_partials", "Partial texts by outcome", ["outcome"], registry=registry)
        self.dropped = Counter(
            "parley_stt_finals_dropped", "Decodes dropped because speech was resumed or reset", registry=registry
        )
        self.final_seconds = Histogram(
            "parley_stt_final_seconds", "From the pause message to the text", registry=registry, buckets=BUCKETS_S
        )
        self.queue_seconds = Histogram(
            "parley_stt_queue_seconds", "Wait for a worker", registry=registry, buckets=BUCKETS_S
        )
        self.tone_seconds = Histogram(
            "parley_stt_tone_seconds", "From a pause to the guess at the tone", registry=registry, buckets=BUCKETS_S
        )
        self.turn_seconds = Histogram(
            "parley_stt_turn_seconds", "From the question to the probability", registry=registry, buckets=BUCKETS_S
        )
