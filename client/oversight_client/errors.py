"""What the server refuses, as it says it (problem+json, RFC 9457)."""

from dataclasses import dataclass

import httpx


@dataclass(frozen=True)
class FieldError:
    """One field that is wrong: which, what is wrong with it, in words and in a word for programs."""

    field: str
    detail: str
    code: str


class OversightError(Exception):
    """A request was refused. `code` is what programs go by; `errors` names each wrong field."""

    def __init__(self, status: int, code: str, detail: str, errors: tuple[FieldError, ...]) -> None:
        self.status, self.code, self.detail, self.errors = status, code, detail, errors
        others = "; ".join(f"{each.field}: {each.detail}" for each in errors[1:])
        super().__init__(f"{status} {code}: {detail}" + (f" ({others})" if others else ""))


def error_of(response: httpx.Response) -> OversightError:
    """Return what a refused request's answer says; whoever stands between may answer in other ways."""
    try:
        said = response.json()
        errors = tuple(FieldError(**each) for each in said.get("errors") or ())
        return OversightError(response.status_code, said["code"], said["detail"], errors)
    except (ValueError, KeyError, TypeError, AttributeError):
        words = response.text[:200] or response.reason_phrase
        return OversightError(response.status_code, "http", words, ())
