"""
`make demo WEB=1`: the demo's server as a page, to try the bot with one's own voice and hands.

The real bot, as its own process, between the same local Discord and local OpenAI as everywhere else.
`seen` is what one person sees, `acts` what they can do, `site` serves both; `static` is the page itself,
`vendor` the component library it is drawn with. Nothing the bot says is known here beforehand: messages,
panels, forms and commands are shown as the bot sent them to the local Discord.
"""
