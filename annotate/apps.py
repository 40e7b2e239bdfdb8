from django.apps import AppConfig


class AnnotateConfig(AppConfig):
    name = "annotate"

    def ready(self) -> None:
        # What `oversight` exports, shows and does of records that it does not know.
        from oversight.asking.selectors.blindness import register_blindfold
        from oversight.data.selectors.datasets import register
        from oversight.models import EventKind
        from oversight.pages.selectors.life import register_events
        from oversight.pages.selectors.needs import register_needs
        from oversight.pages.services.act_kinds import register_act
        from oversight.people.services.news import register_counter

        from .exports.annotations import ANNOTATIONS
        from .queue.selectors.needs import held_needs
        from .queue.services.assigning import ASSIGN
        from .review.selectors.blindness import items_kept_blind
        from .review.selectors.life import review_events
        from .review.selectors.needs import review_needs
        from .review.services.choosing import REVIEW
        from .review.services.following import follow_correction
        from .work.selectors.item_events import item_events
        from .work.selectors.reviews import reviews_waiting
        from .work.services.corrections import register_follower

        register(ANNOTATIONS)
        register_act(ASSIGN, REVIEW)
        register_events(item_events)
        register_events(review_events)
        register_needs(held_needs)
        register_needs(review_needs)
        register_blindfold(items_kept_blind)
        register_follower(follow_correction)
        register_counter(EventKind.REVIEW_WAITING, reviews_waiting)
