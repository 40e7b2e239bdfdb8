"""What the addresses below a campaign's are made of.

Apart from what says who asks: that is read before Django REST framework has its own views.
"""

from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from oversight.models import Campaign
from oversight.people.api import get_campaign
from oversight.people.selectors.roles import demand_not_ended
from oversight.rest.views import RestList, RestView


class CampaignView(RestView):
    """An address below a campaign's: `access` says which of its members a method lets in."""

    campaign: Campaign

    def enter(self, request: Request) -> None:
        method = "GET" if request.method == "HEAD" else str(request.method)
        permission = self.access[method].permission if method in self.access else None
        self.campaign = get_campaign(request, self.kwargs["slug"], permission)
        if request.method not in SAFE_METHODS:
            demand_not_ended(self.campaign, permission)


class CampaignRows(CampaignView, RestList):
    """Rows of a campaign, page by page."""
