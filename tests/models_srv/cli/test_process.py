"""The command as the shell starts it: pipes, its exit code, and what it does without."""

import json
import subprocess
import sys

COMMAND = [sys.executable, "-m", "models_srv.cli"]


def test_through_a_pipe_without_django(tiny_model):
    code = (
        "import runpy, sys; sys.modules['django'] = None;"
        "runpy.run_module('models_srv.cli', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "generate", "--model", str(tiny_model), "--max-tokens", "3"],
        input='{"query": "What is 2 + 3?"}\n',
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    [row] = map(json.loads, done.stdout.splitlines())
    assert row["query"] == "What is 2 + 3?"
    assert row["finish_reason"] in ("length", "stop")


def test_help_and_wrong_options_need_no_heavy_import():
    code = "import sys, models_srv.cli.__main__;"
    code += "print({'torch', 'transformers', 'datasets', 'django'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_an_error_is_the_exit_code_and_a_line():
    done = subprocess.run(
        [*COMMAND, "generate", "/no/where.jsonl", "--model", "m"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("/no/where.jsonl cannot be read")
    assert "Traceback" not in done.stderr
