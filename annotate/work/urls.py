"""Addresses of the queue, of the card, and of what surrounds it."""

from django.urls import path

from annotate.work.views import comparing, drafts, flags, history, practice, queue, workbench

urlpatterns = [
    path("", queue.home, name="home"),
    path("next/<slug:slug>/", queue.next_item, name="next"),
    path("lease/<slug:slug>/", queue.lease, name="lease"),
    path("guidelines/<slug:slug>/read/", queue.guidelines_read, name="guidelines-read"),
    path("assignment/<int:assignment_id>/", workbench.assignment, name="assignment"),
    path("assignment/<int:assignment_id>/submit/", workbench.submit, name="submit"),
    path("assignment/<int:assignment_id>/steps/", workbench.submit_steps, name="submit_steps"),
    path(
        "assignment/<int:assignment_id>/ratings/", workbench.submit_ratings, name="submit_ratings"
    ),
    path("assignment/<int:assignment_id>/diff/", comparing.diff, name="diff"),
    path(
        "assignment/<int:assignment_id>/rewrite-diff/<str:place>/",
        comparing.rewrite_diff,
        name="rewrite-diff",
    ),
    path("assignment/<int:assignment_id>/skip/", workbench.skip, name="skip"),
    path("assignment/<int:assignment_id>/flag/", flags.flag, name="flag"),
    path("flags/", flags.all_flags, name="all-flags"),
    path("flags/<slug:slug>/", flags.flags, name="flags"),
    path("flags/<int:flag_id>/settle/", flags.settle, name="flag-settle"),
    path("practice/<slug:slug>/", practice.practice, name="practice"),
    path("practice/<slug:slug>/<int:answer_id>/", practice.feedback, name="practice-feedback"),
    path("history/<slug:slug>/", history.history, name="history"),
    path("history/<slug:slug>/undo/", history.undo, name="undo"),
    path("assignment/<int:assignment_id>/correct/", history.correct, name="correct"),
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
]
