"""What goes with answers, or stands instead of them; and the preferences that follow."""

VERDICTS = """
INSERT INTO oversight_commentverdict (comment_id, judgement_id, verdict, action, created_at)
SELECT comment.id, %(judgement)s + 5 * u + 2 + k,
  CASE WHEN draw(21) < .08 THEN 'unsure' WHEN comment.severity = 'critical' THEN 'valid'
    WHEN draw(21) < .4 THEN 'nitpick' ELSE 'fake' END, 'kept', said_at
FROM said JOIN oversight_critique critique ON critique.response_id IN
  (%(response)s + 2 * about, %(response)s + 2 * about + 1)
JOIN oversight_comment comment ON comment.critique_id = critique.id
WHERE is_compared AND arm <> 'hidden' AND draw(22) < .6"""
BLIND = """
INSERT INTO oversight_blindanswer (item_id, user_id, choice, strength, rationale, order_shown, seconds,
  created_at)
SELECT %(item)s + u, person, CASE WHEN draw(23) < .8 THEN choice ELSE 'tie' END, NULL, '', 'ab',
  seconds / 2, said_at - interval '1 minute'
FROM said WHERE is_compared AND arm = 'blind_first'"""
# Labels end with the first bad step.
STEPS = """
INSERT INTO oversight_steplabel (judgement_id, response_id, position, start, "end", label)
SELECT judgement, response, position, start, start + length(line), label
FROM (
  SELECT %(judgement)s + 5 * u + 2 + k AS judgement, response.id AS response, line,
    number - 1 AS position,
    sum(length(line) + 1) OVER (PARTITION BY u, k ORDER BY number) - length(line) - 1 AS start,
    CASE WHEN line = wrong_line THEN -1 ELSE 1 END AS label,
    coalesce(sum((line = wrong_line)::int) OVER (PARTITION BY u, k ORDER BY number
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bad_before
  FROM said JOIN oversight_response response ON response.id = %(response)s + 2 * u
  CROSS JOIN LATERAL string_to_table(response.text, E'\\n') WITH ORDINALITY lines(line, number)
  WHERE kind = 'steps'
) labelled WHERE bad_before = 0"""
RATINGS = """
INSERT INTO oversight_critiquerating (judgement_id, critique_id, points_out_problem, misses_severe,
  has_nitpick, has_fake, concise, overall)
SELECT %(judgement)s + 5 * u + 2 + k, %(critique)s + 2 * u, 1 + u %% 7, 1 + n %% 5, 1 + u %% 4,
  1 + n %% 3, 4 + u %% 4, 2 + n %% 6
FROM said WHERE kind = 'critique_rating'"""
SKIPPED = """
INSERT INTO annotate_assignment (id, campaign_id, item_id, annotator_id, harm, state, order_shown, arm,
  arm_propensity, leased_at, expires_at, reason, was_offered_again, was_taken_back)
SELECT %(assignment)s + 4 * u + 3, %(campaign)s, %(item)s + u,
  (%(people)s::bigint[])[1 + (who + 3) %% %(persons)s], '', 'skipped', 'ab', 'shown', 1,
  at + interval '1 hour', at + interval '90 minutes',
  CASE WHEN draw(24) < .25 THEN 'flagged: the numbers cannot be read'
    ELSE 'I am not sure what is asked' END,
  false, false
FROM unit
WHERE has_item AND state IN ('open', 'closed') AND kind <> 'adjudication' AND draw(25) < .02
  AND NOT EXISTS (SELECT FROM annotate_assignment held WHERE held.item_id = %(item)s + u
    AND held.annotator_id = (%(people)s::bigint[])[1 + (who + 3) %% %(persons)s])"""
# The last ones are still open.
FLAGS = """
INSERT INTO annotate_flag (assignment_id, kind, reason, created_at, settled_at, settled_by_id)
SELECT skipped.id, CASE WHEN u %% 5 = 0 THEN 'other' ELSE 'broken' END, 'the numbers cannot be read',
  skipped.leased_at, CASE WHEN m < %(total)s * .9 THEN skipped.leased_at + interval '1 day' END,
  CASE WHEN m < %(total)s * .9 THEN (%(people)s::bigint[])[1] END
FROM unit JOIN annotate_assignment skipped ON skipped.id = %(assignment)s + 4 * u + 3
WHERE skipped.state = 'skipped' AND skipped.reason LIKE 'flagged:%%'"""
# Drawn at random, accepted by somebody who did not answer; some still wait.
REVIEWS = """
INSERT INTO annotate_review (campaign_id, item_id, state, reasons, is_random, propensity, reviewer_id,
  note, outcome, created_at)
SELECT %(campaign)s, %(item)s + u, CASE WHEN is_over THEN 'adjudicated' ELSE 'todo' END, '{random}', true,
  .05, CASE WHEN is_over THEN reviewer END, '', CASE WHEN is_over THEN 'accepted' ELSE '' END,
  at + interval '2 days'
FROM (
  SELECT *, draw(27) < .8 AS is_over,
    (%(people)s::bigint[])[1 + (who + 3) %% %(persons)s] AS reviewer
  FROM unit WHERE has_item AND state = 'closed' AND kind <> 'adjudication' AND draw(26) < .05
) drawn
WHERE NOT EXISTS (
  SELECT FROM annotate_assignment held JOIN oversight_reviewitem item ON item.id = held.item_id
  WHERE held.annotator_id = drawn.reviewer
  AND (item.id = %(item)s + drawn.u OR item.adjudicates_id = %(item)s + drawn.u))"""
