from django.urls import include, path

from annotate.work.views import comparing, queue, workbench

app_name = "annotate"
urlpatterns = [
    path("", queue.home, name="home"),
    path("", include("annotate.work_urls")),
    path("next/<slug:slug>/", queue.next_item, name="next"),
    path("lease/<slug:slug>/", queue.lease, name="lease"),
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
]
