"""Counters and histograms of the service. llama.cpp's own follow them at /metrics."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0, 5.0)


class LlmMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "parley_llm_requests",
            "Completions by outcome (done, aborted, refused, full, failed)",
            ["outcome"],
            registry=registry,
        )
        self.open = Gauge("parley_llm_open", "Completions that run or wait", registry=registry)
        self.first_seconds = Histogram(
            "parley_llm_first_seconds", "From the request to the first bytes", registry=registry, buckets=BUCKETS_S
        )
        self.embedding_seconds = Histogram(
            "parley_llm_embedding_seconds", "One sentence vector", registry=registry, buckets=BUCKETS_S
        )
        self.restarts = Gauge("parley_llm_engine_restarts", "Times llama.cpp was started again", registry=registry)
