"""The faces of Earshot on Discord: each translates in, asks the desk, translates out."""
