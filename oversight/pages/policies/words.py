"""The words that pages use, each in a plain sentence. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """`place` is where it stands on its page, for links from elsewhere: `/words/#gate`."""

    place: str
    name: str
    meaning: str


WHO = [
    Word("learner", "Learner", "The model that answers, and that is made better round by round."),
    Word("attacker", "Attacker", "The model that writes questions at which the learner may fail."),
    Word(
        "critic",
        "Critic",
        "The model that reads an answer, quotes what is wrong in it and says how likely it is flawed.",
    ),
    Word(
        "checker",
        "Checker",
        "A program that knows the truth, where there is one, as of sums. It measures people and models "
        "and confirms failures; what it says is never counted as a person's word.",
    ),
    Word(
        "simulated",
        "Simulated annotator",
        "A program that judges in place of people, to try things out. It is never counted as a person.",
    ),
]
WORK = [
    Word(
        "round",
        "Round",
        "One turn of the loop: questions, answers, critiques, people's judgements, a training, and the "
        "gate. Its plan is frozen at the start: what is set later holds from the next round.",
    ),
    Word("pair", "Pair", "Two answers to one question, of which one may be better."),
    Word(
        "critique",
        "Critique, comment",
        "What a critic says of one answer: a verdict, sound or flawed, and comments, as a rule tied to "
        "words that they quote.",
    ),
    Word(
        "fake",
        "Valid, nitpick, fake",
        "What people say of a comment: it shows a true flaw, one that hardly matters, or one that is "
        "not there. A fake one is made up.",
    ),
    Word(
        "confidence",
        "Confidence",
        "How sure a critic is that of two answers one is better: 50 % is a guess. Where it is sure "
        "enough its word is taken, unless something else speaks against that.",
    ),
    Word(
        "written-anew",
        "Written anew",
        "An answer that the learner wrote once more after it had read a critique of the first one.",
    ),
    Word(
        "cross-examined",
        "Cross-examined",
        "What an answer claims was asked for again in other words, of the model that gave it. Where it "
        "then says something else, it was wrong at least once.",
    ),
    Word(
        "item", "Item", "What people are asked to judge, mostly which answer of a pair is better."
    ),
    Word(
        "judgement",
        "Judgement",
        "What one person or model said of an answer or a pair. Several may be about one item.",
    ),
    Word(
        "preference",
        "Preference, label",
        "What the judgements of an item come to: this answer rather than that one. Training reads "
        "these. Alike and both bad give none.",
    ),
    Word(
        "audit",
        "Random audit",
        "A pair that people judge because a lot was drawn, whatever the critic says of it. From these "
        "it is told how often the critic is right about all pairs.",
    ),
    Word(
        "known",
        "Gold and tampered items",
        "Items whose right answer is known, or into one of whose answers an error was put. They show how "
        "people do, and train nothing.",
    ),
    Word(
        "adjudication",
        "Adjudication",
        "Where those who judged an item are level, somebody else has the last word: then it is "
        "adjudicated.",
    ),
]
LEARNING = [
    Word(
        "held-out",
        "Held out",
        "Questions that are never trained on, kept to measure what a new version can do.",
    ),
    Word(
        "gate",
        "Gate",
        "What a new version must pass before it goes to work: better on held-out questions than the "
        "one at work, by more than chance explains, and in nothing worse.",
    ),
    Word(
        "win-rate",
        "Win rate",
        "In how many of all comparisons the new version does better than the one at work; a tie counts "
        "half, so that one half is no change.",
    ),
    Word(
        "at-work",
        "At work, promoted, refused",
        "Each role has one version at work. A new one is promoted in its place by the gate, or refused; "
        "then the old one stays.",
    ),
    Word(
        "snapshot", "Snapshot", "All preferences as they were at one moment, frozen for a training."
    ),
    Word(
        "loss",
        "Loss",
        "What a training makes as small as it can. Which one is chosen says how the answers of a pair "
        "are weighed against each other.",
    ),
    Word(
        "dpo",
        "DPO",
        "A training on pairs: the better answer is made likelier than it was beside the worse one, with "
        "no score in between (direct preference optimisation).",
    ),
    Word(
        "reward",
        "Reward model",
        "A copy of the learner that was trained on people's labels alone. Which answer of a pair it "
        "finds likelier helps to tell where a critic is wrong.",
    ),
    Word(
        "adapter",
        "Adapter (LoRA)",
        "A small addition to a model that is trained in place of all its weights.",
    ),
]
FIGURES = [
    Word(
        "interval",
        "95 % interval",
        "Two figures between which the truth lies in about 95 of 100 cases. The less was measured, the "
        "further apart they are.",
    ),
    Word("of-100", "Of 100", "A share, told as how many of a hundred it would be."),
    Word(
        "p-w",
        "p_w and p_l",
        "How far a label is believed. p_w: how often its source says what it said where people agree "
        "with that. p_l: how often it says so though people prefer the other answer. A training believes "
        "a label the less, the nearer the two are to each other.",
    ),
    Word(
        "nats",
        "Nats",
        "How far a probability has changed, on a scale on which steps add up: one nat more is 2.7 times "
        "as likely, 0.1 nats about a tenth more.",
    ),
    Word(
        "kl",
        "KL",
        "How far a model's words have moved from another's, in nats a token (about a word). 0: it writes "
        "as before.",
    ),
    Word(
        "margin",
        "Margin",
        "By how much more a model has come to prefer the chosen answer to the rejected one.",
    ),
    Word("beta", "β", "How strictly a training keeps to the model that it started from."),
]
CHAPTERS = [
    ("Who takes part", WHO),
    ("What is done", WORK),
    ("How versions come about", LEARNING),
    ("Figures", FIGURES),
]
