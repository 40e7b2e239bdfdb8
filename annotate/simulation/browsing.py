"""One simulated annotator at a browser: signs in, takes items, judges, goes on."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from annotate.simulation.judging import Judge
from annotate.simulation.page import Form, Page, read_page

TIMEOUT_SECONDS = 60
POLL_SECONDS = 1.0
NOT_FOR_CHECKERS = "No checker knows what is right here."


class SimulationError(Exception):
    """The site did not answer as a browser would need it to."""


@dataclass
class Browser:
    """Keeps cookies, follows redirects, sends forms. Not shared between threads."""

    base_url: str
    opener: OpenerDirector = field(
        default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()))
    )
    url: str = ""

    def get(self, path: str) -> Page:
        return self._open(urljoin(self.base_url, path), None)

    def send(self, form: Form, answers: dict[str, str] | None = None) -> Page:
        fields = [(name, value) for name, value in form.fields if name not in (answers or {})]
        data = urlencode([*fields, *(answers or {}).items()]).encode()
        return self._open(urljoin(self.url, form.action), data)

    def _open(self, url: str, data: bytes | None) -> Page:
        try:
            with self.opener.open(url, data, timeout=TIMEOUT_SECONDS) as response:
                self.url = response.url
                return read_page(response.read().decode())
        except HTTPError as error:
            raise SimulationError(f"{url} answered {error.code}") from error
        except OSError as error:
            raise SimulationError(f"{url} could not be reached: {error}") from error


@dataclass
class Annotator:
    """What one simulated person does; `answers` counts what they chose."""

    browser: Browser
    judge: Judge
    username: str
    password: str
    answers: "Counter[str]" = field(default_factory=Counter)

    def sign_in(self, path: str) -> None:
        page = self.browser.get(path)
        # The form leads back to its own page, whose address it does not repeat.
        form = next((form for form in page.forms if _names(form, "next")), None)
        if form is None:
            raise SimulationError(f"{path} shows no form to sign in")
        form.action = form.action or self.browser.url
        page = self.browser.send(form, {"username": self.username, "password": self.password})
        if any(_names(form, "next") for form in page.forms):
            raise SimulationError(f"{self.username} could not sign in")

    def work(
        self, next_path: str, *, lease_path: str, take: Callable[[], bool], wait_seconds: float
    ) -> None:
        """Judge until nothing was open for `wait_seconds`, or `take` says that it is enough.

        What a checker cannot judge (steps, ratings) is skipped, and stays for people.
        """
        quiet_since, page = time.monotonic(), self.browser.get(next_path)
        while True:
            if lease := page.form_to(lease_path):
                page = self.browser.send(lease)
            if answer := page.form_to("/submit/"):
                if not take():
                    return
                page = self._answer(page, answer)
                quiet_since = time.monotonic()
            elif skip := page.form_to("/skip/"):
                page = self.browser.send(skip, {"reason": NOT_FOR_CHECKERS})
            elif time.monotonic() - quiet_since >= wait_seconds:
                return
            else:
                time.sleep(min(POLL_SECONDS, wait_seconds))
                page = self.browser.get(next_path)

    def _answer(self, page: Page, form: Form) -> Page:
        preference = self._preference(page.texts)
        answers = {
            "preference": preference,
            **self.judge.verdicts(page),
            **self.judge.flaws(page, form.required),
        }
        following = self.browser.send(form, answers)
        self.answers[preference] += 1
        return following

    def _preference(self, texts: Mapping[str, str]) -> str:
        shown = {letter: texts.get(f"response-{letter}", "") for letter in "ABCD"}
        several = {letter: text for letter, text in shown.items() if text}
        if len(several) > 2:
            return self.judge.best(texts["query"], several)
        return self.judge.preference(texts["query"], shown["A"], shown["B"])


def _names(form: Form, name: str) -> bool:
    return any(field_name == name for field_name, _ in form.fields)
