"""Texts as models write them: formulas, tables, code, several steps, too long, hostile."""

PROBLEM = "Solve $x^2 - 9 = 0$ over the reals, and check it with **Python**."

WRONG_DERIVATION = r"""Move the constant to the other side:

$$x^2 = 9 \quad\Longrightarrow\quad x = \sqrt{9} = 3,$$

so $x = 3$ is the only root of the equation.

| step | left | right |
|---|---:|---:|
| given | $x^2 - 9$ | $0$ |
| add 9 | $x^2$ | $9$ |

```python
def solve() -> int:
    # the square root is unique
    return 3
```

The answer is \(\boxed{3}\).
"""

DERIVATION = r"""Factor the left side:

\[ x^2 - 9 = (x - 3)(x + 3) = 0. \]

A product is zero exactly when a factor is, hence

1. $x - 3 = 0$, so $x = 3$;
2. $x + 3 = 0$, so $x = -3$.

```python
assert [x for x in range(-9, 10) if x * x == 9] == [-3, 3]
```

The answer is \(\boxed{x = \pm 3}\).
"""

STEPS = """\
Write the equation as x^2 = 9.
Take the square root of both sides: x = 3.
There is no other root, since 3 is positive.
So the sum of the roots is 3.
#### 3
"""

FOUR = [
    "Jupiter: it is about 11 times as wide as the Earth.",
    "Saturn, because of its rings.",
    "Jupiter. Its mass is about 318 times that of the Earth, more than all others together.",
    "The Sun is the largest.",
]

LONG = "\n".join(
    f"{n}. {n} * 7 = {n * 7}, which is {n * 7 % 10} in the last place." for n in range(1, 160)
)

HOSTILE = (
    "59 + 12 = 71 "
    + "Z\u0300\u0301\u0302\u0303\u0304\u0305" * 30
    + " \u202eevil\x1b[31m <img src=x onerror=alert(1)> [click](javascript:alert(1))",
    "<script>alert(1)</script> שלום עולם\n"
    + "x" * 3000
    + "\n</textarea></form><h1>Signed out</h1>",
)
