"""Addresses of these over REST, below /api/v1/."""

from django.urls import path

from oversight.asking.api.items import ItemDetail, ItemList

ITEMS = "campaigns/<slug:slug>/items/"

urlpatterns = [
    path(ITEMS, ItemList.as_view(), name="api-items"),
    path(f"{ITEMS}<int:item_id>/", ItemDetail.as_view(), name="api-item"),
]
