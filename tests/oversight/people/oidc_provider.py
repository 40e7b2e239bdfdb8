"""A small OpenID provider: a real server with a key of its own, which can be made to lie."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "oversight", "a client's secret"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """`person` is who is signed in there; `lies` are put into the ID token as they are."""

    def __init__(self) -> None:
        self.key = self.signs_with = new_key()
        self.person = {"sub": "7", "email": "ada@id.example", "email_verified": True}
        self.lies: dict[str, object] = {}
        self.userinfo: dict[str, object] | None = None
        self.asked: dict[str, dict[str, str]] = {}
        self.issuer = ""

    def configuration(self) -> dict[str, object]:
        paths = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
        return {
            "issuer": self.issuer,
            "jwks_uri": f"{self.issuer}/keys",
            **{f"{name}_endpoint": f"{self.issuer}/{path}" for name, path in paths.items()},
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, object]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where somebody who signed in is sent back to."""
        code = f"code-{len(self.asked)}"
        self.asked[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, object] | None:
        asked = self.asked.pop(sent["code"], None)
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        is_right = (
            asked is not None
            and (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
            and sent["redirect_uri"] == asked["redirect_uri"]
            and challenge == asked["code_challenge"]
        )
        return (
            {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}
            if is_right
            else None
        )

    def id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
        told = self.person if self.userinfo is None else {"sub": self.person["sub"]}
        return jwt.encode(
            {**claims, **told, **self.lies}, self.signs_with, "RS256", headers={"kid": "1"}
        )


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
                return
            self.answer(
                {
                    "/.well-known/openid-configuration": provider.configuration,
                    "/keys": provider.keys,
                    "/userinfo": lambda: provider.userinfo or provider.person,
                }[parts.path]()
            )

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.answer(provider.token({key: v[0] for key, v in parse_qs(body).items()}))

        def answer(self, content: object) -> None:
            body = json.dumps(content or {"error": "invalid_grant"}).encode()
            self.send_response(200 if content else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
