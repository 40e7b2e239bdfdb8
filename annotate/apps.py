from django.apps import AppConfig


class AnnotateConfig(AppConfig):
    name = "annotate"

    def ready(self) -> None:
        # What is exported of records that `oversight` does not know.
        from oversight.data.selectors.datasets import register

        from .exports.annotations import ANNOTATIONS

        register(ANNOTATIONS)
