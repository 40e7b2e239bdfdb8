"""A person's own settings, the defaults where they have changed none."""

from annotate.models import AnnotatorSettings
from oversight.models import User


def settings_of(user: User) -> AnnotatorSettings:
    """Never saved: whoever has none gets an unsaved row of defaults."""
    return AnnotatorSettings.objects.filter(user=user).first() or AnnotatorSettings(user=user)
