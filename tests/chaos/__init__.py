"""
Everything that can go wrong, on purpose: `make chaos` runs it, with a seed.

Each test ends in the invariants of `invariants` and in exactly one reply a note.
"""
