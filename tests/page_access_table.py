"""Whom each page lets in, written down apart from the views: by name and method.

What is not here answers 405. REST has its own: tests/oversight/api/access_table.py.
"""

RUNNING = frozenset({"owner", "manager"})
DATA = RUNNING | {"engineer"}
WITH_ITEMS = RUNNING | {"reviewer"}
WITH_TEXTS = DATA | {"reviewer"}
ANNOTATING = WITH_ITEMS | {"annotator"}
EVERYBODY = ANNOTATING | {"engineer", "observer"}
NOBODY: frozenset[str] = frozenset()


def both(roles: frozenset[str], *names: str) -> dict[tuple[str, str], frozenset[str]]:
    return {(name, method): roles for name in names for method in ("GET", "POST")}


def reads(roles: frozenset[str], *names: str) -> dict[tuple[str, str], frozenset[str]]:
    return {(name, "GET"): roles for name in names}


def posts(roles: frozenset[str], *names: str) -> dict[tuple[str, str], frozenset[str]]:
    return {(name, "POST"): roles for name in names}


# Members with one of the roles get in; other members are refused, strangers find nothing.
OF_CAMPAIGNS = {
    **reads(
        EVERYBODY,
        "campaign",
        "campaign-models",
        "round",
        "training-run",
        "campaign-story-csv",
        "attacker-versions",
        "critic-versions",
        "critic-replacing",
        "critic-replacing-csv",
        "learner-versions",
        "weaknesses",
        "weaknesses-csv",
    ),
    **reads(WITH_TEXTS, "campaign-queries", "query"),
    **reads(DATA, "campaign-data", "campaign-snapshot", "campaign-preferences"),
    **reads(DATA, "import-refused", "import-sample"),
    **both(DATA, "queries-add", "campaign-freeze", "import"),
    **posts(DATA, "queries-upload", "import-cancel"),
    **both(DATA, "webhooks", "webhook", "webhook-remove"),
    **posts(DATA, "webhook-rotate", "webhook-test", "webhook-replay", "webhook-at-work"),
    **both(DATA, "model-change", "model-remove", "version-activate", "version-compare"),
    **reads(WITH_ITEMS, "campaign-items", "campaign-answers", "item", "version-labels"),
    **posts(WITH_ITEMS, "view-save", "view-forget"),
    **reads(DATA, "items-download"),
    **posts(RUNNING, "acts-choose", "acts-do"),
    **reads(RUNNING, "act"),
    **reads(WITH_ITEMS, "known-answers"),
    **posts(WITH_ITEMS, "attack-finding"),
    **posts(RUNNING, "weakness-decide"),
    **posts(RUNNING, "known-answers", "items-upload"),
    **both(RUNNING, "put-in"),
    **reads(RUNNING, "campaign-edit", "campaign-begin", "settings-history", "settings-download"),
    **both(RUNNING, "settings-restore", "settings-file"),
    **both(RUNNING, "settings-group", "campaign-principles", "principle-change"),
    **posts(RUNNING, "principle-retire"),
    **both(RUNNING, "campaign-guidelines"),
    **reads(EVERYBODY, "guideline-picture"),
    **posts(RUNNING, "guideline-picture-remove"),
    **reads(RUNNING, "campaign-state"),
    **both(RUNNING, "campaign-move"),
    **both(frozenset({"owner"}), "campaign-delete"),
    **reads(frozenset({"owner"}), "audit-log", "audit-file"),
    **reads(EVERYBODY, "campaign-roles"),
    **reads(WITH_ITEMS, "annotate:reviews"),
    **both(WITH_ITEMS, "annotate:review"),
    **posts(WITH_ITEMS, "annotate:review-ask", "annotate:review-claim"),
    **posts(WITH_ITEMS, "annotate:review-give-back", "annotate:review-decide"),
    **reads(WITH_ITEMS, "annotate:people", "annotate:person"),
    **posts(RUNNING, "annotate:person", "annotate:person-pause", "annotate:person-resume"),
    **reads(RUNNING, "annotate:work-file"),
    **both(RUNNING, "campaign-invitations"),
    **posts(RUNNING, "invitation-revoke"),
    **both(RUNNING, "campaign-members", "member-change", "member-remove"),
    **posts(RUNNING, "round-start", "round-update", "round-retry", "training-run-cancel"),
    **both(RUNNING, "round-close-review", "round-cancel", "round-move"),
}
# What is done with items: whoever has no part in it finds nothing there.
OF_WORK = {
    **reads(ANNOTATING, "annotate:practice", "annotate:next", "annotate:history", "annotate:me"),
    **posts(NOBODY, "annotate:practice"),  # nothing is left to practise there
    **posts(ANNOTATING, "annotate:lease", "annotate:undo"),
    **both(ANNOTATING, "annotate:care", "annotate:about"),
    **posts(ANNOTATING, "annotate:consent", "annotate:rest", "annotate:guidelines-read"),
    **both(ANNOTATING, "annotate:red-team"),
    **reads(WITH_ITEMS, "annotate:flags"),
    **posts(WITH_ITEMS, "annotate:flag-settle"),
}
# What one person holds: nobody else finds it, whatever their role.
OF_ONE_PERSON = {
    **reads(NOBODY, "annotate:assignment", "annotate:diff", "annotate:practice-feedback"),
    **posts(NOBODY, "annotate:submit", "annotate:submit_steps", "annotate:submit_ratings"),
    **posts(NOBODY, "annotate:skip", "annotate:flag", "annotate:draft", "annotate:ahead"),
    **posts(NOBODY, "annotate:correction-draft", "annotate:forget-correction-draft"),
    **posts(NOBODY, "annotate:rewrite-diff"),
    **both(NOBODY, "annotate:correct"),
    **reads(NOBODY, "annotate:chat"),
    **posts(NOBODY, "annotate:chat-say", "annotate:turn-failed"),
    **both(NOBODY, "mfa_deactivate_totp"),
    **reads(NOBODY, "mfa_view_recovery_codes"),
    **posts(NOBODY, "notification-open"),
}
# Whoever is signed in, each for themselves.
OF_ONESELF = {
    **reads(
        EVERYBODY, "home", "words", "account", "api-docs", "annotate:home", "annotate:all-flags"
    ),
    **posts(EVERYBODY, "account-token", "account-password", "account-token-delete", "logout"),
    **posts(EVERYBODY, "account-session-end"),
    **both(EVERYBODY, "annotate:settings"),
    **reads(EVERYBODY, "mfa_index", "mfa_list_webauthn", "notifications"),
    **posts(EVERYBODY, "notifications-read", "sso-end"),
    **both(EVERYBODY, "notification-choices", "account_email"),
    **both(EVERYBODY, "mfa_activate_totp", "mfa_add_webauthn", "mfa_remove_webauthn"),
    **both(EVERYBODY, "mfa_generate_recovery_codes", "account_reauthenticate"),
    **both(EVERYBODY, "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
}
# Staff alone make campaigns and see how the installation does.
OF_STAFF = {**both(NOBODY, "campaign-new"), **reads(NOBODY, "system")}
# Whoever has the link.
PUBLIC = {
    **both(EVERYBODY, "login", "account_login", "healthz", "join"),
    **reads(EVERYBODY, "readyz", "metrics"),  # the counts from this machine itself
    **both(EVERYBODY, "password-forgotten", "password-new", "account_confirm_email"),
    **both(EVERYBODY, "mfa_authenticate", "mfa_login_webauthn"),
    **posts(EVERYBODY, "sso"),
    **reads(EVERYBODY, "sso-callback", "socialaccount_login_cancelled"),
}
