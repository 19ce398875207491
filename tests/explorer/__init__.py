"""
Many hands on one note: every verb of the desk beside every other, at every step of it.

Two or three whole apps work over one PostgreSQL. One is stopped before its k-th statement, commit or act on the world
outside; another runs beside it as far as it can; then the first goes on, everything is worked off, and books, rows,
messages, logs and wake-ups are read. `gate` stops, `discord` and `ears` are the world outside, `scene` has the apps
and their clock, `states` says how the note stands beforehand, `verbs` is the table of what can happen to it, `checks`
reads afterwards, `pairs` lists the interleavings and runs them.
"""
