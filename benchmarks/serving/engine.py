"""A real vLLM on this machine's processor: `make test-vllm` makes the environment that it runs in."""

import os
import signal
import subprocess
import time
from pathlib import Path

import httpx2

from benchmarks.stack import ROOT, free_port
from models_srv.domains.arithmetic.registry import starter_spec

# An environment of its own: vLLM wants other versions than we do.
PYTHON = Path(os.environ.get("VLLM_PYTHON") or ROOT / ".venv-vllm/bin/python")
BASE = "starter"
KEY = "a-key-for-tests"
KEY_ENV = "VLLM_API_KEY"
START_SECONDS = 400


class Engine:
    """vLLM with the starter learner as its base; adapters are loaded while it runs."""

    def __init__(self, log: Path, most: int = 32) -> None:
        """Write to `log`, and answer `most` requests at a time."""
        self.log, self.most, self.port = log, most, free_port()
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        arguments = [
            *("--model", starter_spec("learner").location, "--served-model-name", BASE),
            *("--host", "127.0.0.1", "--port", str(self.port), "--api-key", KEY),
            *("--enable-lora", "--max-lora-rank", "16", "--max-loras", "4"),
            *("--dtype", "float32", "--enforce-eager", "--no-enable-chunked-prefill"),
            *("--max-model-len", "1024", "--max-num-seqs", str(self.most), "--max-logprobs", "20"),
        ]
        environment = os.environ | {
            "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "True",
            "VLLM_CPU_KVCACHE_SPACE": "1",
            "VLLM_NO_USAGE_STATS": "1",
            "HF_HUB_OFFLINE": "1",
        }
        environment.pop("PYTHONPATH", None)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [PYTHON, "-m", "vllm.entrypoints.openai.api_server", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        self._wait()

    def kill(self) -> None:
        """End it outright, its engine process too."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                httpx2.get(f"http://127.0.0.1:{self.port}/health", timeout=2).raise_for_status()
                return
            except httpx2.HTTPError:
                time.sleep(0.5)
        tail = self.log.read_text(errors="replace").splitlines()[-30:]
        self.kill()
        raise RuntimeError("vLLM did not start:\n" + "\n".join(tail))
