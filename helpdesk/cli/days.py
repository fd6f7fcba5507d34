"""Where a day of the desk begins and ends."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def today(now: datetime, zone: str) -> datetime:
    """When the local day of `now` began."""
    midnight = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.replace(fold=0).astimezone(UTC)


def tomorrow(now: datetime, zone: str) -> datetime:
    """When the local day after that of `now` begins."""
    midnight = today(now, zone).astimezone(ZoneInfo(zone))
    return (midnight + timedelta(days=1)).replace(fold=0).astimezone(UTC)
