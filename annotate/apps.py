from django.apps import AppConfig


class AnnotateConfig(AppConfig):
    name = "annotate"

    def ready(self) -> None:
        # What `oversight` exports, shows and does of records that it does not know.
        from oversight.data.selectors.datasets import register
        from oversight.pages.selectors.life import register_events
        from oversight.pages.services.act_kinds import register_act

        from .exports.annotations import ANNOTATIONS
        from .queue.services.assigning import ASSIGN
        from .work.selectors.item_events import item_events

        register(ANNOTATIONS)
        register_act(ASSIGN)
        register_events(item_events)
