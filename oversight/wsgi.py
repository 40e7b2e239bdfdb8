import os

from django.core.wsgi import get_wsgi_application

from oversight.path_prefix import without_prefix

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
# Taken out: gunicorn would read it with each request, and refuse those from which the proxy has cut
# it off already.
application = without_prefix(get_wsgi_application(), os.environ.pop("SCRIPT_NAME", ""))
