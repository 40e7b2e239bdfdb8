"""A walk through everything that can become of one item and its adjudication.

After each step the rows are compared with what a simple reading of the annotations says.
"""

from collections import Counter
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from annotate.models import Annotation, Assignment, Flag
from annotate.queue.services.leases import lease_next, release_expired_leases, skip_assignment
from annotate.work.selectors.history import last_submitted, standing_annotation
from annotate.work.services.flags import flag_assignment, settle_flag
from annotate.work.services.submissions import submit_annotation
from annotate.work.services.taking_back import take_back
from oversight.errors import OversightError
from oversight.feedback.services.settling import lock_item, settle_item
from oversight.loop.services.rounds import close_review
from oversight.models import Judgement, MemberRole, Preference, ReviewItem
from tests.factories import (
    make_campaign,
    make_item,
    make_member,
    make_query,
    make_response,
    make_round,
)

PEOPLE = st.integers(0, 4)
# Mostly two that are level or not: there most has to follow.
CHOICES = st.sampled_from(["a", "a", "a", "b", "b", "b", "c", "d", "tie", "both_bad"])


class AnswersMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize(
        seats=st.sampled_from([2, 2, 2, 1, 3]),
        responses=st.sampled_from([2, 2, 3, 4]),
        is_adjudicated=st.sampled_from([True, True, True, False]),
        given=st.lists(st.sampled_from("aabbc"), min_size=1, max_size=3),
    )
    def begin(self, seats, responses, is_adjudicated, given):
        self.campaign = make_campaign(is_adjudicated=is_adjudicated)
        query = make_query(self.campaign)
        texts = [make_response(query, f"Answer {n}.") for n in range(responses)]
        names = ("response_a", "response_b", "response_c", "response_d")
        self.round = make_round(texts[0].version)
        self.item = make_item(
            self.campaign,
            query=query,
            annotators=seats,
            round=self.round,
            **dict(zip(names, texts, strict=False)),
        )
        self.letters = "abcd"[:responses]
        self.people = [make_member(self.campaign) for _ in range(5)]
        self.admin = make_member(self.campaign, MemberRole.OWNER)
        self.is_faulty = self.is_closed = self.is_let_go = False
        self.sent = {}
        self.lease_and_submit(given)

    # What people do. Whatever is refused is refused by name.

    @rule(person=PEOPLE)
    def lease(self, person):
        lease_next(user=self.people[person], campaign=self.campaign)

    @rule(choices=st.lists(CHOICES, min_size=2, max_size=4))
    def lease_and_submit(self, choices):
        for person, choice in zip(self.people, choices, strict=False):
            if assignment := lease_next(user=person, campaign=self.campaign):
                self.submit(assignment, uuid4(), choice)

    @rule(person=PEOPLE, choice=CHOICES)
    def submit_an_open_page(self, person, choice):
        if assignment := self.assignments(person).last():
            self.submit(assignment, uuid4(), choice)

    @rule(person=PEOPLE, choice=CHOICES)
    def send_again(self, person, choice):
        """The same id with what may be another answer: it stands only where it is the same one."""
        assignment = self.assignments(person).last()
        if assignment is None or assignment.pk not in self.sent:
            return
        before = Judgement.objects.count()
        self.submit(assignment, self.sent[assignment.pk], choice)
        assert Judgement.objects.count() == before

    @rule(which=st.integers(0, 3), choice=CHOICES)
    def correct(self, which, choice):
        """Any of those who have answered the item, or the one who has decided it."""
        submitted = Assignment.objects.filter(campaign=self.campaign, state="submitted")
        rows = list(submitted.select_related("annotator", "campaign", "item").order_by("pk"))
        if rows:
            assignment = rows[which % len(rows)]
            standing = standing_annotation(assignment)
            self.submit(assignment, uuid4(), choice, corrects=standing.pk)

    @rule(person=PEOPLE)
    def take_back_the_last(self, person):
        if last := last_submitted(self.people[person], self.campaign):
            self.attempt(take_back, annotation=last)

    @rule(person=PEOPLE)
    def skip(self, person):
        if assignment := self.assignments(person).last():
            self.attempt(skip_assignment, assignment=assignment)

    @rule(person=PEOPLE)
    def flag(self, person):
        if assignment := self.assignments(person).last():
            self.attempt(flag_assignment, assignment=assignment, kind="broken", reason="Cut off.")

    @rule(is_withdrawn=st.sampled_from([False, False, False, True]))
    def settle(self, is_withdrawn):
        flag = Flag.objects.filter(assignment__campaign=self.campaign, settled_at=None).first()
        if flag:
            settle_flag(flag=flag, user=self.admin, is_withdrawn=is_withdrawn)
            self.is_faulty |= is_withdrawn

    @precondition(lambda self: not self.is_closed)
    @rule(is_meant=st.sampled_from([False] * 7 + [True]))
    def go_on_without_the_rest(self, is_meant):
        if is_meant:
            decisive = self.adjudication()
            self.is_let_go = decisive is not None and decisive.state == "open"
            close_review(round=self.round)
            self.is_closed = True

    @rule()
    def leases_end(self):
        past = timezone.now() - timedelta(minutes=1)
        Assignment.objects.filter(campaign=self.campaign).update(expires_at=past)
        release_expired_leases()

    # What holds after each of them.

    @invariant()
    def item_is_as_its_answers_have_it(self):
        given = len(self.answers(self.item))
        self.item.refresh_from_db()
        if self.is_faulty:
            expected = "withdrawn"
        elif given >= self.item.annotators or (self.is_closed and given):
            expected = "closed"
        else:
            expected = "withdrawn" if self.is_closed else "open"
        assert self.item.state == expected

    @invariant()
    def somebody_is_asked_where_they_are_level(self):
        decisive = self.adjudication()
        is_decided = decisive is not None and bool(self.answers(decisive))
        is_asked = decisive is not None and decisive.state == "open"
        can_be = not (self.is_faulty or is_decided or self.is_let_go)
        assert is_asked == (can_be and self.is_level())
        if decisive and is_decided:
            assert decisive.state == ("withdrawn" if self.is_faulty else "closed")

    @invariant()
    def preferences_are_what_the_annotations_say(self):
        chain_ends = Preference.objects.filter(campaign=self.campaign, superseded_by=None)
        standing = chain_ends.filter(weight__gt=0).values_list("chosen_id", "rejected_id")
        assert Counter(standing) == Counter(self.expected_pairs())
        assert len({frozenset(pair) for pair in standing}) == len(standing)

    @invariant()
    def settling_once_more_changes_nothing(self):
        for item in filter(None, [self.item, self.adjudication()]):
            assert not settle_item(item=lock_item(item.pk))

    @invariant()
    def seats_are_right(self):
        for item in filter(None, [self.item, self.adjudication()]):
            item.refresh_from_db()
            taken = item.assignments.filter(state__in=["leased", "submitted"]).count()
            assert item.seats_free + taken == item.annotators

    @invariant()
    def nothing_said_of_a_withdrawn_item_stands(self):
        standing = Judgement.objects.standing().filter(query=self.item.query)
        said = 0 if self.is_faulty else len(self.answers(self.item))
        assert standing.filter(item=self.item).count() == said

    # Reading.

    def submit(self, assignment, submission, choice, corrects=None):
        if choice in "cd" and choice not in self.letters:
            choice = "a"
        is_one_of_two = choice in ("a", "b") and len(self.letters) == 2
        done = self.attempt(
            submit_annotation,
            assignment=assignment,
            submission=submission,
            choice=choice,
            strength=1 if is_one_of_two else None,
            verdicts={},
            corrects=corrects,
        )
        if done:
            assert done.payload["choice"] == choice
            assert standing_annotation(assignment) == done
            self.sent[assignment.pk] = submission

    def attempt(self, service, **values):
        try:
            with transaction.atomic():
                return service(**values)
        except OversightError:
            return None

    def assignments(self, person):
        own = Assignment.objects.filter(annotator=self.people[person], campaign=self.campaign)
        return own.select_related("annotator", "campaign", "item").order_by("pk")

    def adjudication(self):
        return ReviewItem.objects.filter(adjudicates=self.item).first()

    def answers(self, item):
        kept = Annotation.objects.filter(assignment__item=item, superseded_by=None)
        kept = kept.exclude(payload={})  # what was taken back
        return [payload["choice"] for payload in kept.values_list("payload", flat=True)]

    def leaders(self, choices):
        votes = Counter(choice for choice in choices if choice in self.letters)
        return [letter for letter in votes if votes[letter] == max(votes.values())]

    def is_level(self):
        answers, seats = self.answers(self.item), self.item.annotators
        is_full = len(answers) == seats and seats > 1
        return self.campaign.judging.is_adjudicated and is_full and len(self.leaders(answers)) > 1

    def expected_pairs(self):
        answers, decisive = self.answers(self.item), self.adjudication()
        is_open = len(answers) < self.item.annotators and not self.is_closed
        if self.is_faulty or is_open:
            return []
        decided = self.answers(decisive) if decisive else []
        best = self.leaders(decided or answers)
        if len(best) != 1:
            return []
        ids = dict(zip(self.letters, self.item.response_ids, strict=True))
        return [(ids[best[0]], pk) for letter, pk in ids.items() if letter != best[0]]
