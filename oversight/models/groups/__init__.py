"""A campaign's settings by group, a record each, in the order in which pages show them."""

from .base import SettingsGroup
from .basics import BasicsSettings
from .care import CareSettings
from .gate import GateSettings
from .judging import JudgingSettings
from .measuring import MeasuringSettings
from .review import ReviewSettings
from .rounds import RoundSettings
from .routing import RoutingSettings
from .training import TrainingSettings
from .updates import UpdateSettings
from .versions import SettingsVersion

__all__ = ["GROUPS", "GROUP_OF", "SETTINGS", "SettingsGroup", "SettingsVersion"]

__all__ = [
    "GROUPS",
    "GROUP_OF",
    "SETTINGS",
    "CareSettings",
    "JudgingSettings",
    "MeasuringSettings",
    "ReviewSettings",
    "SettingsGroup",
]

GROUPS: dict[str, type[SettingsGroup]] = {
    group.key: group
    for group in (
        BasicsSettings,
        RoundSettings,
        RoutingSettings,
        JudgingSettings,
        MeasuringSettings,
        ReviewSettings,
        CareSettings,
        TrainingSettings,
        UpdateSettings,
        GateSettings,
    )
}
NOT_SETTINGS = {"campaign", "number", "schedule_set_at"}
SETTINGS = {
    key: [field.name for field in group._meta.concrete_fields if field.name not in NOT_SETTINGS]
    for key, group in GROUPS.items()
}
# The name is on the campaign itself, which is found by it, and is set with the basics.
SETTINGS["basics"].insert(0, "name")
GROUP_OF = {name: key for key, names in SETTINGS.items() for name in names}
