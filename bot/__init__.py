"""Earshot listens so people needn't: Discord voice messages in, words out, inside a monthly minute quota."""
