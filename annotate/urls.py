from django.urls import include, path

from annotate.views import queue, workbench

app_name = "annotate"
urlpatterns = [
    path("", queue.home, name="home"),
    path("", include("annotate.work_urls")),
    path("next/<slug:slug>/", queue.next_item, name="next"),
    path("lease/<slug:slug>/", queue.lease, name="lease"),
    path("assignment/<int:assignment_id>/", workbench.assignment, name="assignment"),
    path("assignment/<int:assignment_id>/submit/", workbench.submit, name="submit"),
    path("assignment/<int:assignment_id>/skip/", workbench.skip, name="skip"),
]
