"""The wordings of the starter domain: every sentence that a problem may contain.

Texts hold slots: {n} and {m} numbers, {name} the present owner, {other} a new owner, {third}
anybody, {units} the things counted, {pack} a container, {adv} an opener. No model ever trains on
the held-out wordings; they put the training words into new frames.
"""

NAMES = (
    *("Noor", "Omar", "Lena", "Ivan", "Mira", "Tom", "Sara", "Ben"),
    *("Aiko", "Luis", "Zara", "Finn", "Emma", "Raj", "Nina", "Hugo"),
)
UNITS = (
    *("beads", "cards", "apples", "coins", "shells", "stamps", "eggs"),
    *("books", "pens", "nuts", "stones", "marbles", "buttons", "leaves"),
)
PACKS = ("boxes", "bags", "packs", "trays", "crates")
OPENERS = ("Then", "Later", "After that", "Next", "Soon")

TRAINED: dict[str, tuple[str, ...]] = {
    "start": (
        "{name} has {n} {units}.",
        "{name} starts with {n} {units}.",
        "At first {name} has {n} {units}.",
        "{name} owns {n} {units}.",
        "There are {n} {units} on {name}'s table.",
        "{name} counts {n} {units} at home.",
        "In the morning {name} has {n} {units}.",
        "{name} keeps {n} {units} in a drawer.",
    ),
    "add": (
        "{adv} {n} {units} arrive.",
        "{adv} {n} more arrive.",
        "{adv} {name} gets {n} more.",
        "{adv} {name} finds {n} {units}.",
        "{adv} {name} buys {n} more {units}.",
        "{adv} {n} {units} are added.",
        "{adv} a friend gives {name} {n} {units}.",
        "{name} wins {n} {units} in a game.",
        "Another {n} come in.",
        "{adv} {n} new {units} come in the post.",
        "{name} makes {n} more at home.",
        "{name} also receives {n} {units}.",
    ),
    "remove": (
        "{adv} {n} are lost.",
        "{adv} {name} loses {n} {units}.",
        "{adv} {name} gives {n} {units} away.",
        "{adv} {n} {units} are sold.",
        "{adv} {n} break.",
        "{name} sells {n} of them.",
        "{name} uses {n} {units} for a gift.",
        "{adv} a friend takes {n} of them.",
        "{adv} {name} throws {n} away.",
        "{n} of them are stolen.",
        "{adv} {n} of the {units} fall and break.",
        "{adv} {name} sends {n} to a friend.",
    ),
    "groups_added": (
        "{adv} {n} {pack} of {m} arrive.",
        "{adv} {name} buys {n} {pack} of {m}.",
        "{adv} {name} gets {n} {pack} with {m} {units} each.",
        "{adv} a friend brings {n} {pack} of {m} {units}.",
        "{n} {pack} with {m} each are added.",
        "{name} finds {n} {pack} of {m} {units}.",
        "{adv} {n} new {pack} come in with {m} {units} in each.",
        "{name} wins {n} {pack} of {m}.",
        "{adv} {name} receives {n} {pack} with {m} in each.",
    ),
    "groups_removed": (
        "{adv} {n} {pack} of {m} are lost.",
        "{adv} {name} sells {n} {pack} of {m}.",
        "{adv} {name} gives away {n} {pack} with {m} {units} each.",
        "{adv} {n} {pack} of {m} {units} are sold.",
        "{n} {pack} with {m} each are stolen.",
        "{name} loses {n} {pack} of {m} {units}.",
        "{adv} a friend takes {n} {pack} with {m} in each.",
        "{name} sends {n} {pack} of {m} to a friend.",
        "{adv} {name} throws away {n} {pack} with {m} in each.",
    ),
    "multiples": (
        "{adv} the number of {units} grows {n} times over.",
        "{adv} {name} has {n} times as many.",
        "{other} has {n} times as many {units} as {name}.",
        "{adv} the pile becomes {n} times as big.",
        "{other} owns {n} times as many as {name}.",
        "{adv} the {units} become {n} times as many.",
        "{adv} {name} makes the pile {n} times as big.",
        "{other} counts {n} times as many {units} as {name} does.",
    ),
    "halves": (
        "{adv} half of them are lost.",
        "{adv} {name} gives half away.",
        "{adv} half of the {units} are sold.",
        "{name} loses half of them.",
        "{adv} a friend takes half.",
        "{name} uses half of the {units}.",
        "{adv} only half are left.",
    ),
    "shares": (
        "{name} splits them into {n} equal piles and keeps one.",
        "{adv} {name} shares the {units} in {n} equal parts and keeps one part.",
        "{adv} the {units} are split into {n} equal parts and one is kept.",
        "{name} makes {n} equal piles and keeps only one pile.",
        "{adv} {name} divides them by {n} and keeps one part.",
        "{adv} they are shared in {n} equal piles and {name} keeps one.",
        "{adv} they are divided into {n} equal parts and only one part is kept.",
    ),
    "more": (
        "{other} has {n} more than {name}.",
        "{other} has {n} {units} more than {name}.",
        "{other} owns {n} more {units} than {name}.",
        "{other} counts {n} more than {name} does.",
        "Compared with {name}, {other} has {n} more.",
        "{other} keeps {n} more {units} than {name} does.",
    ),
    "fewer": (
        "{other} has {n} fewer than {name}.",
        "{other} has {n} {units} fewer than {name}.",
        "{other} owns {n} fewer {units} than {name}.",
        "{other} counts {n} fewer than {name} does.",
        "Compared with {name}, {other} has {n} fewer.",
        "{other} keeps {n} fewer {units} than {name} does.",
    ),
    "fact": (
        "There are {n} chairs in the room.",
        "The bus has {n} seats.",
        "{third} is {n} years old.",
        "The walk takes {n} minutes.",
        "A ticket costs {n} cents.",
        "There are {n} trees in the garden.",
        "The house has {n} windows.",
        "The shop opens in {n} minutes.",
        "The dog is {n} years old.",
        "It is {n} degrees outside.",
    ),
    "question": (
        "How many {units} now?",
        "How many are there now?",
        "How many {units} are there in the end?",
        "How many {units} does {name} have now?",
        "How many does {name} have?",
        "Find the number of {units} that {name} has.",
        "What number of {units} does {name} have in the end?",
    ),
}

