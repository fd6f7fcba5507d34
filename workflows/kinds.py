"""The kinds of adult social care organisation that codes are given to."""

from enum import Enum


class Kind(Enum):
    """What an adult social care organisation does, as far as codes go."""

    CARE_HOME = "care_home"
    DOMICILIARY = "domiciliary"
