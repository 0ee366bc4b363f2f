"""What ends a training."""


class InputError(ValueError):
    """What the caller supplied is wrong; the message says what to do.

    It quotes neither a value of a record nor a name that its file gives.
    """


class Stopped(Exception):
    """The job was told to stop, and has kept what it did."""
