"""How good the critic is, in words."""

from oversight.learning.policies.critic_words import critic_words
from oversight.trust.policies.source.critic_figures import ReadAnswer, ReadComment, critic_figures

RIGHT, MADE_UP = ReadComment(True, "critical", True), ReadComment(False, "critical", True)


def figures(caught, missed, made_up):
    flawed = [ReadAnswer("a", True, [RIGHT])] * caught + [ReadAnswer("b", True)] * missed
    return critic_figures([*flawed, *[ReadAnswer("c", False, [MADE_UP])] * made_up])


def test_what_it_finds_and_what_it_makes_up_is_counted_in_hundreds():
    assert critic_words(figures(80, 20, 20), figures(3, 97, 0)) == [
        "Of 100 wrong answers that models wrote it finds an error in 80 (between 71 and 87).",
        "Of 100 comments on such answers it made up 20 (between 13 and 29).",
        "Of 100 errors that were put into answers it finds 3 (between 1 and 8).",
    ]


def test_nothing_is_said_of_what_it_has_not_read():
    assert critic_words(None, None) == []
    assert critic_words(figures(0, 0, 0), None) == []
    assert critic_words(figures(9, 10, 0), None) == []