HELD_OUT: dict[str, tuple[str, ...]] = {
    "start": (
        "At home {name} has {n} {units}.",
        "In the morning {name} counts {n} {units}.",
        "{name} starts the morning with {n} {units}.",
        "There are {n} {units} in {name}'s drawer.",
    ),
    "add": (
        "{adv} {n} more are added.",
        "{adv} {name} finds {n} more.",
        "Another {n} {units} arrive.",
        "{adv} {name} also buys {n} {units}.",
        "{adv} {name} receives {n} more {units}.",
    ),
    "remove": (
        "{adv} {n} {units} are lost.",
        "{adv} {n} of them are sold.",
        "{adv} {name} gives {n} of them away.",
        "{name} loses {n} of them.",
        "{adv} {n} of the {units} break.",
    ),
    "groups_added": (
        "{adv} {n} {pack} with {m} {units} each arrive.",
        "{adv} {name} finds {n} {pack} with {m} in each.",
        "{adv} a friend brings {name} {n} {pack} of {m}.",
    ),
    "groups_removed": (
        "{adv} {n} {pack} with {m} {units} each are lost.",
        "{adv} {name} sells {n} {pack} with {m} in each.",
        "{adv} a friend takes {n} {pack} of {m} {units}.",
    ),
    "multiples": (
        "{adv} {name} has {n} times as many {units}.",
        "{adv} the pile of {units} grows {n} times as big.",
        "{other} owns {n} times as many {units} as {name} does.",
    ),
    "halves": (
        "{adv} half of the {units} are lost.",
        "{adv} {name} sells half of them.",
        "{adv} a friend takes half of the {units}.",
    ),
    "shares": (
        "{adv} {name} splits the {units} into {n} equal parts and keeps one part.",
        "{name} shares them in {n} equal piles and keeps only one.",
        "{adv} the {units} are divided into {n} equal piles and one pile is kept.",
    ),
    "more": (
        "{other} has {n} more {units} than {name}.",
        "{other} owns {n} {units} more than {name} does.",
        "Compared with {name}, {other} owns {n} more {units}.",
    ),
    "fewer": (
        "{other} has {n} fewer {units} than {name}.",
        "{other} owns {n} {units} fewer than {name} does.",
        "Compared with {name}, {other} owns {n} fewer {units}.",
    ),
    "fact": (
        "There are {n} windows in the room.",
        "The garden has {n} trees.",
        "The bus takes {n} minutes.",
        "The house is {n} years old.",
        "The shop has {n} chairs.",
    ),
    "question": (
        "How many {units} are there now?",
        "How many does {name} have in the end?",
        "What number of {units} are there in the end?",
        "How many {units} does {name} have in the end?",
        "Find how many {units} {name} has now.",
    ),
}
