"""
Each permission taken away in turn, each kind of message, each way to get its words: what a person saw.

Every cell is a channel of its own in which somebody acts and the real bot answers. The long test of
tests/test_rights.py writes the tables into docs/features.md when WRITE_RIGHTS is set.
"""
