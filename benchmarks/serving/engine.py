"""A real vLLM on this machine's processor, and what stands between it and us when things go wrong."""

import json
import os
import signal
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2

from models_srv.domains.arithmetic.registry import starter_spec

ROOT = Path(__file__).parents[2]
# An environment of its own: vLLM wants other versions than we do.
PYTHON = Path(os.environ.get("VLLM_PYTHON") or ROOT / ".venv-vllm/bin/python")
BASE = "starter"
KEY = "a-key-for-tests"
START_SECONDS = 400


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Engine:
    """vLLM with the starter learner as its base; adapters are loaded while it runs."""

    def __init__(self, log: Path):
        self.log, self.port = log, free_port()
        self.url = f"http://127.0.0.1:{self.port}/v1"
        self.process = None

    def start(self):
        arguments = [
            *("--model", starter_spec("learner").location, "--served-model-name", BASE),
            *("--host", "127.0.0.1", "--port", str(self.port), "--api-key", KEY),
            *("--enable-lora", "--max-lora-rank", "16", "--max-loras", "4"),
            *("--dtype", "float32", "--enforce-eager", "--no-enable-chunked-prefill"),
            *("--max-model-len", "1024", "--max-num-seqs", "32", "--max-logprobs", "20"),
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

    def kill(self):
        """End it outright, its engine process too."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _wait(self):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                httpx2.get(f"http://127.0.0.1:{self.port}/health", timeout=2).raise_for_status()
                return
            except httpx2.HTTPError:
                time.sleep(0.5)
        tail = self.log.read_text(errors="replace").splitlines()[-30:]
        self.kill()
        raise RuntimeError("vLLM did not start:\n" + "\n".join(tail))


class Between:
    """A proxy before the engine. `swallows`: it says that an adapter was loaded, and has the base
    answer under its name (the silent failure). `garbles`: answers are no JSON any more. `holds`: it
    keeps each request for so many seconds before the engine sees it."""

    def __init__(self, engine):
        self.engine = engine
        self.swallows = self.garbles = False
        self.holds = 0.0
        self.swallowed = {}
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.httpd.daemon_threads = True
        threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.httpd.server_port}/v1"

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()

    def answer(self, method, path, headers, body):
        """Return a status and a body."""
        asked = json.loads(body) if body else {}
        time.sleep(self.holds)
        if self.swallows and path == "/v1/load_lora_adapter":
            self.swallowed[asked["lora_name"]] = asked["lora_path"]
            return 200, b"Success: LoRA adapter added successfully."
        name = asked.get("model", "")
        if name in self.swallowed:
            body = json.dumps(asked | {"model": BASE}).encode()
        status, found = self._pass_on(method, path, headers, body)
        if path == "/v1/models" and status == 200:
            found = self._with_swallowed(found)
        if name in self.swallowed:
            found = found.replace(f'"model":"{BASE}"'.encode(), f'"model":"{name}"'.encode())
        if self.garbles and path.endswith("/completions"):
            found = b"<html>Bad gateway</html>"
        return status, found

    def _with_swallowed(self, found):
        whole = json.loads(found)
        whole["data"] += [
            {"id": name, "root": path, "parent": BASE} for name, path in self.swallowed.items()
        ]
        return json.dumps(whole).encode()

    def _pass_on(self, method, path, headers, body):
        address = f"http://127.0.0.1:{self.engine.port}{path}"
        kept = {name: headers[name] for name in ("Authorization", "Content-Type") if headers[name]}
        try:
            reply = httpx2.request(method, address, content=body, headers=kept, timeout=120)
        except httpx2.HTTPError:
            return 502, b'{"error": {"message": "the engine is away"}}'
        return reply.status_code, reply.content

    def _handler(self):
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.relay("GET", b"")

            def do_POST(self):
                self.relay("POST", self.rfile.read(int(self.headers["Content-Length"] or 0)))

            def relay(self, method, body):
                status, found = between.answer(method, self.path, self.headers, body)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(found)))
                self.end_headers()
                self.wfile.write(found)

            def log_message(self, *arguments):
                pass

        return Handler
