"""Files that wait to be looked at are all listed, and counted."""

import pytest
from django.urls import reverse

from oversight.data.views import queries as queries_view
from oversight.models import Import
from tests.oversight.data.views.test_imports import sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"


def test_files_that_wait_come_first_of_all_that_were_sent(admin):
    waiting = sent(admin, "first.jsonl", b'{"text": "One?"}')
    for number in range(queries_view.OTHERS_SHOWN):
        admin.post(
            reverse(
                "import-cancel",
                args=["maths", sent(admin, f"{number}.jsonl", b'{"text": "Two?"}').pk],
            )
        )
    html = admin.get(reverse("queries-add", args=["maths"])).content.decode()
    assert html.index("first.jsonl") < html.index("9.jsonl") < html.index("<h2>Paste</h2>")
    admin.post(reverse("import-cancel", args=["maths", waiting.pk]))
    html = admin.get(reverse("queries-add", args=["maths"])).content.decode()
    assert html.index("<h2>Paste</h2>") < html.index("9.jsonl")


def waiting(admin, count):
    row = sent(admin, "first.jsonl", b'{"text": "One?"}')
    known = {"campaign": row.campaign, "created_by": row.created_by, "state": row.state}
    rows = (Import(**known, format="queries", file_name=f"{n}.jsonl") for n in range(1, count))
    Import.objects.bulk_create(rows)


def listed(admin):
    return admin.get(reverse("queries-add", args=["maths"])).content.decode()


def test_all_files_that_wait_are_listed(admin):
    waiting(admin, 30)
    html = listed(admin)
    assert all(f">{name}.jsonl</a>" in html for name in ["first", *range(1, 30)])
    assert "files wait." not in html


def test_of_more_files_than_are_listed_it_is_said(admin, monkeypatch):
    monkeypatch.setattr(queries_view, "WAITING_SHOWN", 20)
    waiting(admin, 21)
    html = listed(admin)
    assert ">first.jsonl</a>" not in html
    assert "More than 20 files wait." in html
