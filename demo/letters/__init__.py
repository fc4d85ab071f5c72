"""The mail of the demo: French letters between the people of the stack's cast.

What they say is in texts/*.toml, as scripts of one or several turns; `post.posted`
plays them up to a given moment and `letter.written` makes the bytes of a message.
"""
