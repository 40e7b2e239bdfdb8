"""What is drawn of each unit, once and in one place: all other statements only write it out.

A unit is a query with a right and a wrong response. The first `items` of a chunk are asked, the rest
are taken on the critic's word. Every draw is a hash of the unit's number and the seed.
"""

import re
from typing import Any

PEOPLE, SIMULATED = 10, 2
IMPORTED_FROM = 0.88  # the last ones belong to no round: most wait for people
SEATS = PEOPLE + SIMULATED


def _words(text: str) -> list[str]:
    return text.split()


THINGS = _words(
    """apples pens books beads coins stamps shells cards buttons candles cups plates spoons bricks tiles
    ropes nails screws lamps chairs tickets badges ribbons kites drums flutes maps globes brushes crayons
    jars lids corks bolts hinges towels mugs trays baskets lanterns"""
)
OTHERS = _words(
    "desks doors windows trees benches bikes clocks mirrors shelves hats boots gloves scarves tents"
)
NAMES = _words("Noor Luis Sara Ivo Mei Tom Ana Raj Kim Ola Zoe Ben Ida Sam Lea Max Eva Jon Mia Abe")
NODES = ["irrelevant fact", "groups removed", "two steps", "order matters"]

# A number in [0, 1): the same for the same unit, draw and seed.
DRAW = """CREATE OR REPLACE FUNCTION pg_temp.draw(n bigint, k int, seed bigint) RETURNS float8
LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(n * 64 + k, seed) & 1073741823) / 1073741824.0 $$"""
PICK = """CREATE OR REPLACE FUNCTION pg_temp.pick(given text[], x float8) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT given[1 + floor(x * array_length(given, 1))::int] $$"""
# What one person answers: mostly what is right, seldom that there is nothing to choose.
ANSWER = """CREATE OR REPLACE FUNCTION pg_temp.answer(truth text, x float8) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE
  WHEN truth NOT IN ('a', 'b') THEN CASE WHEN x < .8 THEN truth ELSE 'a' END
  WHEN x < .86 THEN truth WHEN x < .95 THEN CASE truth WHEN 'a' THEN 'b' ELSE 'a' END
  ELSE 'tie' END $$"""
FUNCTIONS = [DRAW, PICK, ANSWER]

