"""Where models may be asked, and with which key: against real servers on 127.0.0.1."""

import ast
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import httpx2
import pytest

import models_srv
from models_srv.addresses import (
    AddressRefused,
    address_rules,
    allowed_addresses,
    check_url,
    host_and_port,
    is_local_installation,
    key_for,
)
from models_srv.backends import openai_compatible
from models_srv.backends.openai_compatible import OpenAIBackend
from models_srv.http_client import guarded_client
from models_srv.options import ModelOptions
from models_srv.types import Message, ModelMisconfigured, ModelSpec, ModelUnavailable, Sampling

pytestmark = pytest.mark.fault("model-servers")
LOCAL: dict[str, str] = {}
SERVED = {"HOST": "0.0.0.0"}
NEAR = [
    "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1", "fd00::1",
    "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
]  # fmt: skip
NEVER = [
    "169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "::", "224.0.0.1", "ff02::1",
    "240.0.0.1", "255.255.255.255", "100.100.100.200", "fd00:ec2::254", "168.63.129.16",
]  # fmt: skip


def allows(environment, address, host="host", port=8000):
    return address_rules(environment).allows(host, port, ip_address(address))


@pytest.mark.parametrize("address", NEAR)
def test_what_is_near_is_asked_only_where_nobody_else_reaches_the_product(address):
    assert allows(LOCAL, address)
    assert not allows(SERVED, address)


@pytest.mark.parametrize("address", NEVER)
def test_what_is_no_models_place_is_asked_nowhere(address):
    assert not allows(LOCAL, address)
    assert not allows(SERVED, address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_asked_everywhere(address):
    assert allows(LOCAL, address)
    assert allows(SERVED, address)


@pytest.mark.parametrize(
    ("listed", "host", "port", "address", "is_allowed"),
    [
        ("10.0.0.0/8", "gpu", 8000, "10.1.2.3", True),
        ("10.0.0.0/8", "gpu", 8000, "192.168.1.1", False),
        ("10.0.0.5:8000", "gpu", 8000, "10.0.0.5", True),
        ("10.0.0.5:8000", "gpu", 22, "10.0.0.5", False),
        ("vllm:8000", "vllm", 8000, "172.18.0.3", True),
        ("vllm:8000", "vllm", 5432, "172.18.0.3", False),
        ("vllm", "postgres", 5432, "172.18.0.2", False),
        ("[fd00::5]:80, fd00:1::/64", "x", 443, "fd00:1::9", True),
        ("10.0.0.0/8", "x", 80, "127.0.0.1", False),
    ],
)
def test_an_installation_lists_what_it_allows(listed, host, port, address, is_allowed):
    for environment in (LOCAL, SERVED):
        environment = environment | {"MODEL_ADDRESSES": listed}
        assert allows(environment, address, host, port) is is_allowed


@pytest.mark.parametrize(
    ("environment", "is_local"),
    [
        ({}, True),
        ({"HOST": "127.0.0.1"}, True),
        ({"HOST": "0.0.0.0"}, False),
        ({"HOST": "192.168.1.5"}, False),
        ({"HTTPS": "1"}, False),
        ({"ALLOWED_HOSTS": "oversight.example"}, False),
    ],
)
def test_a_product_that_others_reach_is_not_local(environment, is_local):
    assert is_local_installation(environment) is is_local


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/v1", "http://2130706433/v1", "http://0x7f000001/v1", "http://0177.0.0.1/v1",
        "http://127.1/v1", "http://localhost/v1", "http://LOCALHOST./v1", "http://[::1]/v1",
        "http://[::ffff:7f00:1]/v1", "http://0/v1", "http://[::ffff:169.254.169.254]/v1",
    ],
)  # fmt: skip
def test_no_way_of_writing_an_address_gets_past(monkeypatch, url):
    monkeypatch.setenv("HOST", "0.0.0.0")
    with pytest.raises(AddressRefused, match="MODEL_ADDRESSES"):
        check_url(url)


@pytest.mark.parametrize(
    "url",
    ["http://a@b/v1", "http://a\\@b/v1", "ftp://a/v1", "http:///v1", "http://a:99999/v1", "//a/v1"],
)
def test_what_may_lead_to_two_places_leads_to_none(url):
    with pytest.raises(AddressRefused):
        host_and_port(url)


@pytest.mark.parametrize("name", ["MODEL_ADDRESSES", "MODEL_KEYS"])
@pytest.mark.parametrize("text", ["a b", "http://x", "x:y:z", "x/y", "=x", "A=", "A=x/y"])
def test_a_wrong_list_is_said_to_be_one(name, text):
    with pytest.raises(ValueError, match=name):
        address_rules({name: text})


