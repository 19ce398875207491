"""The outside world as local servers over real sockets: Discord, OpenAI and the people in between."""
