"""
The keys by which the limits of somebody who was forgotten are known again, and nothing else is.

Hides how a name is made of an account, which key counts in which month, and where the keys lie. Promises: without the
key nobody tells whose a name is, nor that two names of different servers belong together; each month has a key drawn
at random, so that its names are nobody's once it is destroyed; a name says which key made it, so a lost one is noticed.
"""

from bot.keyring.file import KeyFile, KeyFileError, is_open, read_keys
from bot.keyring.keys import FIRST_ZONE, LAST_ZONE, STANDING, Keyring, Keys, is_alias, key_id

__all__ = [
    "FIRST_ZONE",
    "LAST_ZONE",
    "STANDING",
    "KeyFile",
    "KeyFileError",
    "Keyring",
    "Keys",
    "is_alias",
    "is_open",
    "key_id",
    "read_keys",
]
