"""
`python -m tests.advisories`: asks the advisories about every locked package, once it is known that they answer.

An audit that cannot reach its advisories must not look like one that found nothing, and one that found something must
not look like a network that is down. So a question whose answer is known comes first: a version that has had an
advisory for ten years. Only where that one is not told, they "could not be reached"; with `--unreached-is-no-failure`
the end is 0 then. Whatever goes wrong later is a failure. Needs pip-audit beside the Python that runs this.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

KNOWN = "jinja2==2.4.1"  # PYSEC-2014-8, PYSEC-2014-82, PYSEC-2019-217
_UNREACHED = 75  # sysexits.h: EX_TEMPFAIL
_QUIET = ("--disable-pip", "--progress-spinner", "off")


def main(words: Sequence[str] | None = None) -> int:
    """0: no advisory; 1: there are some, or the audit broke; 75: the advisories could not be reached."""
    parser = argparse.ArgumentParser(prog="python -m tests.advisories")
    parser.add_argument("--unreached-is-no-failure", action="store_true")
    parser.add_argument("--osv", metavar="URL", help="ask this server, which speaks OSV, in place of PyPI")
    parser.add_argument("--audit", type=Path, default=Path(sys.executable).parent / "pip-audit", help="the program")
    parser.add_argument("requirements", type=Path, nargs="+")
    options = parser.parse_args(words)
    audit = [str(options.audit), *_QUIET, *(("-s", "osv", "--osv-url", options.osv) if options.osv else ())]
    if why := _unreached(audit):
        sys.stdout.write(f"advisories could not be reached: {why}\n")
        return 0 if options.unreached_is_no_failure else _UNREACHED
    files = [word for path in options.requirements for word in ("--requirement", str(path))]
    return subprocess.run([*audit, "--strict", "--require-hashes", *files], check=False).returncode  # noqa: S603


def _unreached(audit: Sequence[str]) -> str:
    """Nothing where the known advisory is told; else what came in its place."""
    with tempfile.TemporaryDirectory() as folder:
        known = Path(folder, "known.txt")
        known.write_text(KNOWN)
        run = subprocess.run(  # noqa: S603 -- our own words
            [*audit, "--no-deps", "--format", "json", "--requirement", str(known)],
            capture_output=True,
            text=True,
            check=False,
        )
    try:
        told = json.loads(run.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = run.stderr.strip().splitlines()[-1:] or ["no word"]
        return last[0][:300]
    if any(one.get("vulns") for one in told):
        return ""
    return next((one["skip_reason"] for one in told if "skip_reason" in one), f"nothing is known about {KNOWN}")


if __name__ == "__main__":
    sys.exit(main())