# In it `draw(7)` is the seventh draw of the row's unit.
DRAWN = """
CREATE TEMP TABLE unit ON COMMIT DROP AS
WITH placed AS MATERIALIZED (
  SELECT u, %(first)s + CASE WHEN u < %(items)s THEN u
      ELSE ((u - %(items)s) * %(items)s::bigint / %(spare)s) END AS m,
    -- Units without an item are numbered behind all that have one.
    CASE WHEN u < %(items)s THEN %(first)s + u
      ELSE %(total)s + %(spare_first)s + u - %(items)s END AS n,
    u < %(items)s AS has_item, u < %(items)s AND u %% 40 = 39 AS adjudicates
  FROM generate_series(0, %(items)s + %(spare)s - 1) u
), drawn AS MATERIALIZED (
  SELECT *, m - adjudicates::int < %(in_rounds)s AS is_in_round,
    1 + floor((m - adjudicates::int) * %(rounds)s / %(in_rounds)s)::int AS round_number,
    %(begin)s::timestamptz + (m::float8 / %(total)s) * (%(until)s::timestamptz - %(begin)s::timestamptz)
      AS at,
    (%(names)s::text[])[1 + floor(draw(1) * 20)::int] AS name,
    pick(%(things)s, draw(2)) AS thing, pick(%(others)s, draw(3)) AS other,
    pick(%(nodes)s, draw(4)) AS node,
    10 + floor(draw(5) * 90)::int AS has, 2 + floor(draw(6) * 8)::int AS boxes,
    2 + floor(draw(7) * 8)::int AS each, 5 + floor(draw(8) * 36)::int AS extra,
    2 + floor(draw(9) * 8)::int AS lost,
    draw(10) < .5 AS is_a_right,
    CASE WHEN draw(11) < .86 THEN '' WHEN draw(11) < .93 THEN 'tie'
      ELSE 'both_bad' END AS odd,
    .5 + .5 * draw(12) AS sure, draw(13) AS x_kind,
    draw(14) AS x_seats, draw(15) AS x_state,
    draw(16) AS x_arm, CASE WHEN draw(26) < .5 THEN 'ab' ELSE 'ba' END AS pair_order,
    draw(17) < .4 AS is_audit,
    floor(draw(18) * %(seats)s)::int AS who, draw(19) AS x_extra,
    draw(30) AS x_1, draw(31) AS x_2, draw(32) AS x_3
  FROM placed
), kinds AS MATERIALIZED (
  SELECT *, is_in_round AND has_item AND u %% 40 = 38 AND u + 1 < %(items)s AS is_level,
    CASE WHEN NOT has_item THEN '' WHEN adjudicates AND is_in_round THEN 'adjudication'
      WHEN u %% 40 = 38 THEN 'pairwise'
      -- A comparison of versions on answers that are both wrong.
      WHEN is_in_round AND odd = 'both_bad' AND x_kind < .3 THEN 'flawed'
      WHEN x_kind < .86 THEN 'pairwise' WHEN x_kind < .90 THEN 'gold'
      WHEN x_kind < .93 THEN 'tampered' WHEN x_kind < .965 THEN 'steps'
      ELSE 'critique_rating' END AS kind
  FROM drawn
), states AS MATERIALIZED (
  SELECT *, CASE WHEN is_level OR kind = 'adjudication' THEN 'closed'
      WHEN is_in_round THEN CASE WHEN x_state < .97 THEN 'closed' ELSE 'withdrawn' END
      WHEN x_state < .75 THEN 'open' WHEN x_state < .95 THEN 'closed'
      WHEN x_state < .97 THEN 'withdrawn' ELSE 'preparing' END AS state,
    CASE WHEN kind IN ('gold', 'tampered') OR odd = ''
      THEN CASE WHEN is_a_right THEN 'a' ELSE 'b' END ELSE odd END AS truth,
    CASE WHEN kind = 'adjudication' THEN 1 WHEN is_level THEN 2 WHEN x_seats < .7 THEN 1
      WHEN x_seats < .9 THEN 2 ELSE 3 END AS drawn_seats
  FROM kinds
), asked AS MATERIALIZED (
  SELECT *, CASE WHEN state = 'withdrawn' THEN 2 ELSE drawn_seats END AS seats,
    CASE WHEN NOT has_item OR state = 'preparing' THEN 0 WHEN state = 'closed' THEN drawn_seats
      WHEN state = 'withdrawn' THEN (x_seats < .5)::int
      ELSE (drawn_seats > 1 AND x_extra < .5)::int END AS answers,
    CASE WHEN is_level THEN 'a' WHEN kind = 'adjudication' THEN CASE WHEN x_1 < .5 THEN 'a' ELSE 'b' END
      ELSE answer(truth, x_1) END AS said_1,
    CASE WHEN is_level THEN 'b' ELSE answer(truth, x_2) END AS drawn_2, answer(truth, x_3) AS drawn_3
  FROM states
), second AS MATERIALIZED (
  -- Two who contradict each other are level, and level pairs are adjudicated: those are drawn apart.
  SELECT *, CASE WHEN NOT is_level AND said_1 IN ('a', 'b') AND drawn_2 IN ('a', 'b')
      AND drawn_2 <> said_1 THEN 'tie' ELSE drawn_2 END AS said_2
  FROM asked
), third AS MATERIALIZED (
  SELECT *, CASE WHEN drawn_3 IN ('a', 'b')
      AND ((said_1 IN ('a', 'b') AND said_1 <> drawn_3) <> (said_2 IN ('a', 'b') AND said_2 <> drawn_3))
      THEN 'tie' ELSE drawn_3 END AS said_3
  FROM second
)
SELECT third.*,
  'cluster ' || thing || ' ' || other || ' ' || node AS cluster,
  CASE WHEN pg_temp.draw(hashtext(thing || other || node), 1, %(seed)s) < .1
    THEN 'held_out' ELSE 'train' END AS split,
  concat('Shop ', n / 365 + 1, ', day ', n %% 365 + 1, '. ', name, ' has ', has, ' ', thing, '. Then ',
    boxes, ' boxes of ', each, ' ', thing, ' arrive. There are ', extra, ' ', other,
    ' in the room. Then ', lost, ' ', thing, ' are lost. How many ', thing, ' now?') AS text,
  concat(boxes, ' * ', each, ' = ', boxes * each, E'\\n', has, ' + ', boxes * each, ' = ',
    has + boxes * each, E'\\n', has + boxes * each, ' - ', lost, ' = ', has + boxes * each - lost,
    E'\\n#### ', has + boxes * each - lost) AS right_text,
  concat(boxes, ' * ', each, ' = ', boxes * each, E'\\n', has, ' + ', boxes * each, ' = ',
    has + boxes * each, E'\\n', has + boxes * each, ' + ', extra, ' = ', has + boxes * each + extra,
    E'\\n', has + boxes * each + extra, ' - ', lost, ' = ', has + boxes * each + extra - lost,
    E'\\n#### ', has + boxes * each + extra - lost) AS wrong_text,
  concat(has + boxes * each, ' + ', extra, ' = ', has + boxes * each + extra) AS wrong_line,
  -- The critic is right about as often as it says.
  CASE WHEN x_extra < .01 THEN NULL
    WHEN (draw(20) < sure * .97) = is_a_right THEN sure ELSE 1 - sure END AS p_a,
  round.id AS round_id, round.learner_id, round.attacker_id, round.critic_id,
  CASE WHEN x_arm < .8 THEN 'shown' WHEN x_arm < .9 THEN 'hidden' ELSE 'blind_first' END AS arm
FROM third LEFT JOIN oversight_round round
  ON round.campaign_id = %(campaign)s AND round.number = third.round_number AND third.is_in_round
"""
UNITS = re.sub(r"\bdraw\((\d+)\)", r"pg_temp.draw(n, \1, %(seed)s)", DRAWN)
UNITS = re.sub(r"\b(pick|answer)\(", r"pg_temp.\1(", UNITS)


def drawing_values() -> dict[str, Any]:
    """Return what the statements are given of the words above."""
    return {
        "things": THINGS,
        "others": OTHERS,
        "names": NAMES,
        "nodes": NODES,
        "seats": SEATS,
    }
