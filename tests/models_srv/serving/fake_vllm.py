"""A server with vLLM's routes for adapters, whose answers a test scripts.

`weights` say which log-probabilities stand behind a folder; the base's are those of "". `swallows`:
it says that an adapter was loaded, and goes on with its base (verl #7495, vllm #18372). While
`goes_on` is not set, it says nothing of what it lists.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BASE = "base"


class FakeVllm:
    def __init__(self, weights=None, *, keys=(), control_keys=None):
        self.weights = weights or {"": lambda ids: [-3.0] * len(ids)}
        self.keys, self.control_keys = keys, control_keys if control_keys is not None else keys
        self.adapters = {}
        self.asked = []
        self.sleeps, self.can_sleep = False, True
        self.swallows = self.lists_nothing = self.lends_no_adapters = False
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.httpd.daemon_threads = True
        threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.httpd.server_port}/v1"

    def close(self):
        self.goes_on.set()
        self.httpd.shutdown()
        self.httpd.server_close()

    def restart(self):
        """A server that was started anew has its base, and nothing that was loaded at run time."""
        self.adapters.clear()

    def get(self, path):
        self.goes_on.wait()
        rows = [{"id": BASE, "root": BASE, "parent": None}]
        if not self.lists_nothing:
            rows += [
                {"id": name, "root": path, "parent": BASE} for name, path in self.adapters.items()
            ]
        return 200, {"object": "list", "data": rows}

    def post(self, path, asked):
        if path == "/v1/load_lora_adapter":
            return self._load(asked["lora_name"], asked["lora_path"])
        if path.partition("?")[0] in ("/sleep", "/wake_up"):
            if not self.can_sleep:
                return 404, {"detail": "Not Found"}
            self.sleeps = path.startswith("/sleep")
            return 200, {"status": "sleeping" if self.sleeps else "awake"}
        if path == "/v1/unload_lora_adapter":
            self.adapters.pop(asked["lora_name"], None)
            return 200, "Success"
        if asked["model"] not in {BASE, *self.adapters}:
            return 404, {"error": {"message": f"The model `{asked['model']}` does not exist."}}
        if path == "/v1/completions":
            return 200, {"choices": [{"prompt_logprobs": self._logprobs(asked)}]}
        return 200, self._chat(asked)

    def _load(self, name, path):
        if self.lends_no_adapters:
            return 404, {"detail": "Not Found"}
        if name in self.adapters:
            return 400, {"error": {"message": f"'{name}' has already been loaded."}}
        if not self.swallows and path not in self.weights:
            return 404, {"error": {"message": f"No adapter found for {path}"}}
        self.adapters[name] = path
        return 200, f"Success: LoRA adapter '{name}' added successfully."

    def _logprobs(self, asked):
        ids = asked["prompt"]
        if isinstance(ids, str):
            ids = list(range(len(ids.split())))
        path = "" if self.swallows else self.adapters.get(asked["model"], "")
        values = self.weights[path](ids)
        rows = zip(ids[1:], values[:-1], strict=True)  # nothing is before the first
        return [None, *({str(token): {"logprob": value}} for token, value in rows)]

    def _chat(self, asked):
        message = {"role": "assistant", "content": "The answer is 5."}
        return {"model": asked["model"], "choices": [{"message": message, "finish_reason": "stop"}]}

    def _handler(self):
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer(lambda: server.get(self.path))

            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.asked.append((self.path, asked))
                self.answer(lambda: server.post(self.path, asked))

            def answer(self, found):
                keys = server.control_keys if "lora" in self.path else server.keys
                sent = (self.headers["Authorization"] or "").removeprefix("Bearer ")
                status, body = (
                    found() if not keys or sent in keys else (401, {"error": "Unauthorized"})
                )
                data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments):
                pass

        return Handler


def updated(ids):
    """Log-probabilities of weights that an update has changed, other at each place."""
    return [-3.0 + 0.5 * ((7 * at + token) % 5 - 2) / 2 for at, token in enumerate(ids)]