REVIEW_MOVES = """
INSERT INTO annotate_reviewmove (review_id, kind, from_state, to_state, by_id, note, at)
SELECT review.id, move.kind, move.before, move.after,
  CASE WHEN move.n > 1 THEN review.reviewer_id END, '', review.created_at + move.n * interval '1 minute'
FROM unit JOIN annotate_review review ON review.item_id = %(item)s + unit.u
CROSS JOIN (VALUES (1, 'chosen', '', 'todo'), (2, 'claimed', 'todo', 'in_review'),
  (3, 'accepted', 'in_review', 'adjudicated')) move(n, kind, before, after)
WHERE move.n = 1 OR review.state = 'adjudicated'
ORDER BY review.id, move.n"""
# Of a level pair its adjudicator's word, else what most said.
BY_PEOPLE = """
INSERT INTO oversight_preference (campaign_id, round_id, query_id, chosen_id, rejected_id, source, kind,
  judgement_id, item_id, decision_id, p_w, p_l, weight, reason, reliability_id, created_at)
SELECT %(campaign)s, decided.round_id, %(query)s + about, %(response)s + 2 * about + (best = 'b')::int,
  %(response)s + 2 * about + (best = 'a')::int,
  CASE WHEN any_simulated THEN 'simulated' ELSE 'person' END, 'compared', judgement, %(item)s + about,
  CASE WHEN is_in_round THEN %(decision)s + about END, 1, 0, 1, '', NULL, closed_at
FROM (
  SELECT about, round_id, is_in_round, bool_or(is_simulated) AS any_simulated, max(said_at) AS closed_at,
    CASE sign(count(*) FILTER (WHERE choice = 'a') - count(*) FILTER (WHERE choice = 'b'))
      WHEN 1 THEN 'a' WHEN -1 THEN 'b' END AS best,
    coalesce(max(%(judgement)s + 5 * u + 2 + k) FILTER (WHERE choice = CASE sign(
      count_a - count_b) WHEN 1 THEN 'a' WHEN -1 THEN 'b' END), 0) AS judgement
  FROM (
    SELECT said.*, count(*) FILTER (WHERE choice = 'a') OVER (PARTITION BY u) AS count_a,
      count(*) FILTER (WHERE choice = 'b') OVER (PARTITION BY u) AS count_b
    FROM said
    WHERE state = 'closed' AND kind IN ('pairwise', 'adjudication') AND NOT is_level
  ) counted
  GROUP BY u, about, round_id, is_in_round
) decided
JOIN oversight_query query ON query.id = %(query)s + about AND query.split = 'train'
WHERE best IS NOT NULL"""
BY_CRITIC = """
INSERT INTO oversight_preference (campaign_id, round_id, query_id, chosen_id, rejected_id, source, kind,
  judgement_id, item_id, decision_id, p_w, p_l, weight, reason, reliability_id, created_at)
SELECT %(campaign)s, unit.round_id, %(query)s + u, %(response)s + 2 * u + (p_a < .5)::int,
  %(response)s + 2 * u + (p_a >= .5)::int, 'critic', 'compared', %(judgement)s + 5 * u, NULL,
  %(decision)s + u, reliability.p_w, reliability.p_l, 1, '', reliability.id, at + interval '5 days'
FROM unit JOIN oversight_sourcereliability reliability
  ON reliability.round_id = unit.round_id AND reliability.source = 'critic'
WHERE kind = '' AND split = 'train' AND p_a IS NOT NULL"""
# No trigger did it while they were left out.
FACTS = """
SELECT refresh_item_facts(ARRAY(SELECT %(item)s + u FROM unit WHERE has_item)),
  read_queries(ARRAY(SELECT %(query)s + u FROM unit))"""
FLAGGED = """
UPDATE oversight_itemfacts facts SET flag = CASE WHEN f.settled_at IS NULL THEN 'open' ELSE 'settled' END
FROM annotate_flag f JOIN annotate_assignment s ON s.id = f.assignment_id
WHERE facts.item_id = s.item_id AND facts.item_id >= %(item)s"""

STATEMENTS = [
    *(VERDICTS, BLIND, STEPS, RATINGS, SKIPPED, FLAGS, REVIEWS, REVIEW_MOVES),
    *(BY_PEOPLE, BY_CRITIC, FACTS, FLAGGED),
]
