"""
The pages of docs that are written by the code they tell of: settings and commands.

Hides Markdown's tables. Promises: what stands there is what the bot has; `make pages` writes them anew.
"""
