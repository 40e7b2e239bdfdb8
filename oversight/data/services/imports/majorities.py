"""What imported judgements prefer: of each pair and source, what more than half of them say."""

from oversight.statements import Statement

from .batches import Target

# People judged held-out queries too; no preference is made of those.
PREFER = Statement(
    """
    WITH votes AS (
        SELECT j.query_id, j.source,
               least(j.response_a_id, j.response_b_id) AS low,
               greatest(j.response_a_id, j.response_b_id) AS high,
               count(*) AS votes,
               count(*) FILTER (WHERE (j.choice = 'a') = (j.response_a_id < j.response_b_id)
                                AND j.choice IN ('a', 'b')) AS for_low,
               count(*) FILTER (WHERE (j.choice = 'b') = (j.response_a_id < j.response_b_id)
                                AND j.choice IN ('a', 'b')) AS for_high,
               min(j.id) AS first
        FROM oversight_judgement j JOIN oversight_query q ON q.id = j.query_id
        WHERE j.id >= %(first)s AND q.campaign_id = %(campaign)s AND q.split = 'train'
          AND j.item_id IS NULL AND j.round_id IS NULL AND j.response_b_id IS NOT NULL
        GROUP BY j.query_id, j.source, low, high
    )
    INSERT INTO oversight_preference
        (campaign_id, query_id, chosen_id, rejected_id, source, judgement_id,
         kind, p_w, p_l, weight, reason, created_at)
    SELECT %(campaign)s, query_id,
           CASE WHEN for_low > for_high THEN low ELSE high END,
           CASE WHEN for_low > for_high THEN high ELSE low END,
           source, (
               SELECT min(d.id) FROM oversight_judgement d
               WHERE d.query_id = votes.query_id AND d.source = votes.source
                 AND d.id >= votes.first
                 AND d.choice = CASE
                     WHEN d.response_a_id = CASE WHEN for_low > for_high THEN low ELSE high END
                     THEN 'a' ELSE 'b' END
                 AND least(d.response_a_id, d.response_b_id) = low
                 AND greatest(d.response_a_id, d.response_b_id) = high
           ),
           'compared', 1, 0, 1, '', now()
    FROM votes WHERE greatest(for_low, for_high) * 2 > votes
    ORDER BY first
    """
)


def prefer_majorities(target: Target) -> None:
    """Write the preferences that follow from the judgements of this import, in one statement."""
    if target.first_judgement is not None:
        count = PREFER.run(first=target.first_judgement, campaign=target.campaign.pk)
        target.imported.counts["preferences"] += count
