"""The environment of the card's templates, in annotate/jinja2/.

The card is rendered for every answer. Jinja2 compiles a template to Python, so that it costs a tenth
of what interpreting Django's does. Every value is escaped, and a name that is missing is an error.
"""

from datetime import datetime
from typing import Any

from django.template import defaultfilters
from django.urls import reverse
from django.utils.timezone import localtime
from jinja2 import Environment, StrictUndefined

from annotate.text.rendering import visible_html


def environment(**options: Any) -> Environment:
    """Return what settings.TEMPLATES asks for; `options` come from Django's backend."""
    made = Environment(
        loader=options["loader"],
        auto_reload=options["auto_reload"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["url"] = _url
    made.filters["model_text"] = visible_html
    made.filters["date"] = _date
    return made


def _url(name: str, *args: object) -> str:
    return reverse(name, args=args)


def _date(value: datetime, shape: str) -> str:
    return str(defaultfilters.date(localtime(value), shape))
