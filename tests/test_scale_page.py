"""docs/scale.md: computed, not typed."""

from pathlib import Path

from bench import record, scale


def test_the_page_says_what_the_figures_say() -> None:
    """docs/scale.md is what `python -m bench.scale` writes from the figures that were measured."""
    assert (scale.PAGE).read_text("utf-8") == scale.text(record.kept()), "run: python -m bench.scale"


def test_a_dearer_note_needs_more_workers() -> None:
    """The processes follow from the figures: a note that costs ten times the processor time takes more of them."""
    kept = record.kept()
    runs = [{**run, "worker_cpu_ms": 10 * run["worker_cpu_ms"]} for run in kept["workers"]["runs"]]
    dear = scale.Costs.of({**kept, "workers": {**kept["workers"], "runs": runs}})
    usual, more = (scale.need(100_000, costs)["processes"] for costs in (scale.Costs.of(kept), dear))

    assert int(usual.split()[2]) < int(more.split()[2])
    assert Path(record.RECORD).exists()
