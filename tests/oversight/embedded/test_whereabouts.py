"""Where what runs answers is told while it runs, and no longer."""

from oversight.embedded.whereabouts import note_address, running_address
from oversight.management.commands.up import _take_lock


def test_the_address_of_what_runs_is_told_while_it_runs(tmp_path):
    assert running_address(tmp_path) == ""
    lock = _take_lock(tmp_path)
    assert running_address(tmp_path) == ""
    note_address(tmp_path, "http://127.0.0.1:8877")
    assert running_address(tmp_path) == "http://127.0.0.1:8877"
    (tmp_path / "up.address").write_bytes(b"\xff\xfe")
    assert "http" not in running_address(tmp_path)  # whatever it is, no error
    lock.close()
    assert running_address(tmp_path) == ""
