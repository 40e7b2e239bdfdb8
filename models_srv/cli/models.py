"""Which model a command asks, and how: the same backends that the product has."""

from argparse import ArgumentParser, Namespace

from models_srv.domains.starters import STARTERS, starter_spec
from models_srv.types import ModelMisconfigured, ModelSpec, Sampling

STARTER = "starter:"


def add_model_options(parser: ArgumentParser) -> None:
    """Add the options that say where the model is."""
    where = parser.add_argument_group("the model")
    where.add_argument(
        "--model",
        default="",
        help="a folder, a hub id, or starter:learner, :reviser, :critic, :attacker",
    )
    where.add_argument("--adapter", default="", help="a LoRA adapter's folder, on top of the model")
    where.add_argument("--server", default="", help="or a server's base URL, which ends in /v1")
    where.add_argument("--name", default="", help="the model's name on its server")
    where.add_argument(
        "--key-env", default="", help="the environment variable with the server's key"
    )
    where.add_argument("--backend", default="", help="the name of a backend that you installed")


def add_sampling_options(parser: ArgumentParser, *, temperature: float, tokens: int) -> None:
    """Add the options that say how it is sampled."""
    how = parser.add_argument_group("sampling")
    how.add_argument(
        "--temperature", type=float, default=temperature, help="0: always the likeliest"
    )
    how.add_argument("--top-p", type=float, default=1.0)
    how.add_argument("--max-tokens", type=int, default=tokens)
    how.add_argument("--seed", type=int, default=0)
    how.add_argument("--batch", type=positive, default=64, help="rows asked together")


def is_named(options: Namespace) -> bool:
    """Whether a model was named at all."""
    return bool(options.model or options.server)


def spec_of(options: Namespace) -> ModelSpec:
    """Return where the model is. Raises ModelMisconfigured where none, or two, were named."""
    if bool(options.model) == bool(options.server):
        raise ModelMisconfigured("Name one model: --model FOLDER, or --server URL with --name.")
    if options.server:
        if not options.name:
            raise ModelMisconfigured("Say by --name which of the server's models it is.")
        return ModelSpec(
            options.backend or "openai", options.server, options.name, api_key_env=options.key_env
        )
    if options.model.startswith(STARTER):
        name = options.model.removeprefix(STARTER)
        if name not in STARTERS:
            raise ModelMisconfigured(
                f"There is no {options.model}: use one of {', '.join(STARTERS)}."
            )
        return starter_spec(name)
    return ModelSpec(
        options.backend or "transformers",
        options.model,
        options.name,
        adapter=options.adapter,
        api_key_env=options.key_env,
    )


def sampling_of(options: Namespace) -> Sampling:
    return Sampling(
        temperature=options.temperature,
        top_p=options.top_p,
        max_tokens=options.max_tokens,
        seed=options.seed,
    )


def title_of(options: Namespace) -> str:
    """Return the model's name as the rows that it wrote keep it."""
    where = f"{options.name} at {options.server}" if options.server else options.model
    return f"{where} with {options.adapter}" if options.adapter else where


def positive(text: str) -> int:
    """Return a number of an option that is above 0; argparse says so where it is none."""
    value = int(text)
    if value < 1:
        raise ValueError
    return value
