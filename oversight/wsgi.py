import os
from typing import cast

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.template.backends.jinja2 import Jinja2
from django.urls import get_resolver

from oversight.web.content_type import with_readable_type
from oversight.web.path_prefix import without_prefix

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
# Taken out: gunicorn would read it with each request, and refuse those from which the proxy has cut
# it off already.
application = with_readable_type(
    without_prefix(get_wsgi_application(), os.environ.pop("SCRIPT_NAME", ""))
)


def _read_all() -> None:
    """Read pages and templates: a worker's first requests would take seconds for it, and all beside."""
    get_resolver().url_patterns  # noqa: B018  # imports every view
    env = cast(Jinja2, engines["jinja2"]).env  # the card's
    for name in env.list_templates(filter_func=lambda name: name.startswith("card/")):
        env.get_template(name)


_read_all()
