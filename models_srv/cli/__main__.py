"""Models from the shell: JSON lines in, JSON lines out, progress on standard error.

Exit codes: 0 all went well, 1 some rows have an error or the training gave nothing, 2 the lines or
options are wrong, 75 the model is not there now, 78 it cannot be as it was named, 130 interrupted.
"""

import argparse
import os
import sys
from typing import TypeAlias

from models_srv.cli import asking, evaluating, training
from models_srv.cli.lines import STANDARD, LineError
from models_srv.cli.models import add_model_options, add_sampling_options, positive
from models_srv.domains.registry import domains
from models_srv.types import ModelMisconfigured, ModelUnavailable

WRONG_LINES, UNAVAILABLE, MISCONFIGURED, INTERRUPTED = 2, 75, 78, 130


def main(arguments: list[str]) -> int:
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    if not sys.stderr.isatty():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        return code
    except LineError as error:
        return _say(str(error), WRONG_LINES)
    except ModelUnavailable as error:
        return _say(str(error), UNAVAILABLE)
    except ModelMisconfigured as error:
        return _say(str(error), MISCONFIGURED)
    except KeyboardInterrupt:
        return _say("Interrupted. What was written stands.", INTERRUPTED)
    except BrokenPipeError:
        # Nobody reads any more. Python would say so once more when it closes the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _say(words: str, code: int) -> int:
    print(words, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models_srv.cli",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for add in (_add_generate, _add_critique, _add_attack, _add_train, _add_evaluate):
        add(commands)
    return parser


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(commands: Commands, name: str, about: str) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=about, description=about)
    parser.add_argument("input", nargs="?", default=STANDARD, help="a file of JSON lines, or -")
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    add_model_options(parser)
    return parser


def _add_generate(commands: Commands) -> None:
    parser = _command(commands, "generate", "Answer each line's “query” (or “messages”).")
    _add_asking(parser, asking.learner, temperature=1.0, tokens=512)
    parser.add_argument("--instructions", default="", help="the system turn")


def _add_critique(commands: Commands) -> None:
    parser = _command(commands, "critique", "Criticise each line's “response” to its “query”.")
    _add_asking(parser, asking.critic, temperature=0.0, tokens=512)
    parser.add_argument("--guidelines", default="", help="what the critic is told first")
    parser.add_argument("--principle", action="append", default=[], help="once for each, in order")
    parser.add_argument(
        "--no-format", action="store_true", help="for a critic that was trained on the form"
    )


def _add_attack(commands: Commands) -> None:
    parser = _command(
        commands, "attack", "Write a query of a line's “kind”, near the one in “near”."
    )
    _add_asking(parser, asking.attacker, temperature=1.0, tokens=256)
    parser.add_argument("--instructions", default="", help="the system turn")


def _add_asking(
    parser: argparse.ArgumentParser, role: object, *, temperature: float, tokens: int
) -> None:
    parser.set_defaults(run=asking.run, role=role)
    parser.add_argument("-o", "--output", default=STANDARD, help="a file, or - for standard output")
    parser.add_argument("--samples", type=positive, default=1, help="how often each line is asked")
    add_sampling_options(parser, temperature=temperature, tokens=tokens)


def _add_train(commands: Commands) -> None:
    parser = _command(
        commands, "train", "Train a model on lines of “prompt”, “chosen”, “rejected”."
    )
    parser.set_defaults(run=training.run)
    parser.add_argument("--out", required=True, help="a new folder; the model is in OUT/model")
    parser.add_argument("--validation", default="", help="a file of pairs to measure on")
    training.add_training_options(parser)


def _add_evaluate(commands: Commands) -> None:
    parser = _command(commands, "evaluate", "Measure each line's “response”, or the model's to it.")
    parser.set_defaults(run=evaluating.run)
    parser.add_argument("-o", "--output", default=STANDARD, help="a file, or - for standard output")
    parser.add_argument("--domain", choices=sorted(domains()), help="what knows which are right")
    parser.add_argument("--against", default="", help="a file of other responses to these queries")
    parser.add_argument("--instructions", default="", help="the system turn")
    parser.add_argument("--samples", type=positive, default=1, help="how often each line is asked")
    add_sampling_options(parser, temperature=0.0, tokens=512)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
