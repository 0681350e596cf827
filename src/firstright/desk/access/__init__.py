"""Who may come in: users, their passwords and second factors, keys of programs. What they may do is `core.authority`."""
