"""The console: pages for people, one file each. What is decided is the desk's; who may see it is the gate's and storage's."""
