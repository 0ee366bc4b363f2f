"""What stops the job with a message. Messages name columns of the plan, positions and counts, and no value of the data."""


class Refusal(Exception):
    """The release is not made; the message says why and what to do."""
