from oversight.trust.policies.source.believed import believed


def test_how_far_the_critic_is_believed_is_a_sentence():
    taken = {"accepted": 50, "errors": 3, "low": 0.0125, "high": 0.1655}
    assert believed({"taken": taken}, "people") == (
        "Of 100 labels taken from the critic about 6 are wrong (between 1 and 17), going by 50 that "
        "people judged as well, drawn at random."
    )
    weighted = {"value": 0.85, "low": 0.8, "high": 0.9}
    few = taken | {"accepted": 9}
    assert "would agree with it in about 85 (between 80 and 90)" in believed(
        {"taken": few, "weighted": weighted}, "people"
    )
    assert believed({}, "people") == ""
