"""The starter models, and the domain that they were trained for: what a new installation shows."""

from models_srv.domains.arithmetic.registry import STARTERS, WEIGHTS, starter_spec

__all__ = ["ABOUT", "DOMAIN", "STARTERS", "WEIGHTS", "starter_spec"]

DOMAIN = "arithmetic"
ABOUT = "Ships with the product and runs on any machine: word problems in arithmetic."
