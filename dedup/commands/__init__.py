"""The commands, one in each file, loaded when they are called.

Each file holds a click command named ``command``; ``dedup.cli`` lists them.  Only click, ``dedup.terminal``
and ``dedup.commands.options`` are imported at the top: everything else where it is needed, so that
``dedup --help`` answers at once.  What goes wrong is raised; ``dedup.cli`` turns it into a line and an exit code.
"""