@pytest.mark.parametrize(
    ("variable", "url", "is_sent"),
    [
        ("A_KEY", "https://a.example/v1", True),
        ("A_KEY", "https://A.example.:8443/v1", True),
        ("A_KEY", "https://b.example/v1", False),
        ("A_KEY", "https://a.example.evil/v1", False),
        ("A_KEY", "https://evil.a.example/v1", False),
        ("A_KEY", "https://a.example@evil/v1", False),
        ("B_KEY", "http://b.example:8000/v1", True),
        ("B_KEY", "http://b.example:8001/v1", False),
        ("B_KEY", "http://a.example/v1", False),
        ("SECRET_KEY", "https://a.example/v1", False),
        ("DATABASE_URL", "https://a.example/v1", False),
    ],
)
def test_a_key_goes_only_to_the_hosts_that_it_is_for(monkeypatch, variable, url, is_sent):
    monkeypatch.setenv("MODEL_KEYS", "A_KEY=a.example, B_KEY=b.example:8000")
    monkeypatch.setenv(variable, "the key")
    if is_sent:
        assert key_for(url, variable) == "the key"
    else:
        with pytest.raises(AddressRefused):
            key_for(url, variable)


def test_by_itself_only_the_local_server_gets_its_key(monkeypatch):
    monkeypatch.setenv("VLLM_API_KEY", "the key")
    assert key_for("http://localhost:8000/v1", "VLLM_API_KEY") == "the key"
    monkeypatch.setenv("HOST", "0.0.0.0")
    with pytest.raises(AddressRefused, match="MODEL_KEYS"):
        key_for("http://localhost:8000/v1", "VLLM_API_KEY")


class Server:
    """Answers all with a redirect to `leads_to`, or with nothing but a list of models."""

    def __init__(self, leads_to=""):
        self.asked = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.asked.append(self.headers)
                self.send_response(307 if leads_to else 200)
                if leads_to:
                    self.send_header("Location", leads_to)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815

            def log_message(self, *args):
                pass

        self.httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.httpd.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.httpd.server_port}/v1"


@pytest.fixture
def serve():
    servers = []

    def start(**options):
        servers.append(Server(**options))
        return servers[-1]

    yield start
    for server in servers:
        server.httpd.shutdown()
        server.httpd.server_close()


def ask(url, **spec):
    backend = OpenAIBackend(
        ModelSpec("openai", url, name="m", options=ModelOptions(timeout_seconds=5), **spec)
    )
    return backend.generate([[Message("user", "x")]], Sampling())


def test_no_redirect_is_followed(serve, monkeypatch):
    elsewhere = serve()
    first = serve(leads_to=f"{elsewhere.url}/chat/completions")
    with pytest.raises(ModelMisconfigured, match="307"):
        ask(first.url)
    assert len(first.asked) == 1
    assert elsewhere.asked == []


def test_the_environment_sends_no_server_anything(serve, monkeypatch):
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    proxy, server = serve(), serve()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    secrets = {
        "OPENAI_API_KEY": "sk-1", "OPENAI_ADMIN_KEY": "sk-2", "OPENAI_ORG_ID": "org-3",
        "OPENAI_PROJECT_ID": "proj-4",
    }  # fmt: skip
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ModelUnavailable):
        ask(server.url)
    assert proxy.asked == []
    sent = str(server.asked[0].items())
    assert not any(value in sent for value in secrets.values())


def test_a_name_that_leads_elsewhere_by_then_leads_nowhere(serve, monkeypatch):
    """A name's address is public when it is looked at, and this machine's when it is connected to."""
    server = serve()
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setattr(openai_compatible, "MAX_RETRIES", 0)
    answers = iter(["8.8.8.8"])

    def resolve(host, port, *args, **options):
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, (next(answers, "127.0.0.1"), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(AddressRefused, match="MODEL_ADDRESSES"):
        ask(server.url.replace("127.0.0.1", "rebinding.example"))
    assert server.asked == []


def test_one_address_of_several_that_is_refused_refuses_all(monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")
    kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
    found = [(*kind, (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
    with pytest.raises(AddressRefused):
        allowed_addresses("both.example", 80)


def test_a_name_is_asked_by_its_name(serve):
    server = serve()
    with guarded_client(timeout_seconds=5) as client:
        client.get(server.url.replace("127.0.0.1", "localhost"))
    assert server.asked[0]["Host"].startswith("localhost:")


def test_an_unknown_name_is_a_server_that_is_not_there(monkeypatch):
    def unknown(*args, **options):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    check_url("http://no.example/v1")
    with guarded_client(timeout_seconds=5) as client, pytest.raises(httpx2.ConnectError):
        client.get("http://no.example/v1")


def test_code_that_comes_with_a_model_is_never_run():
    """Said outright wherever a model is loaded; peft's adapters have no code of their own."""
    calls = []
    for path in Path(models_srv.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "from_pretrained":
                said = {word.arg: ast.unparse(word.value) for word in node.keywords}
                loader = ast.unparse(node.func)
                if not loader.startswith("Peft"):
                    calls.append((loader, said.get("trust_remote_code")))
    assert len(calls) > 4
    assert [call for call in calls if call[1] != "False"] == []
