"""What the environment says of single sign-on."""

import pytest

from oversight.web.oidc import oidc_app

WHOLE = {
    "OIDC_NAME": "Example ID",
    "OIDC_ISSUER": "https://id.example/realms/people/",
    "OIDC_CLIENT_ID": "oversight",
    "OIDC_CLIENT_SECRET": "s",
}


@pytest.mark.parametrize("environ", [{}, dict.fromkeys(WHOLE, ""), {"OIDC_NAME": " "}])
def test_nothing_is_nothing(environ):
    assert oidc_app(environ) is None


def test_all_of_it_is_a_provider():
    app = oidc_app(WHOLE)
    assert app["settings"]["server_url"] == "https://id.example/realms/people"
    assert (app["name"], app["client_id"], app["secret"]) == ("Example ID", "oversight", "s")


def test_another_issuer_has_accounts_of_its_own():
    other = oidc_app(WHOLE | {"OIDC_ISSUER": "https://other.example"})
    assert other["provider_id"] != oidc_app(WHOLE)["provider_id"]
    same = oidc_app(WHOLE | {"OIDC_ISSUER": WHOLE["OIDC_ISSUER"].rstrip("/")})
    assert same == oidc_app(WHOLE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "needs OIDC_CLIENT_SECRET as well"),
        ({"OIDC_ISSUER": "id.example"}, "must be an address"),
        ({"OIDC_ISSUER": "ftp://id.example"}, "must be an address"),
        ({"OIDC_ISSUER": "https://"}, "must be an address"),
        ({"OIDC_NAME": "x" * 41}, "at most 40"),
    ],
)
def test_half_of_it_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        oidc_app(WHOLE | change)
