"""The fixtures of small rounds, for what lies beneath."""

from tests.oversight.small_rounds import (  # noqa: F401
    _artifacts,
    campaign,
    drive,
    judge_all,
    round_,
)
