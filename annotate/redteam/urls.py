"""Addresses of live red teaming."""

from django.urls import path

from annotate.redteam import views as redteam

urlpatterns = [
    path("red-team/<slug:slug>/", redteam.red_team, name="red-team"),
    path("red-team/chat/<int:chat_id>/", redteam.chat, name="chat"),
    path("red-team/chat/<int:chat_id>/say/", redteam.chat_say, name="chat-say"),
    path("red-team/turn/<int:turn_id>/failed/", redteam.turn_failed, name="turn-failed"),
]
