"""A change of one rep as it was written down: one shape for the command line, the control door and the API."""

from typing import assert_never

from firstright.core.authority import Actor
from firstright.desk import Desk
from firstright.desk.staff.absences import AbsenceAsked, AbsenceEnded
from firstright.desk.staff.attending import HoursAsked, OnAsked
from firstright.desk.staff.calendars import CalendarAsked, feed
from firstright.desk.staff.repwork import Changed
from firstright.desk.staff.staffing import JoinAsked, LeaveAsked

RepAsked = AbsenceAsked | AbsenceEnded | HoursAsked | OnAsked | LeaveAsked | JoinAsked | CalendarAsked


def staffed(desk: Desk, asked: RepAsked, actor: Actor) -> Changed:
    """Raises Refused with everything that is wrong with it, NoPolicy before there is a roster; nothing is changed then."""
    match asked:
        case CalendarAsked():
            return feed(desk, asked, actor)
        case AbsenceAsked() | AbsenceEnded() | HoursAsked() | OnAsked() | LeaveAsked() | JoinAsked():
            return desk.act(asked.work(actor))
        case _:
            assert_never(asked)
