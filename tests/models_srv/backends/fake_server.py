"""A chat-completions server on 127.0.0.1 that answers as a test says."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from models_srv.types import Message, Sampling


def completion(text, *, finish_reason="stop", logprobs=True, count=1, usage=None):
    """Return one chat completion; with `count` choices, each of which says its place besides."""
    choices = [
        _choice(text if count == 1 else f"{text} {at}", finish_reason, logprobs)
        for at in range(count)
    ]
    body = {"id": "x", "object": "chat.completion", "created": 0, "model": "m", "choices": choices}
    if usage:
        body["usage"] = usage
    return 200, json.dumps(body)


def _choice(text, finish_reason, logprobs):
    tokens = [
        {
            "token": part,
            "logprob": logprob,
            "bytes": None,
            "top_logprobs": [{"token": part, "logprob": logprob, "bytes": None}],
        }
        for part, logprob in [(text[:2], -0.5), (text[2:], -0.25)]
    ]
    return {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": finish_reason,
        "logprobs": {"content": tokens} if logprobs else None,
    }


class FakeServer:
    """Answers each chat completion with `reply(request) -> (status, body)`."""

    def __init__(self):
        self.requests = []
        self.headers = []
        self.reply = lambda request: completion(request["messages"][-1]["content"].upper())
        self.listed = None
        self.stream = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append(request)
                server.headers.append(self.headers)
                if server.stream:
                    self.send_stream(*server.stream)
                    return
                status, body = server.reply_to(request)
                kind = "application/json" if body.startswith(("{", "[")) else "text/html"
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body.encode())))
                    self.end_headers()
                    self.wfile.write(body.encode())
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def send_stream(self, status, encoding, stream):
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Transfer-Encoding", "chunked")
                    if encoding:
                        self.send_header("Content-Encoding", encoding)
                    self.end_headers()
                    for part in stream():
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def do_GET(self):
                body = server.listed or "{}"
                self.send_response(200 if server.listed else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *args):
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 128  # a client asks for many things at once

        self.httpd = Server(("127.0.0.1", 0), Handler)
        self.httpd.daemon_threads = True
        self.thread = threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.httpd.server_port}/v1"

    def reply_to(self, request):
        return self.reply(request)

    def close(self):
        self.httpd.shutdown()
        self.httpd.server_close()


def ask(text):
    return [Message("system", "Be brief."), Message("user", text)]


SAMPLING = Sampling(temperature=0.7, top_p=0.9, max_tokens=33, seed=3)
