"""
Every way in which Discord refuses, at every step of an answer: what became of the words, and of the bill.

Each cell is a channel (for notices a server) of its own in which somebody acts and the real bot answers. The long test
of tests/test_refusals.py writes the table into docs/reliability.md when WRITE_REFUSALS is set.
"""
