"""With the real models: tokens stream, an abort reaches llama.cpp, sentence vectors tell wordings apart."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np
import pytest

from conftest import HERE, wait_until_loaded
from llm.embeddings import MiniLm

pytestmark = pytest.mark.models

LIMIT_S = 60.0
HELLO = [{"role": "user", "content": "Say hello in five words."}]
STORY = [{"role": "user", "content": "Tell a very long story about a ship."}]


def test_wordings_of_one_question_are_near(models_dir: Path) -> None:
    minilm = MiniLm(models_dir / "minilm")
    vectors = [
        minilm.embed(text)[0]
        for text in ("When is breakfast?", "What time do you serve breakfast?", "Can I bring my dog?")
    ]
    assert all(abs(float(np.linalg.norm(vector)) - 1) < 1e-5 for vector in vectors)
    assert float(vectors[0] @ vectors[1]) > 0.75
    assert float(vectors[0] @ vectors[2]) < 0.3


@pytest.fixture(scope="module")
def service(models_dir: Path) -> Iterator[tuple[httpx2.Client, subprocess.Popen[bytes]]]:
    environment = {**os.environ, "PARLEY_MODELS_DIR": str(models_dir)}
    command = [sys.executable, "-c", PORT_ZERO]
    process = subprocess.Popen(command, cwd=HERE, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    port = next(json.loads(line)["port"] for line in process.stdout if b'"port"' in line)
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=LIMIT_S, trust_env=False) as client:
        assert wait_until_loaded(client).status_code == 200
        yield client, process
    process.kill()
    process.wait()
    process.stdout.close()


PORT_ZERO = """
import json, socket, sys
from llm.server import build
from common.service import serve
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
print(json.dumps({"port": port}), flush=True)
serve("llm", port, build, ["--port", str(port), "--log-level", "error"])
"""

Served = tuple[httpx2.Client, "subprocess.Popen[bytes]"]


def test_tokens_stream_to_the_end(service: Served) -> None:
    client, _ = service
    body = {"messages": HELLO, "stream": True, "max_tokens": 12, "temperature": 0}
    with client.stream("POST", "/v1/chat/completions", json=body) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in reply.iter_lines() if line]
    assert lines[-1] == "data: [DONE]"
    deltas = [json.loads(line[6:])["choices"][0]["delta"].get("content") for line in lines[:-1]]
    assert len([delta for delta in deltas if delta]) > 3


def test_going_away_frees_the_slot(service: Served) -> None:
    client, _ = service
    body = {"messages": STORY, "stream": True, "max_tokens": 500}
    with client.stream("POST", "/v1/chat/completions", json=body) as reply:
        next(reply.iter_lines())
    # The slot is free a moment before the request is counted.
    wanted = ("llamacpp:requests_processing 0", 'parley_llm_requests_total{outcome="aborted"} 1.0')
    end_s = time.monotonic() + 5
    while any(line not in (text := client.get("/metrics").text) for line in wanted):
        counted = [line for line in text.splitlines() if line.startswith("parley_llm_requests_total")]
        assert time.monotonic() < end_s, counted
        time.sleep(0.02)


def test_models_and_vectors_are_served(service: Served) -> None:
    client, _ = service
    names = [model["id"] for model in client.get("/v1/models").json()["data"]]
    assert names == ["SmolLM2-135M-Instruct", "all-MiniLM-L6-v2"]
    reply = client.post("/v1/embeddings", json={"model": "any", "input": ["hello", "good bye"]}).json()
    assert [entry["index"] for entry in reply["data"]] == [0, 1]
    assert len(reply["data"][0]["embedding"]) == 384
    assert client.post("/v1/embeddings", json={"input": []}).status_code == 400


def test_the_engine_comes_back_and_sigterm_ends_with_code_nought(service: Served) -> None:
    client, process = service
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("no /proc to find the engine's process by")
    os.kill(int(children.read_text().split()[0]), signal.SIGKILL)
    end_s = time.monotonic() + LIMIT_S
    while client.get("/health").status_code == 200:
        assert time.monotonic() < end_s
    assert wait_until_loaded(client).status_code == 200
    assert client.post("/v1/chat/completions", json={"messages": HELLO, "max_tokens": 3}).status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=5) == 0
