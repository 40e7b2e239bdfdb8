"""garak as an attacker of Oversight: run it by the Python of the environment that garak is in.

    python manage.py attack_from --campaign SLUG -- \
        /path/to/garak/bin/python docs/bridges/garak_attacker.py --buff lowercase.Lowercase

A buff rewrites the query that a start begins with; a probe's prompts are taken as they are, whatever the
start. They take turns, and which of a probe's prompts come is drawn by the number of the start.
"""

import argparse
import contextlib
import json
import random
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buff", action="append", default=[], help="MODULE.CLASS of garak.buffs")
    parser.add_argument("--probe", action="append", default=[], help="MODULE.CLASS of garak.probes")
    options = parser.parse_args()
    with contextlib.redirect_stdout(sys.stderr):  # what garak says on its way is no query
        import garak
        from garak import _config, _plugins

        _config.load_config()
        names = [f"buffs.{name}" for name in options.buff]
        names += [f"probes.{name}" for name in options.probe]
        plugins = {name: _plugins.load_plugin(name) for name in names}
    for line in sys.stdin:
        start = json.loads(line)
        rng = random.Random(start["start"])
        for n in range(start["wanted"]):
            name = names[(start["start"] + n) % len(names)]
            text = written(plugins[name], start["seed"], rng)
            if not text:
                continue
            query = {"text": text, "start": start["start"], "strategy": name}
            print(json.dumps({**query, "attacker": f"garak {garak.__version__}"}), flush=True)
        print(f"start {start['start']}: {start['node']}", file=sys.stderr)


def written(plugin, seed, rng):
    """Return what a buff makes of the seed, or one of a probe's prompts; None where there is none."""
    from garak.attempt import Attempt, Message

    if hasattr(plugin, "transform"):
        changed = plugin.transform(Attempt(prompt=Message(seed, lang="en"))) if seed else ()
        return next((each.prompt.last_message().text for each in changed), None)
    prompt = rng.choice(plugin.prompts)
    return prompt if isinstance(prompt, str) else prompt.last_message().text


if __name__ == "__main__":
    main()
