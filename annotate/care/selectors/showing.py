"""May this person see a text now, and how? Asked where it is shown, whatever held at its lease."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from annotate.care.policies.harm import is_blurred
from annotate.care.selectors.consent_and_rest import has_consented
from annotate.care.selectors.exposure import opted_out
from annotate.care.selectors.own_settings import settings_of
from oversight.models import Campaign, User


class Withheld(StrEnum):
    """Why a text is not shown."""

    CONSENT = "consent"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Showing:
    """How a text is shown. `veil` is the tag, in words, of what is blurred until it is asked for."""

    withheld: Withheld | None = None
    veil: str = ""


@dataclass(frozen=True)
class Viewer:
    """One person in one campaign, as both stand now. Campaigns that warn of nothing cost no query."""

    user: User
    campaign: Campaign

    def showing(self, category: str = "") -> Showing:
        """Return how a text of this category is shown; what a person says themself has none."""
        if self.must_consent:
            return Showing(Withheld.CONSENT)
        if category in self._left_out:
            return Showing(Withheld.LEFT_OUT)
        tag = self.campaign.care.harm_by_category.get(category, "")
        is_veiled = bool(tag) and is_blurred(tag, self._blur_from)
        return Showing(veil=self.campaign.care.harm_words(category) if is_veiled else "")

    @cached_property
    def must_consent(self) -> bool:
        """Whether the warning, as it reads now, comes first. Simulated annotators need no care."""
        if self.user.is_simulated or not self.campaign.care.content_warning:
            return False
        return not has_consented(self.user, self.campaign)

    @cached_property
    def _left_out(self) -> frozenset[str]:
        if not self.campaign.care.harm_by_category:
            return frozenset()
        return frozenset(opted_out(self.user, self.campaign))

    @cached_property
    def _blur_from(self) -> str:
        return settings_of(self.user).blur_from
