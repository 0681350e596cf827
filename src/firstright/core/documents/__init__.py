"""Policy and roster documents: read from text, judged by the linter, every finding with its place. It opens no file."""
