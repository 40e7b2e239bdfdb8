"""What stands between a server and us when things go wrong."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2

from benchmarks.serving.engine import BASE


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
