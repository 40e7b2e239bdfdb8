"""Who may do what: the one table that pages, REST, menus and the queue of items go by."""

from enum import Enum

OWNER, MANAGER, REVIEWER = "owner", "manager", "reviewer"
ANNOTATOR, ENGINEER, OBSERVER = "annotator", "engineer", "observer"

# As people read them, the most powerful first.
ROLES = {
    OWNER: "Does everything, gives and takes the role of owner, and reads the audit log.",
    MANAGER: "Runs the campaign: settings, rounds, models, and all people but its owners.",
    REVIEWER: "Reads and reviews what people answered, settles flags, sees how people do, may annotate.",
    ANNOTATOR: "Judges items, and sees how they do themselves.",
    ENGINEER: "Brings data in and out and looks after models and webhooks. No settings, no people.",
    OBSERVER: "Reads the dashboards, rounds and models. Sees nobody's labels and changes nothing.",
}
EVERYBODY = frozenset(ROLES)
RUNNING = frozenset({OWNER, MANAGER})


class Permission(Enum):
    """Something that may be done: the sentence that pages say it by, and whose it is."""

    SEE_CAMPAIGN = "Read dashboards, rounds, models and trainings", EVERYBODY
    ANNOTATE = "Be given items and judge them", RUNNING | {REVIEWER, ANNOTATOR}
    SEE_TEXTS = "Read queries, responses and judgements", RUNNING | {REVIEWER, ENGINEER}
    SEE_ITEMS = "Read items and what each person answered", RUNNING | {REVIEWER}
    SETTLE_FLAGS = "Settle flags", RUNNING | {REVIEWER}
    REVIEW_ANSWERS = "Review what people answered, and send it back", RUNNING | {REVIEWER}
    SEE_WORK = "See how each person does", RUNNING | {REVIEWER}
    EXPORT_DATA = "Download data and freeze snapshots", RUNNING | {ENGINEER}
    ADD_DATA = "Bring in queries and other data", RUNNING | {ENGINEER}
    RUN_WEBHOOKS = "Set up webhooks", RUNNING | {ENGINEER}
    CHANGE_MODELS = "Choose, promote and take away models", RUNNING | {ENGINEER}
    ACT_ON_ITEMS = "Withdraw items, ask again, assign and tag them", RUNNING
    ADD_ITEMS = "Make items whose answer is known", RUNNING
    RUN_ROUNDS = "Start, close, retry and cancel rounds and trainings", RUNNING
    CHANGE_SETTINGS = "Read and change settings and principles", RUNNING
    MANAGE_PEOPLE = "Invite people, give roles, pause people, leave labels out", RUNNING
    STEER_CAMPAIGN = "Pause, resume, finish and archive the campaign", RUNNING
    DELETE_CAMPAIGN = "Delete the campaign while it holds no labels", frozenset({OWNER})
    MANAGE_OWNERS = "Make somebody an owner, or no owner any more", frozenset({OWNER})
    SEE_AUDIT_LOG = "Read the audit log", frozenset({OWNER})

    @property
    def words(self) -> str:
        return self.value[0]

    @property
    def roles(self) -> frozenset[str]:
        return self.value[1]


# What is left to do in a campaign that is finished: to read it, to take copies, and to see to who may.
AFTER_THE_END = frozenset(
    {
        *(Permission.SEE_CAMPAIGN, Permission.SEE_TEXTS, Permission.SEE_ITEMS, Permission.SEE_WORK),
        *(Permission.SEE_AUDIT_LOG, Permission.EXPORT_DATA, Permission.RUN_WEBHOOKS),
        *(Permission.MANAGE_PEOPLE, Permission.MANAGE_OWNERS),
        *(Permission.STEER_CAMPAIGN, Permission.DELETE_CAMPAIGN),
    }
)


def permissions_of(roles: frozenset[str]) -> dict[str, bool]:
    """Return every permission by its name in small letters, as templates ask: `may.run_rounds`."""
    return {each.name.lower(): not each.roles.isdisjoint(roles) for each in Permission}


def in_words(roles: frozenset[str]) -> str:
    """Return the roles as a sentence has them: “owner or manager”."""
    named = [role for role in ROLES if role in roles]
    return " or ".join([", ".join(named[:-1]), named[-1]] if len(named) > 2 else named)
