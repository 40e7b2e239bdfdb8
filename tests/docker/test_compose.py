"""What Docker would say of docker/, without Docker: what is named is there, pinned, bounded, watched."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = YAML(typ="safe").load(ROOT / "docker" / "compose.yaml")
SERVICES = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
PINNED = re.compile(r"^[\w./-]+:v?\d+\.\d+")
ONCE = {"migrate"}


class Stage:
    """One target of the Dockerfile with its instructions."""

    def __init__(self, base, lines):
        self.base, self.lines = base, lines

    def all_of(self, instruction):
        return [rest for name, rest in self.lines if name == instruction]


def stages():
    text = (ROOT / "docker" / "Dockerfile").read_text().replace("\\\n", " ")
    found, lines = {}, []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.partition(" ")
        if name == "FROM":
            base, _, target = rest.partition(" AS ")
            lines = []
            found[target] = Stage(base, lines)
        lines.append((name, rest))
    return found


STAGES = stages()


def test_hadolint_finds_nothing():
    linter = Path(sys.executable).with_name("hadolint")
    found = subprocess.run([linter, ROOT / "docker" / "Dockerfile"], capture_output=True, text=True)
    assert found.stdout + found.stderr == ""
    assert found.returncode == 0


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_or_built_here(name):
    service = SERVICES[name]
    if "build" in service:
        assert service["build"]["target"] in STAGES
        assert (ROOT / service["build"]["dockerfile"]).is_file()
    else:
        assert PINNED.match(service["image"])


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_can_come(name):
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert other in SERVICES
        condition = how["condition"]
        if condition == "service_completed_successfully":
            assert SERVICES[other]["restart"] == "no"
        else:
            assert (condition, "healthcheck" in SERVICES[other]) == ("service_healthy", True)


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_and_watched(name):
    service = SERVICES[name]
    limits = service["deploy"]["resources"]["limits"]
    assert limits["cpus"]
    assert limits["memory"]
    is_watched = "healthcheck" in service or name == "web"
    assert is_watched
    assert service.get("healthcheck", {}).get("disable", False) == (name in ONCE)


@pytest.mark.parametrize("name", OURS)
def test_ours_may_do_little(name):
    service = SERVICES[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged", False)


@pytest.mark.parametrize("name", SERVICES)
def test_volumes_are_declared(name):
    named = {volume.split(":")[0] for volume in SERVICES[name].get("volumes", [])}
    assert named <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("target", STAGES)
def test_an_image_runs_as_nobody_special_and_says_how_it_is(target):
    stage = STAGES[target]
    assert stage.base in STAGES or PINNED.match(stage.base)
    # By number, so that a cluster can see that it is not root's.
    assert stage.all_of("USER")[-1] == "10001"
    assert stage.all_of("HEALTHCHECK")
    assert any("/image-size" in line for line in stage.all_of("RUN"))


def test_only_the_worker_has_models():
    installs = {name: " ".join(stage.all_of("RUN")) for name, stage in STAGES.items()}
    assert "models" not in re.findall(r"\.\[([\w,]*)\]", installs["web"])[0].split(",")
    assert "models" in re.findall(r"\.\[([\w,]*)\]", installs["worker"])[0].split(",")
    with_models = {name for name in OURS if SERVICES[name]["build"]["target"] == "worker"}
    assert with_models == {"inference", "training"}


def test_every_queue_has_a_worker():
    from oversight.loop.stages import HANDLERS

    commands = [shlex.split(SERVICES[name].get("command", "")) for name in OURS]
    served = {words[words.index("--queues") + 1] for words in commands if "--queues" in words}
    assert {handler.queue for handler in HANDLERS.values()} <= served


def programs():
    """What each service and each image starts, as words."""
    yield from (
        shlex.split(SERVICES[name]["command"]) for name in OURS if "command" in SERVICES[name]
    )
    yield from (
        re.findall(r'"([^"]+)"', line) for each in STAGES.values() for line in each.all_of("CMD")
    )


@pytest.mark.parametrize("words", list(programs()), ids=" ".join)
def test_every_program_is_there(words):
    if words[0] == "python":
        assert (ROOT / words[1]).is_file()
    else:
        assert shutil.which(words[0], path=str(ROOT / ".venv" / "bin")) or shutil.which(words[0])


@pytest.mark.parametrize("name", OURS)
def test_what_must_be_set_is_told(name):
    """Whoever starts it is told by Compose what is missing, and by the file's head beforehand."""
    head = (ROOT / "docker" / "compose.yaml").read_text().partition("\nx-")[0]
    must = {
        variable
        for value in SERVICES[name]["environment"].values()
        for variable in re.findall(r"\$\{(\w+):\?", str(value))
    }
    assert must
    assert {variable for variable in must if variable not in head} == set()
