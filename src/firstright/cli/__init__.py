"""The command line: options in, sentences or JSON out. One file a command; what is decided is decided elsewhere."""
