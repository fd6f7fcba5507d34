"""What a rule says when it refuses: light, since every command has to be able to tell it."""


class StepNotAllowed(Exception):
    """A call in this state, or with what is known of it, cannot take this step.

    Its message is the sentence that the agent reads: why not, and what to do instead.
    """
