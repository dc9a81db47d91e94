//! Days since the Unix epoch, and dates of the Gregorian calendar without end in both directions.

/// The names of the months, January first.
pub const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
/// The names of the days of the week, Sunday first.
pub const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A date; the month is 1 to 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
}

/// The days of 400 years, after which the calendar repeats.
const ERA: i64 = 146_097;
/// From 1 March of year 0, where an era begins, to the Unix epoch.
const EPOCH: i64 = 719_468;

impl Date {
    /// Returns the date that is so many days after 1970-01-01.
    pub(super) fn of_days(days: i64) -> Date {
        let days = days + EPOCH;
        let era = days.div_euclid(ERA);
        let day_of_era = days.rem_euclid(ERA);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / (ERA - 1)) / 365;
        // Years begin in March here, so that the leap day is the last one.
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Date { year: era * 400 + year_of_era + i64::from(month <= 2), month, day }
    }

    /// Returns the days since 1970-01-01. Months and days out of their range count on into the next ones.
    pub(super) fn days(self) -> i64 {
        let months = self.year.saturating_mul(12).saturating_add(self.month - 1);
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * shifted + 2) / 5;
        era.saturating_mul(ERA).saturating_add(day_of_era - EPOCH).saturating_add(self.day - 1)
    }

    /// Returns the day of the year, from 1.
    pub(super) fn day_of_year(self) -> i64 {
        self.days() - Date { month: 1, day: 1, ..self }.days() + 1
    }
}

/// Returns the day of the week, 0 for Sunday.
pub(super) fn weekday(days: i64) -> usize {
    (days + 4).rem_euclid(7) as usize
}

/// Says whether a year has a 29 February.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Returns the number of days of a month.
pub(super) fn days_in(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(is_leap(year)),
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_other_turned_round() {
        for (days, year, month, day) in
            [(0, 1970, 1, 1), (-719_162, 1, 1, 1), (11_016, 2000, 2, 29), (-719_528, 0, 1, 1), (20_000, 2024, 10, 4)]
        {
            assert_eq!(Date::of_days(days), Date { year, month, day });
        }
        for days in (-1_000_000..1_000_000).step_by(97) {
            assert_eq!(Date::of_days(days).days(), days);
        }
    }

    #[test]
    fn days_out_of_range_count_on() {
        assert_eq!(Date::of_days(Date { year: 2023, month: 14, day: 30 }.days()), Date { year: 2024, month: 3, day: 1 });
        assert_eq!(Date { year: 2024, month: 12, day: 31 }.day_of_year(), 366);
        assert_eq!(weekday(0), 4);
    }
}
