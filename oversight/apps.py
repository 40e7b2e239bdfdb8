from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "oversight"

    def ready(self) -> None:
        # Loads the Celery application, so that shared tasks find their broker.
        # The check registers itself.
        from . import celery, checks  # noqa: F401
        from .campaigns.forms.history import setting_in_words
        from .people.policies.acts import register_setting_words

        register_setting_words(setting_in_words)
