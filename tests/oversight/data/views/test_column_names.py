"""How columns are named on a file's page that have no name, or one that no page can hold."""

import pytest

from tests.oversight.data.import_files import jsonl
from tests.oversight.data.views.test_imports import page, sent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"


@pytest.mark.parametrize(
    ("name", "content", "unused"),
    [
        (
            "q.csv",
            b"prompt,,response_a,,response_b\nOne?,x,Yes.,y,No.\n",
            "column 2 (no name), column 4 (no name)",
        ),
        ("q.jsonl", jsonl({"prompt": "One?", "": "x", "why": "y"}), "(no name), why"),
        ("q.csv", b"prompt,wh\0y\nOne?,x\n", "wh\ufffdy"),
    ],
)
def test_columns_that_are_not_used_are_named_as_well_as_can_be(admin, name, content, unused):
    html = page(admin, sent(admin, name, content))
    assert f'Not used: <strong translate="no">{unused}</strong>' in html
    assert "\0" not in html
