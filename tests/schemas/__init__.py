"""
Databases as released versions of Earshot left them, as SQL.

Each `NNNN.sql` is what the release whose newest migration is NNNN wrote after a day like `make.py` describes.
They are never changed: whoever runs that release has just such a file.
"""
