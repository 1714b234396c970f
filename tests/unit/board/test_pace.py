from __future__ import annotations

from datetime import date

from marketplace.board.overview import Event, count_by_week, first_week, pace_of

TODAY = date(2026, 11, 25)


def _event(need_id: int, kind: str, month: int, day: int) -> Event:
    return Event(need_id, kind, date(2026, month, day))


def test_eight_weeks_end_with_the_present_one() -> None:
    assert first_week(TODAY) == date(2026, 10, 5)
    weeks = count_by_week([], TODAY)
    assert [week for week, _received, _decided in weeks] == [41, 42, 43, 44, 45, 46, 47, 48]


def test_a_need_decided_twice_in_a_week_counts_once() -> None:
    events = [
        _event(1, "received", 11, 16),
        _event(1, "decided", 11, 17),
        _event(1, "decided", 11, 19),
        _event(2, "received", 11, 22),
        _event(2, "decided", 11, 23),
    ]
    assert count_by_week(events, TODAY)[-2:] == [(47, 2, 1), (48, 0, 1)]


def test_the_pace_is_the_median_of_working_days_from_the_last_arrival() -> None:
    events = [
        _event(1, "received", 11, 12),
        _event(2, "received", 11, 13),
        _event(3, "received", 11, 16),
        _event(3, "decided", 11, 17),
        _event(2, "decided", 11, 18),
        _event(1, "decided", 11, 20),
    ]
    pace = pace_of(events, "received", "decided", TODAY)
    assert pace is not None
    assert (pace.days, pace.cases) == (3, 3)


def test_imported_rows_count_on_both_sides_but_not_in_the_pace() -> None:
    events = [_event(1, "imported", 11, 24)]
    assert count_by_week(events, TODAY)[-1] == (48, 1, 1)
    assert pace_of(events, "received", "decided", TODAY) is None


def test_what_ended_more_than_thirty_days_ago_is_left_out() -> None:
    events = [_event(1, "received", 10, 12), _event(1, "decided", 10, 20)]
    assert pace_of(events, "received", "decided", TODAY) is None
