"""What a command may ask of whoever writes: each word says what it is made of, how it is done and what it answers with. It is
the same word at a desk of the command's own and at the control door; how one goes over a socket is `controllines`.
"""
