from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        # Loads the Celery application, so that shared tasks find their broker.
        # The check registers itself.
        from . import celery, checks  # noqa: F401
