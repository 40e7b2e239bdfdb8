import json
import time

import pytest

from models_srv.chat.notes import MERGES_SYSTEM, OWN_TEMPLATE, refuses_system, template_notes
from tests.models_srv.chat.makes import CHATML, GEMMA, PHI

pytestmark = pytest.mark.fault("templates")


@pytest.mark.parametrize(
    ("template", "is_refused"),
    [
        pytest.param(GEMMA, True, id="gemma"),
        pytest.param(PHI, False, id="phi"),
        pytest.param("{% for m in messages %}{{ m.nothing.at_all }}{% endfor %}", False, id="odd"),
        pytest.param("{% if %}", False, id="broken"),
        pytest.param("", False, id="none"),
        pytest.param(
            "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}{% endif %}"
            "{% generation %}{{ m | tojson }}{% endgeneration %}{% break %}{% endfor %}",
            True,
            id="tags-of-its-own",
        ),
    ],
)
def test_whether_a_system_turn_is_refused(template, is_refused):
    assert refuses_system(template) is is_refused


def test_the_template_is_found_in_either_file(tmp_path):
    new, old = tmp_path / "new", tmp_path / "old"
    for folder in (new, old):
        folder.mkdir()
    (new / "chat_template.jinja").write_text(GEMMA)
    named = [{"name": "tools", "template": PHI}, {"name": "default", "template": GEMMA}]
    (old / "tokenizer_config.json").write_text(json.dumps({"chat_template": named}))
    assert template_notes(str(new)) == template_notes(str(old)) == (MERGES_SYSTEM,)


def test_an_adapters_own_template_is_told_where_it_differs(tmp_path):
    base, same, other = tmp_path / "base", tmp_path / "same", tmp_path / "other"
    for folder, template in ((base, PHI), (same, PHI), (other, CHATML)):
        folder.mkdir()
        (folder / "chat_template.jinja").write_text(template)
    assert template_notes(str(base), str(same)) == ()
    assert template_notes(str(base), str(other)) == (OWN_TEMPLATE,)


def test_files_that_change_are_read_again(tmp_path):
    path = tmp_path / "chat_template.jinja"
    path.write_text(PHI)
    assert template_notes(str(tmp_path)) == ()
    time.sleep(0.01)
    path.write_text(GEMMA)
    assert template_notes(str(tmp_path)) == (MERGES_SYSTEM,)


@pytest.mark.parametrize(
    "text", ["{not json", "[]", '{"chat_template": [{}]}', '{"chat_template": 3}']
)
def test_files_that_hold_none_give_no_notes(tmp_path, text):
    (tmp_path / "tokenizer_config.json").write_text(text)
    assert template_notes(str(tmp_path), "org/on-a-hub") == ()
    assert template_notes("") == ()
