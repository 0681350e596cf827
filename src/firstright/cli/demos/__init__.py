"""What `firstright demo` fills its workspace with, and serves."""
