"""
`make demo`: the main job before your eyes, without any account.

The bot runs as its own process, unpatched; a local Discord and a local OpenAI with a real, offline
recogniser stand around it. Hides nothing else: what is printed is what people saw. `stage` is where
people act and what they see; each file in `scenes/` is one conversation.
"""
