"""Which Earshot this is: the year, the month and the number of its release."""

VERSION = "2026.11.0"
