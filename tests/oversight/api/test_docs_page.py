"""The docs page, by real Chromium: it draws, needs nobody else's server and breaks no rule of ours."""

import pytest
from django.urls import reverse

from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server):
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    user = make_user("ada")
    page.goto(live_server.url + reverse("login"))
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", "pw")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(live_server.url + "/")
    yield page
    context.close()


def test_it_draws_offline_under_the_strict_policy(page, live_server):
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script(
        "window.violations = [];"
        "document.addEventListener('securitypolicyviolation',"
        " (event) => window.violations.push(event.violatedDirective + ' ' + event.blockedURI));"
    )
    page.goto(live_server.url + reverse("api-docs"))
    operation = page.locator("#operations-queries-campaigns_queries_create")
    operation.locator("button").first.click()
    page.get_by_text("Idempotency-Key").first.wait_for()
    assert page.evaluate("window.violations") == []
    assert said == []
    outside = [url for url in asked if not url.startswith((live_server.url, "data:"))]
    assert outside == []
