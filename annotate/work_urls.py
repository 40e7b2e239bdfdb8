"""Addresses of what surrounds the card: drafts, history, care, practice, flags, own settings."""

from django.urls import path

from annotate.care.views import care, own_settings
from annotate.redteam import views as redteam
from annotate.work.views import drafts, flags, history, practice

urlpatterns = [
    path("assignment/<int:assignment_id>/flag/", flags.flag, name="flag"),
    path("flags/", flags.flags, name="all-flags"),
    path("flags/<slug:slug>/", flags.flags, name="flags"),
    path("flags/<int:flag_id>/settle/", flags.settle, name="flag-settle"),
    path("care/<slug:slug>/", care.care, name="care"),
    path("care/<slug:slug>/consent/", care.consent, name="consent"),
    path("care/<slug:slug>/rest/", care.rest, name="rest"),
    path("practice/<slug:slug>/", practice.practice, name="practice"),
    path("practice/<slug:slug>/<int:answer_id>/", practice.feedback, name="practice-feedback"),
    path("history/<slug:slug>/", history.history, name="history"),
    path("history/<slug:slug>/undo/", history.undo, name="undo"),
    path("assignment/<int:assignment_id>/correct/", history.correct, name="correct"),
    path("settings/", own_settings.own_settings, name="settings"),
    path("assignment/<int:assignment_id>/draft/", drafts.draft, name="draft"),
    path(
        "assignment/<int:assignment_id>/correct/draft/",
        drafts.correction_draft,
        name="correction-draft",
    ),
    path(
        "assignment/<int:assignment_id>/correct/forget/",
        drafts.forget_correction_draft,
        name="forget-correction-draft",
    ),
    path("assignment/<int:assignment_id>/ahead/", drafts.ahead, name="ahead"),
    path("red-team/<slug:slug>/", redteam.red_team, name="red-team"),
    path("red-team/chat/<int:chat_id>/", redteam.chat, name="chat"),
    path("red-team/chat/<int:chat_id>/say/", redteam.chat_say, name="chat-say"),
    path("red-team/turn/<int:turn_id>/failed/", redteam.turn_failed, name="turn-failed"),
]
