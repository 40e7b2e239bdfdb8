"""What needs somebody, in sentences."""

from dataclasses import dataclass

import pytest

from oversight.pages.policies.system_words import duration, problems


@dataclass(frozen=True)
class Work:
    name: str = "inference"
    messages: int | None = 0
    due: int = 0
    oldest_seconds: float = 0.0


@pytest.mark.parametrize(
    ("work", "served", "told"),
    [
        pytest.param(Work(), {"inference"}, "", id="well"),
        pytest.param(Work(due=9, oldest_seconds=5), {"inference"}, "", id="busy"),
        pytest.param(Work(), set(), "No worker takes work from “inference”.", id="none"),
        pytest.param(
            Work(due=1),
            set(),
            "No worker takes work from “inference”: 1 piece of work waits.",
            id="none-and-one-waits",
        ),
        pytest.param(
            Work(due=1200, oldest_seconds=600),
            {"inference"},
            "“inference” is behind: 1,200 pieces of work could be done and the first has waited for "
            "10 minutes. More workers of this queue would help.",
            id="behind",
        ),
    ],
)
def test_queues(work, served, told):
    assert "\n".join(problems([work], served)) == told


def test_the_most_pressing_comes_first():
    found = problems(
        [Work(messages=None)], {"inference"}, silent=["a"], older=["b"], low_disks=["/var"]
    )
    assert [each.split(" ")[0] for each in found] == ["The", "Redis", "a", "b"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 seconds"), (1, "1 second"), (119, "1 minute"), (7200, "2 hours"), (90000, "1 day")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words
