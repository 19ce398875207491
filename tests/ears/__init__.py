"""
Real ears: Whisper itself, and servers of other people that have it heard in OpenAI's language.

`make ears` puts them into an environment of their own beside the project (.venv-ears): neither the bot nor any other
test needs them. Where they cannot be had, whoever would use them says why, by name. `install` makes that environment
and checks the weights, `home` knows what is in it, `servers` starts what is there, `draw` chooses for CI.
"""
