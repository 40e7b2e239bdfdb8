"""What the models wrote of each unit: the query, two responses, critiques with comments, the routing.

Ids are reckoned from the first of a range that was taken for the chunk: no statement looks one up.
"""

QUERIES = """
INSERT INTO oversight_query (id, campaign_id, round_id, slot, text, text_sha256, loose_key, origin,
  split, node, cluster, reference, rejected_reason, attacker_version_id, prompt_hash, sampling,
  raw_text, created_at)
SELECT %(query)s + u, %(campaign)s, round_id, CASE WHEN is_in_round THEN n END, text,
  encode(sha256(convert_to(text, 'UTF8')), 'hex'),
  left(encode(sha256(convert_to(lower(text), 'UTF8')), 'hex'), 16),
  CASE WHEN is_in_round THEN 'attacker' ELSE 'imported' END, split, node, cluster, '', '',
  attacker_id, '', '{}', '', at
FROM unit"""
# Two answers are alike in an odd pair, but where the right answer of an item is known. Of a tampered
# item the wrong response is the right one with an error put in, by no model.
RESPONSES = """
INSERT INTO oversight_response (id, query_id, version_id, revises_id, purpose, sample, text, reasoning,
  sampling, prompt_hash, logprob, tokens, finish_reason, latency_ms, created_at)
SELECT %(response)s + 2 * u + side, %(query)s + u,
  CASE WHEN is_tampered THEN NULL ELSE coalesce(learner_id, %(learner)s) END,
  CASE WHEN is_tampered THEN %(response)s + 2 * u + 1 - side END,
  CASE WHEN is_tampered THEN 'tampered' ELSE 'feedback' END, side,
  CASE WHEN is_right THEN right_text ELSE wrong_text END, '', '{"temperature": 1.0}', '',
  -8 - 20 * sure, 40 + length(text) / 8, 'stop', 200 + 300 * sure, at + interval '1 minute'
FROM unit, (VALUES (0), (1)) side(side),
  LATERAL (SELECT 
    CASE WHEN odd = '' OR kind IN ('gold', 'tampered') THEN is_a_right = (side = 0)
      ELSE odd = 'tie' END AS is_right) by_side,
  LATERAL (SELECT kind = 'tampered' AND NOT is_right AS is_tampered) how"""
CRITIQUES = """
INSERT INTO oversight_critique (id, response_id, version_id, sample, summary, verdict, p_flawed,
  raw_text, sampling, prompt_hash, latency_ms, created_at)
SELECT %(critique)s + 2 * u + side, %(response)s + 2 * u + side, coalesce(critic_id, %(critic)s), 0,
  CASE WHEN p IS NULL THEN '' WHEN p >= .5 THEN 'One step counts what is not asked for.'
    ELSE 'Every step follows.' END,
  CASE WHEN p >= .5 THEN 'flawed' WHEN p < .5 THEN 'sound' END, p, '', '{}', '', 400 + 900 * sure,
  at + interval '3 minutes'
FROM unit, (VALUES (0), (1)) side(side),
  LATERAL (SELECT CASE WHEN side = 0 THEN 1 - p_a ELSE p_a END AS p) scored"""
COMMENTS = """
INSERT INTO oversight_comment (critique_id, number, quote, quote_match, start, "end", severity,
  category, explanation, suggested_fix, confidence)
SELECT critique, 1, quote, 'exact', strpos(answer, quote) - 1, strpos(answer, quote) - 1 + length(quote),
  CASE WHEN is_wrong THEN 'critical' ELSE 'minor' END, node,
  CASE WHEN is_wrong THEN concat('The ', extra, ' ', other, ' are not ', thing, '.')
    ELSE 'This step may not be needed.' END,
  CASE WHEN is_wrong THEN '(leave this step out)' ELSE '' END, round(sure::numeric, 2)
FROM (
  SELECT unit.*, critique.id AS critique, response.text AS answer,
    strpos(response.text, wrong_line) > 0 AS is_wrong
  FROM unit CROSS JOIN (VALUES (0), (1)) side(side)
  JOIN oversight_critique critique ON critique.id = %(critique)s + 2 * u + side
  JOIN oversight_response response ON response.id = critique.response_id
  WHERE critique.verdict = 'flawed'
) flawed, LATERAL (
  SELECT CASE WHEN is_wrong THEN wrong_line ELSE split_part(answer, E'\\n', 1) END AS quote
) place"""
DECISIONS = """
INSERT INTO oversight_routingdecision (id, round_id, query_id, response_a_id, response_b_id, outcome,
  reasons, is_audit, propensity, policy_version, is_eligible, is_random, created_at)
SELECT %(decision)s + u, round_id, %(query)s + u, %(response)s + 2 * u, %(response)s + 2 * u + 1,
  CASE kind WHEN 'pairwise' THEN 'human' WHEN '' THEN 'ai' ELSE 'drop' END,
  CASE WHEN kind = '' THEN jsonb_build_array(format('critic confident (%%s)', confidence))
    WHEN kind <> 'pairwise' THEN '["no difference expected"]'
    WHEN is_audit THEN '["random audit"]'
    WHEN p_a IS NULL THEN '["the critic gave no score"]'
    ELSE jsonb_build_array(format('critic unsure (%%s < 0.90)', confidence)) END,
  kind = 'pairwise' AND is_audit, CASE WHEN kind = 'pairwise' AND NOT is_audit THEN 1 ELSE .1 END,
  'selective-audit-3', p_a IS NOT NULL, kind = 'pairwise' AND is_audit, at + interval '4 minutes'
FROM unit, LATERAL (SELECT round(greatest(p_a, 1 - p_a, .5)::numeric, 2) AS confidence) said
WHERE is_in_round AND kind <> 'adjudication'"""
CRITIC_JUDGEMENTS = """
INSERT INTO oversight_judgement (id, query_id, response_a_id, response_b_id, round_id, source,
  version_id, annotator_label, p_a_better, choice, rationale, order_shown, arm, propensity,
  is_retraction, created_at)
SELECT %(judgement)s + 5 * u, %(query)s + u, %(response)s + 2 * u, %(response)s + 2 * u + 1, round_id,
  'critic', critic_id, '', p_a, '', '', '', '', CASE WHEN kind = 'pairwise' AND NOT is_audit THEN 1
  ELSE .1 END, false, at + interval '4 minutes'
FROM unit WHERE is_in_round AND kind <> 'adjudication'"""

STATEMENTS = [QUERIES, RESPONSES, CRITIQUES, COMMENTS, DECISIONS, CRITIC_JUDGEMENTS]
