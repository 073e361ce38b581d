"""Status, qualification windows, enrollment and renewal: pure functions of the programme's rules, daily scores and recorded enrollments."""

from __future__ import annotations

from attain.lifecycle.doubts import Doubt, doubts
from attain.lifecycle.enrollments import Enrollment, Membership, TrackLock, enrollment_track, is_enrolled, locked_track, membership
from attain.lifecycle.needed import certificate_changes, days_needed, history_days_needed
from attain.lifecycle.scores import BestScore, DailyScore, MonthScore, score_history
from attain.lifecycle.status import BadgeOn, PartnerStatus, StatusOn, all_held_on, badges_on, partner_status, status_id, status_on
from attain.lifecycle.windows import Period, track_days

__all__ = [
    "BadgeOn",
    "BestScore",
    "DailyScore",
    "Doubt",
    "Enrollment",
    "Membership",
    "MonthScore",
    "PartnerStatus",
    "Period",
    "StatusOn",
    "TrackLock",
    "all_held_on",
    "badges_on",
    "certificate_changes",
    "days_needed",
    "doubts",
    "enrollment_track",
    "history_days_needed",
    "is_enrolled",
    "locked_track",
    "membership",
    "partner_status",
    "score_history",
    "status_id",
    "status_on",
    "track_days",
]
