import pytest

from oversight.people.policies.sign_in import client_address, is_too_many, one_address

pytestmark = pytest.mark.fault("sign-in")


@pytest.mark.parametrize(
    ("of_name", "of_address", "refused"),
    [(5, 5, False), (6, 6, True), (1, 50, False), (1, 51, True)],
)
def test_how_many_tries_are_too_many(of_name, of_address, refused):
    assert is_too_many(of_name=of_name, of_address=of_address) is refused


@pytest.mark.parametrize(
    ("written", "counted"),
    [
        pytest.param("192.0.2.7", "192.0.2.7", id="v4"),
        pytest.param("::ffff:192.0.2.7", "192.0.2.7", id="mapped"),
        pytest.param("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", id="v6-network"),
        pytest.param("[2001:db8:1:2::9]", "2001:db8:1:2::", id="v6-in-brackets"),
        pytest.param("fe80::1%eth0", "fe80::", id="v6-with-zone"),
        pytest.param("", "unknown", id="socket"),
        pytest.param("x" * 5000, "unknown", id="nonsense"),
    ],
)
def test_what_counts_as_one_address(written, counted):
    assert one_address(written) == counted


@pytest.mark.parametrize(
    ("forwarded", "proxies", "seen"),
    [
        pytest.param("203.0.113.5", 0, "192.0.2.1", id="nobody-trusted"),
        pytest.param("203.0.113.5", 1, "203.0.113.5", id="one-proxy"),
        pytest.param("6.6.6.6, 203.0.113.5", 1, "203.0.113.5", id="written-by-the-client"),
        pytest.param("6.6.6.6, 203.0.113.5, 10.0.0.1", 2, "203.0.113.5", id="two-proxies"),
        pytest.param("", 1, "192.0.2.1", id="no-header"),
    ],
)
def test_who_asks_through_proxies(forwarded, proxies, seen):
    assert client_address(remote="192.0.2.1", forwarded=forwarded, proxies=proxies) == seen
