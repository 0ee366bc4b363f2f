"""What ends a training."""


class InputError(ValueError):
    """What the caller supplied is wrong; the message says what to do, and quotes no value of a record."""


class Stopped(Exception):
    """The job was told to stop, and has kept what it did."""
