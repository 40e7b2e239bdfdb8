"""The door before the engine: what it lets through, and that no dangerous route answers without a key.

The configuration is read here as nginx reads it, as far as it uses nginx: exact locations, `if` with
`return`, `map` of one header. What it uses beyond that fails the reading.
"""

import re
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

import pytest

CONFIG = Path(__file__).parents[2] / "docker" / "vllm-allowed.conf.template"
KEYS = {"VLLM_API_KEY": "model-key", "VLLM_CONTROL_API_KEY": "control-key"}
ASKED = ["/v1/models", "/v1/chat/completions", "/v1/completions"]
CONTROLLED = ["/v1/load_lora_adapter", "/v1/unload_lora_adapter", "/sleep", "/wake_up"]
# What vLLM 0.32 serves besides (vllm/entrypoints), much of it without looking at a key.
NEVER = [
    *("/pause", "/resume", "/invocations", "/ping", "/update_weights", "/start_weight_update"),
    *("/finish_weight_update", "/init_weight_transfer_engine", "/update_weight_version"),
    *("/abort_requests", "/inference/v1/abort_requests", "/weight_checker", "/get_world_size"),
    *("/collective_rpc", "/reset_prefix_cache", "/server_info", "/start_profile", "/stop_profile"),
    *("/scale_elastic_ep", "/is_scaling_elastic_ep", "/release_kv_cache_memory", "/tokenize"),
    *("/detokenize", "/tokenizer_info", "/metrics", "/docs", "/openapi.json", "/load", "/version"),
    *("/v1/responses", "/v1/embeddings", "/v1/messages", "/pooling", "/classify", "/score"),
    *("/adapters", "/adapters/x", "/fault_tolerance/status", "/is_paused", "/", "/v1"),
]


def read(text):
    """Return the header's maps, and by location its guard and where it is passed on."""
    text = re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE)
    for name, value in KEYS.items():
        text = text.replace(f"${{{name}}}", value)
    assert "${" not in text
    maps = {
        name: dict(re.findall(r'"?([^";]+?)"? (\d);', body))
        for name, body in re.findall(r"map \$http_authorization \$(\w+) \{(.*?)\}", text, re.DOTALL)
    }
    locations = {}
    for kind, path, body in re.findall(
        r"location (= )?(\S+) \{((?:[^{}]|\{[^{}]*\})*)\}", text, re.DOTALL
    ):
        assert kind == "= " or (path, body.split()) == ("/", ["return", "404;"]), path
        guard = re.fullmatch(
            r"\s*if \(\$(\w+) = 0\) \{ return 401; \}\s*proxy_pass http://engine:8000(\S+);\s*",
            body,
        )
        assert guard or path == "/", f"{path} has something else in it"
        locations[path] = guard.groups() if guard else None
    assert text.count("location") == len(locations)
    return {name: {k.strip(): v for k, v in rows.items()} for name, rows in maps.items()}, locations


MAPS, LOCATIONS = read(CONFIG.read_text())


def ask(path, key=None):
    """Return the status, or the engine's path that a request is passed on to."""
    place = normpath(unquote(path).replace("//", "/"))
    found = LOCATIONS.get(place)
    if found is None:
        return 404
    guard, passed_on = found
    header = f"Bearer {KEYS[key]}" if key else ""
    return passed_on if MAPS[guard].get(header, MAPS[guard]["default"]) == "1" else 401


@pytest.mark.parametrize("path", [*ASKED, *CONTROLLED, *NEVER])
def test_without_a_key_nothing_answers(path):
    assert ask(path) in (401, 404)


@pytest.mark.parametrize("path", NEVER)
@pytest.mark.parametrize("key", KEYS)
def test_what_we_do_not_use_is_not_there_with_any_key(path, key):
    assert ask(path, key) == 404


@pytest.mark.parametrize("path", ASKED)
def test_models_are_asked_with_either_key(path):
    assert [ask(path, key) for key in KEYS] == [path, path]


@pytest.mark.parametrize("path", CONTROLLED)
def test_adapters_are_loaded_with_the_control_key_alone(path):
    assert ask(path, "VLLM_API_KEY") == 401
    assert ask(path, "VLLM_CONTROL_API_KEY") == path


@pytest.mark.parametrize(
    "path", ["/v1/models/../../pause", "/v1/models/%2e%2e/%2e%2e/pause", "//pause", "/v1/models/x"]
)
def test_a_path_that_winds_leads_nowhere(path):
    assert ask(path, "VLLM_CONTROL_API_KEY") == 404


def test_what_is_passed_on_is_what_was_allowed():
    assert all(found[1] == path for path, found in LOCATIONS.items() if found)
    assert {path for path, found in LOCATIONS.items() if found} == {*ASKED, *CONTROLLED}
