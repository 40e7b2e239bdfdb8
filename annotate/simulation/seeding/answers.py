"""What people were asked and what they said, with all that a form sends.

Of each unit `said` has a row for each answer: who (an index into the campaign's people), when, what.
"""

ITEMS = """
INSERT INTO oversight_reviewitem (id, campaign_id, round_id, kind, query_id, response_a_id,
  response_b_id, problem, decision_id, adjudicates_id, expected, annotators, seats_free, priority,
  state, withdrawn_because, created_at, closed_at, asks_flaws)
SELECT %(item)s + u, %(campaign)s, round_id, kind, %(query)s + about, %(response)s + 2 * about,
  CASE WHEN kind NOT IN ('steps', 'critique_rating') THEN %(response)s + 2 * about + 1 END,
  CASE WHEN kind = 'critique_rating' THEN 'What is counted that is not asked for?' ELSE '' END,
  CASE WHEN kind = 'pairwise' AND is_in_round THEN %(decision)s + u END,
  CASE WHEN kind = 'adjudication' THEN %(item)s + u - 1 END,
  CASE WHEN kind IN ('gold', 'tampered') THEN truth ELSE '' END, seats, seats - answers,
  CASE WHEN kind = 'adjudication' OR is_audit THEN 100 ELSE coalesce(1 - greatest(p_a, 1 - p_a), 1) END,
  state, CASE WHEN state = 'withdrawn' THEN 'fault' ELSE '' END, at + interval '5 minutes',
  CASE WHEN state IN ('closed', 'withdrawn') THEN at + interval '3 days' END, kind = 'flawed'
FROM unit, LATERAL (SELECT u - (kind = 'adjudication')::int AS about) subject WHERE has_item"""
RATED = """
INSERT INTO oversight_reviewitem_critiques (reviewitem_id, critique_id)
SELECT %(item)s + u, %(critique)s + 2 * u FROM unit WHERE kind = 'critique_rating'"""
SAID = """
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT unit.*, k, is_simulated, person, subject.about,
  CASE WHEN kind IN ('steps', 'critique_rating') THEN '' ELSE choice END AS choice,
  kind NOT IN ('steps', 'critique_rating') AND choice IN ('a', 'b') AS is_decided,
  kind NOT IN ('steps', 'critique_rating') AS is_compared,
  k = 0 AND x_extra > .97 AS is_corrected, at + (k + 1) * interval '4 hours' AS said_at,
  20 + 100 * x_seats * (k + 1) AS seconds
FROM unit
CROSS JOIN LATERAL (VALUES (0, said_1), (1, said_2), (2, said_3)) answer(k, choice)
CROSS JOIN LATERAL (SELECT u - (kind = 'adjudication')::int AS about) subject
-- Who judged a level pair does not decide it: the next unit begins with another person.
CROSS JOIN LATERAL (
  SELECT 1 + CASE WHEN kind = 'adjudication' THEN (%(level_who)s + 5) %% %(seats)s
    WHEN is_level THEN (%(level_who)s + k) %% %(seats)s
    ELSE (who + k) %% %(seats)s END AS place) seat
CROSS JOIN LATERAL (
  SELECT (%(people)s::bigint[])[place] AS person, place > %(persons)s AS is_simulated) someone
WHERE k < answers"""
ASSIGNMENTS = """
INSERT INTO annotate_assignment (id, campaign_id, item_id, annotator_id, harm, state, order_shown, arm,
  arm_propensity, leased_at, expires_at, reason, was_offered_again, was_taken_back)
SELECT %(assignment)s + 4 * u + k, %(campaign)s, %(item)s + u, person, '', 'submitted',
  CASE WHEN NOT is_compared THEN 'a' ELSE pair_order END,
  CASE WHEN is_compared THEN arm ELSE 'shown' END, CASE WHEN NOT is_compared THEN 1
  WHEN arm = 'shown' THEN .8 ELSE .1 END, said_at - interval '2 minutes', said_at + interval '28 minutes',
  '', false, false
FROM said"""
JUDGEMENT = """
INSERT INTO oversight_judgement (id, query_id, response_a_id, response_b_id, round_id, item_id, source,
  user_id, annotator_label, p_a_better, choice, strength, rationale, order_shown, was_critique_shown,
  arm, arm_propensity, propensity, seconds, supersedes_id, is_retraction, created_at)
SELECT %(judgement)s + 5 * u + {number}, %(query)s + about, %(response)s + 2 * about,
  CASE WHEN kind NOT IN ('steps', 'critique_rating') THEN %(response)s + 2 * about + 1 END, round_id,
  %(item)s + u, CASE WHEN is_simulated THEN 'simulated' ELSE 'person' END, person, '',
  CASE {choice} WHEN 'a' THEN 1 WHEN 'b' THEN 0 WHEN '' THEN NULL ELSE .5 END, {choice},
  CASE WHEN {choice} IN ('a', 'b') THEN 1 + u %% 3 END, {rationale},
  CASE WHEN is_compared THEN pair_order ELSE 'a' END,
  kind = 'critique_rating' OR is_compared AND arm <> 'hidden', CASE WHEN is_compared THEN arm ELSE '' END,
  CASE WHEN NOT is_compared THEN NULL WHEN arm = 'shown' THEN .8 ELSE .1 END,
  CASE WHEN kind = 'pairwise' AND is_in_round THEN CASE WHEN is_audit THEN .1 ELSE 1 END END, seconds,
  {supersedes}, false, said_at {minutes}
FROM said {where}"""
WHY = """CASE WHEN u %% 3 > 0 THEN '' WHEN choice IN ('a', 'b')
  THEN concat('The ', extra, ' ', other, ' do not count.') ELSE 'I see no difference that matters.' END"""
# What is corrected said the other thing before.
FIRST_SAID = """CASE choice WHEN 'a' THEN 'b' WHEN 'b' THEN 'a' ELSE choice END"""
CORRECTED = JUDGEMENT.format(
    number=1, choice=FIRST_SAID, rationale="''", supersedes="NULL",
    minutes="- interval '1 minute'", where="WHERE is_corrected",
)  # fmt: skip
STANDING = JUDGEMENT.format(
    number="2 + k", choice="choice", rationale=WHY, minutes="", where="",
    supersedes="CASE WHEN is_corrected THEN %(judgement)s + 5 * u + 1 END",
)  # fmt: skip
ANNOTATION = """
INSERT INTO annotate_annotation (id, assignment_id, submission, payload, judgement_id, supersedes_id,
  created_at)
SELECT %(annotation)s + 4 * u + {own}, %(assignment)s + 4 * u + k,
  md5(concat(%(slug)s::text, ':', %(seed)s::bigint, ':', n, ':', {own}))::uuid,
  jsonb_build_object('choice', judgement.choice, 'strength', judgement.strength,
    'rationale', judgement.rationale, 'seconds', judgement.seconds, 'order_shown', judgement.order_shown),
  judgement.id, {supersedes}, judgement.created_at
FROM said JOIN oversight_judgement judgement ON judgement.id = %(judgement)s + 5 * u + {number} {where}"""
FIRST_ANNOTATIONS = ANNOTATION.format(
    own=0, number=1, supersedes="NULL::bigint", where="WHERE is_corrected"
)
ANNOTATIONS = ANNOTATION.format(
    own="1 + k", number="2 + k", where="",
    supersedes="CASE WHEN is_corrected THEN %(annotation)s + 4 * u END",
)  # fmt: skip

STATEMENTS = [
    *(ITEMS, RATED, SAID, ASSIGNMENTS, CORRECTED, STANDING, FIRST_ANNOTATIONS, ANNOTATIONS),
]
