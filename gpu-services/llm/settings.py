"""What the service can be told by its environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from common.settings import Environment
from models import hub


@dataclass(frozen=True)
class LlmSettings:
    models_dir: Path
    engine: str
    model: Path
    hub_file: hub.HubFile | None
    """Where `model` is fetched from when it is not there."""

    model_id: str
    threads: int
    slots: int
    context_tokens: int
    gpu_layers: int
    queue_limit: int
    max_tokens: int
    max_prompt_characters: int
    embedding_dir: Path
    embedding_id: str
    embedding_inputs: int
    upstream_url: str
    upstream_key: str
    thinks: bool

    @staticmethod
    def read(env: Environment) -> LlmSettings:
        models_dir = env.models_dir()
        given = env.text("LLM_MODEL", "smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
        hub_file = read_hub_file(env, given)
        model = hub_file.place(models_dir) if hub_file else models_dir / Path(given).expanduser()
        known_name = "SmolLM2-135M-Instruct"
        # off: sentence vectors only. remote: a vLLM or the like does the talking, and this stands before it.
        engine = env.choice("LLM_ENGINE", "llama", ("llama", "remote", "off"))
        upstream_url = env.text("LLM_UPSTREAM_URL", "http://127.0.0.1:8010").rstrip("/").removesuffix("/v1")
        if not upstream_url.startswith(("http://", "https://")):
            env.fault(f"LLM_UPSTREAM_URL is {upstream_url!r}; it must be like http://127.0.0.1:8010")
        if engine == "remote" and not env.text("LLM_MODEL_ID", ""):
            env.fault(
                "LLM_ENGINE is remote, so LLM_MODEL_ID must say what the server at LLM_UPSTREAM_URL calls its model"
            )
        return LlmSettings(
            models_dir=models_dir,
            engine=engine,
            model=model,
            hub_file=hub_file,
            model_id=env.text("LLM_MODEL_ID", known_name if known_name in model.name else model.stem),
            threads=env.integer("LLM_THREADS", 1, 1, 256),
            slots=env.integer("LLM_SLOTS", 4, 1, 64),
            context_tokens=env.integer("LLM_CONTEXT_TOKENS", 2048, 512, 131_072),
            gpu_layers=env.integer("LLM_GPU_LAYERS", 0, 0, 999),
            queue_limit=env.integer("LLM_QUEUE_LIMIT", 16, 0, 1024),
            max_tokens=env.integer("LLM_MAX_TOKENS", 512, 1, 32_768),
            max_prompt_characters=env.integer("LLM_MAX_PROMPT_CHARACTERS", 16_000, 500, 1_000_000),
            embedding_dir=models_dir / Path(env.text("LLM_EMBEDDING_MODEL", "minilm")).expanduser(),
            embedding_id=env.text("LLM_EMBEDDING_ID", "all-MiniLM-L6-v2"),
            embedding_inputs=env.integer("LLM_EMBEDDING_INPUTS", 512, 1, 4096),
            upstream_url=upstream_url,
            upstream_key=env.text("LLM_API_KEY", ""),
            thinks=env.flag("LLM_THINKING", False),
        )


def read_hub_file(env: Environment, given: str) -> hub.HubFile | None:
    if not given.startswith(hub.PREFIX):
        return None
    try:
        return hub.read_spec(given)
    except ValueError as error:
        env.fault(f"LLM_MODEL is {given!r}; it {error}")
        return None
