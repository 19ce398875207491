"""
`python -m tests.explorer`: try the interleavings, by hand.

--share P   of the pairs, in percent (100)      --seed N   which ones, and in which order (1)
--jobs N    processes, each with a server (2)   --triples N   so many of three apps (0)
--case "STATE|FIRST|SECOND|K"   one case alone  --sqlite   two tasks on SQLite
--once          each pair in one of its states alone
--record FILE   what was found, as JSON         --write    the figures into docs/reliability.md
"""

import argparse
import asyncio
import json
import sys
import tempfile
from pathlib import Path

from tests.explorer.explore import Report, drawn, drawn_triples, explore
from tests.explorer.pairs import Case, Explorer
from tests.explorer.scene import enter, open_scene
from tests.explorer.states import lay_down
from tests.explorer.table import write
from tests.stores import Server


def _asked() -> argparse.Namespace:
    asking = argparse.ArgumentParser(prog="python -m tests.explorer", description=__doc__)
    asking.add_argument("--share", type=float, default=100.0)
    asking.add_argument("--seed", type=int, default=1)
    asking.add_argument("--jobs", type=int, default=2)
    asking.add_argument("--triples", type=int, default=0)
    asking.add_argument("--most-seconds", type=float, default=1e9)
    asking.add_argument("--part", default="")
    asking.add_argument("--case", default="")
    asking.add_argument("--record", type=Path)
    asking.add_argument("--sqlite", action="store_true")
    asking.add_argument("--once", action="store_true")
    asking.add_argument("--write", action="store_true")
    return asking.parse_args()


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def one_case(server: Server, folder: Path, words: str) -> str:
    """What becomes of `STATE|FIRST|SECOND|K`, or of all steps without K, and every step of the first."""
    state, first, second, *k = words.split("|")
    async with open_scene(await server.create(), folder) as scene:
        enter(scene)
        await lay_down(scene, state)
        explorer = Explorer(scene)
        cases = await explorer.cases(state, first, second)
        if k:
            cases = [Case(state, first, second, int(k[0]))]
        lines = []
        for case in cases:
            result = await explorer.try_case(case)
            lines += [f"{case} | before: {result.stood_at}{' | the second waited' if result.waited else ''}"]
            lines += [f"    {kind}: {what}" for kind, what in result.found]
        return "\n".join(lines)


async def one_part(args: argparse.Namespace, folder: Path) -> Report:
    """The part of this process."""
    number, parts = map(int, (args.part or "0/1").split("/"))
    every = drawn(args.share / 100, args.seed, (number, parts), once=args.once)
    triples = drawn_triples(args.triples, args.seed, (number, parts))
    told = {"seed": args.seed, "most_s": args.most_seconds, "tell": _tell}
    if args.sqlite:
        names = iter(range(1000))

        async def new_file() -> str:
            return f"sqlite:///{folder / f'{next(names)}.db'}"

        return await explore(new_file, folder, every, **told)
    server = Server(folder)
    try:
        return await explore(server.create, folder, every, triples=triples, **told)
    finally:
        server.stop()


async def all_parts(args: argparse.Namespace, folder: Path) -> Report:
    """A process for each part."""
    records = [folder / f"{number}.json" for number in range(args.jobs)]
    passed = [argument for argument in sys.argv[1:] if argument != "--write"]
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.explorer", *passed, "--part", f"{number}/{args.jobs}", "--record", record
        )
        for number, record in enumerate(records)
    ]
    for process in processes:
        await process.wait()
    report = Report()
    for record in records:
        report.add(Report(**json.loads(record.read_text("utf-8"))))
    return report


def main() -> int:
    """Try, tell, and end with 1 where something was found."""
    args = _asked()
    with tempfile.TemporaryDirectory(prefix="earshot-") as name:
        folder = Path(name)
        if args.case:
            server = Server(folder)
            try:
                sys.stdout.write(asyncio.run(one_case(server, folder, args.case)) + "\n")
            finally:
                server.stop()
            return 0
        is_all = args.part or args.jobs == 1
        report = asyncio.run(one_part(args, folder) if is_all else all_parts(args, folder))
    if args.record:
        args.record.write_text(json.dumps(report.as_dict()), "utf-8")
    if not args.part:
        sys.stdout.write(report.told() + "\n")
        if args.write:
            write(report, args.share, args.seed, args.jobs, once=args.once)
    return 1 if report.found and not args.part else 0


if __name__ == "__main__":
    sys.exit(main())
