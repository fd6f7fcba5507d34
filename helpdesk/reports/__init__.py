"""Figures for those who keep the promises: of a week, and of a morning. Read-only."""

from helpdesk.reports.days import last_week, week_with
from helpdesk.reports.figures import Week
from helpdesk.reports.lines import csv_of
from helpdesk.reports.morning import morning
from helpdesk.reports.told import weekly_facts
from helpdesk.reports.week import week

__all__ = ["Week", "csv_of", "last_week", "morning", "week", "week_with", "weekly_facts"]
