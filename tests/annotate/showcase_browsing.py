"""A browser's page for one person of the showcase."""

from tests.annotate.showcase_failures import serve_failures


def open_page(browser, url, who):
    """Open a page of one person's own, signed in; None: of nobody."""
    context = browser.new_context(reduced_motion="reduce")
    serve_failures(context)
    page = context.new_page()
    if who is not None:
        page.goto(url + "/accounts/login/")
        page.fill("[name=username]", who.username)
        page.fill("[name=password]", "pw")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(url + "/")
    return page
