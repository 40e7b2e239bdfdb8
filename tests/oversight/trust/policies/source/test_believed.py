from oversight.trust.policies.source.believed import believed


def test_how_far_the_critic_is_believed_is_a_sentence():
    taken = {"accepted": 50, "errors": 3, "low": 0.0125, "high": 0.1655}
    assert believed({"taken": taken}, "people") == (
        "Of 100 labels taken from the critic about 6 are wrong (between 1 and 17), going by 50 that "
        "people judged as well, drawn at random."
    )
    assert believed({"taken": taken | {"ties": 2}}, "people").endswith(
        " Of these people preferred the other answer in 1, and neither in 2."
    )
    weighted = {"value": 0.85, "low": 0.8, "high": 0.9}
    few = taken | {"accepted": 9}
    assert "would agree with it in about 85 (between 80 and 90)" in believed(
        {"taken": few, "weighted": weighted}, "people"
    )
    assert believed({}, "people") == ""


def test_what_is_no_better_than_a_coin_is_said_to_be_so():
    def said(value, low, high):
        return believed({"weighted": {"value": value, "low": low, "high": high}}, "people")

    assert said(0.41, 0.15, 0.71).endswith("So far that cannot be told from tossing a coin.")
    assert "A tossed coin would agree more often" in said(0.3, 0.2, 0.4)
    assert said(0.85, 0.5, 0.9).endswith("aside of which they prefer neither.")
