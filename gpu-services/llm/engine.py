"""llama.cpp's own server, in a process of its own: `python -m llm.engine`, started by llm.server.

It listens on a loopback port that the system chose, behind a random key, and ends when its parent's pipe closes.
A fault in native code costs this process and a second's restart, not the service.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

SETTINGS_EXIT_CODE = 2


def say(answers: int, **fields: str) -> None:
    """One line for the service that started this."""
    os.write(answers, (json.dumps(fields) + "\n").encode())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m llm.engine")
    parser.add_argument("--model", required=True)
    parser.add_argument("--model-id", required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--context-tokens", type=int, required=True)
    parser.add_argument("--gpu-layers", type=int, required=True)
    options = parser.parse_args()
    key = sys.stdin.readline().strip()

    # llama.cpp writes its own lines: the service's log is JSON on standard output, these go to standard error.
    answers = os.dup(1)
    os.dup2(2, 1)
    import xllamacpp  # noqa: PLC0415

    cards = [one["name"] for one in xllamacpp.get_device_info() if "GPU" in one["type"].name]
    if options.gpu_layers and not cards:
        say(answers, missing=f"LLM_GPU_LAYERS is {options.gpu_layers}, and this build of llama.cpp knows no card")
        sys.exit(SETTINGS_EXIT_CODE)
    params = xllamacpp.CommonParams()
    params.model.path = options.model
    params.model_alias = {options.model_id}
    params.n_ctx = options.context_tokens * options.slots
    params.n_parallel = options.slots
    params.n_gpu_layers = options.gpu_layers
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_threads_http = options.slots + 2
    params.api_keys = [key]
    params.endpoint_metrics = True
    params.endpoint_slots = False
    params.ui = False
    params.cache_ram_mib = 256
    params.verbosity = 1
    params.fit_params = False
    server = xllamacpp.Server(params)
    say(answers, address=server.listening_address, device=cards[0] if options.gpu_layers else "cpu")
    os.close(answers)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
