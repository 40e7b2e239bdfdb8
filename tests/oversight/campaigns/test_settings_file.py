"""A file of settings: what is wrong is named with its line, and nothing dangerous is read."""

import pytest

from oversight.campaigns.policies.settings_file import MOST_CHARS, BadFile, read_file, write_file

KNOWN = {"care": ["content_warning", "break_minutes", "harm_by_category"], "gate": ["gate_items"]}


def faults(text):
    with pytest.raises(BadFile) as found:
        read_file(text, KNOWN)
    return found.value.faults


def test_what_is_written_is_read_again():
    values = {
        "content_warning": "One: #1\n  two\n",
        "break_minutes": 30,
        "harm_by_category": {"a": "mild"},
    }
    text = write_file({"care": values, "gate": {"gate_items": 0}}, ["Be right.", "- Be: kind\nnow"])
    found = read_file(text, KNOWN)
    assert found.groups == {"care": values, "gate": {"gate_items": 0}}
    assert found.principles == ["Be right.", "- Be: kind\nnow"]
    assert found.lines["care", "content_warning"] == 2


@pytest.mark.parametrize(
    "word", ["yes", "03:00", "null", "1e5", "~", "", " a", "#", "é\u2028b", "\ta\nb"]
)
def test_words_that_look_like_something_else_stay_words(word):
    text = write_file({"care": {"content_warning": word}}, [])
    assert read_file(text, KNOWN).groups["care"]["content_warning"] == word


def test_what_is_left_out_is_not_there():
    found = read_file("gate:\n  gate_items: 5\n", KNOWN)
    assert (found.groups, found.principles) == ({"gate": {"gate_items": 5}}, None)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("magic:\n  a: 1\n", 1, "no group “magic”", id="group"),
        pytest.param("gate:\n  gate_items: 1\n  magic: 2\n", 3, "no setting “magic”", id="setting"),
        pytest.param("gate: 5\n", 1, "should hold settings", id="no-mapping"),
        pytest.param("- gate\n", 1, "groups of settings by their names", id="list"),
        pytest.param("", 1, "groups of settings by their names", id="empty"),
        pytest.param("gate:\n  gate_items: 1\n  gate_items: 2\n", 3, "duplicate key", id="twice"),
        pytest.param("gate:\n  gate_items: [1\n", 3, "no YAML", id="broken"),
        pytest.param("gate: !!python/object:os.system {}\n", 1, "tags", id="tag"),
        pytest.param("care: &a {}\ngate: *a\n", 1, "anchors", id="alias"),
        pytest.param("gate: " + "[" * 20_000, 1, "nested deeper", id="deep"),
        pytest.param("a" * (MOST_CHARS + 1), 1, "characters", id="long"),
        pytest.param("gate: \0", 1, "no YAML", id="nul"),
        pytest.param("principles:\n  a: b\n", 1, "a list of texts", id="principles"),
        pytest.param("gate: {}\n---\ncare: {}\n", 2, "no YAML", id="two-documents"),
        *(
            pytest.param(text, line, words, id=name, marks=pytest.mark.fault("server-errors"))
            for name, text, line, words in [
                ("merged", "<<: {gate: {}}\n", 1, "merged"),
                ("merged-deeper", "gate:\n  <<: {gate_items: 1}\n", 2, "merged"),
                ("merged-list", "care: {\n  <<: [{a: 1}]}\n", 2, "merged"),
                (
                    "no-character",
                    'gate: {}\ncare:\n  content_warning: "\\UFFFFFFFF"\n',
                    3,
                    "no such",
                ),
                ("half-character", 'care:\n  content_warning: "\\ud800"\n', 2, "no such"),
                ("in-a-name", 'gate: {}\n"\\ud800": 1\n', 2, "no such"),
                ("endless", "gate:\n  gate_items: .inf\n", 2, "too large"),
                ("no-number", "gate:\n  gate_items: .nan\n", 2, "too large"),
                ("huge", f"gate:\n  gate_items: 0x{'f' * 5000}\n", 2, "too large"),
            ]
        ),
    ],
)
def test_it_is_refused_with_the_line(text, line, words):
    [(at, said)] = faults(text)
    assert (at, words in said) == (line, True), said


def test_all_unknown_names_are_told_in_order():
    assert [line for line, _ in faults("gate:\n  a: 1\n  b: 2\nmagic: 1\n")] == [2, 3, 4]
