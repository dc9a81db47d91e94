//! When to send a request again: a pure decision.

use super::error::Error;
use super::refusal::RefusalKind;
use std::time::Duration;

/// Whether doing a request twice is the same as doing it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Reading, applying, deleting, dry runs: the second time changes nothing more.
    Harmless,
    /// Creating and replacing: again only when the first was certainly not processed.
    Harmful,
}

/// How long and how often to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// After this long no new try is begun.
    pub budget: Duration,
    /// The pause after the first failure; it doubles with each further one.
    pub first_pause: Duration,
    /// No pause is longer, but for one that the server asks for.
    pub longest_pause: Duration,
}

impl Default for Retry {
    /// Returns 30 s of tries, from 100 ms to 5 s apart.
    fn default() -> Retry {
        Retry { budget: Duration::from_secs(30), first_pause: Duration::from_millis(100), longest_pause: Duration::from_secs(5) }
    }
}

impl Retry {
    /// Returns how long to pause before the next try, or nothing when `error` is final.
    ///
    /// `tries` counts those made (from 1), `spent` is the time since the first, `spread` a number that differs between requests,
    /// so that those that failed together do not return together.
    pub(super) fn pause(&self, error: &Error, repeat: Repeat, tries: u32, spent: Duration, spread: u64) -> Option<Duration> {
        if !may_repeat(error, repeat) {
            return None;
        }
        let asked = error.refusal().and_then(|refusal| refusal.retry_after);
        let doubled = self.first_pause.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(self.longest_pause);
        let pause = asked.unwrap_or_default().max(doubled - doubled.mul_f64((spread % 256) as f64 / 1024.0));
        (spent + pause <= self.budget).then_some(pause)
    }
}

/// Says whether a request may have been processed although it failed for us.
pub(super) fn is_unclear(error: &Error) -> bool {
    match error {
        Error::Broken { .. } | Error::TimedOut { .. } => true,
        Error::Refused { refusal, .. } => refusal.kind == RefusalKind::Unavailable && refusal.code != 501,
        _ => false,
    }
}

fn may_repeat(error: &Error, repeat: Repeat) -> bool {
    match error {
        Error::Unreachable { .. } => true,
        Error::Broken { .. } => repeat == Repeat::Harmless,
        Error::Refused { refusal, .. } if refusal.is_quota_race() => true,
        Error::Refused { refusal, .. } => match refusal.kind {
            RefusalKind::TooManyRequests => true,
            RefusalKind::Unavailable => repeat == Repeat::Harmless && refusal.code != 501,
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::connect::Target;
    use super::super::refusal::Refusal;
    use super::{Duration, Error, Repeat, Retry};

    fn refused(code: u16, body: &str) -> Error {
        Error::Refused { doing: "creating".to_owned(), refusal: Box::new(Refusal::read(code, None, body.as_bytes())) }
    }

    fn broken() -> Error {
        Error::Broken { doing: "creating".to_owned(), target: Target::default(), reason: "reset".to_owned() }
    }

    #[track_caller]
    fn check(error: &Error, repeat: Repeat, again: bool) {
        let pause = Retry::default().pause(error, repeat, 1, Duration::ZERO, 0);
        assert_eq!(pause.is_some(), again, "{error}");
    }

    #[test]
    fn a_create_is_repeated_only_when_it_was_certainly_not_processed() {
        check(&refused(429, ""), Repeat::Harmful, true);
        check(&refused(500, ""), Repeat::Harmful, false);
        check(&refused(504, ""), Repeat::Harmful, false);
        check(&broken(), Repeat::Harmful, false);
        check(&Error::Unreachable { target: Target::default(), reason: String::new() }, Repeat::Harmful, true);
    }

    #[test]
    fn what_is_harmless_is_repeated_after_a_reset_and_after_every_server_error() {
        check(&broken(), Repeat::Harmless, true);
        for code in [429, 500, 502, 503, 504] {
            check(&refused(code, ""), Repeat::Harmless, true);
        }
        for code in [400, 401, 403, 404, 409, 422] {
            check(&refused(code, ""), Repeat::Harmless, false);
        }
    }

    #[test]
    fn a_lost_race_about_a_quota_is_repeated() {
        let body = r#"{"kind":"Status","reason":"Conflict","message":"Operation cannot be fulfilled on resourcequotas \"q\": the object has been modified; please apply"}"#;
        check(&refused(409, body), Repeat::Harmful, true);
    }

    #[test]
    fn no_try_is_begun_after_the_budget() {
        let retry = Retry { budget: Duration::from_secs(1), ..Retry::default() };
        assert_eq!(retry.pause(&broken(), Repeat::Harmless, 1, Duration::from_millis(950), 0), None);
        let asks = refused(429, r#"{"kind":"Status","details":{"retryAfterSeconds":2}}"#);
        assert_eq!(retry.pause(&asks, Repeat::Harmless, 1, Duration::ZERO, 0), None);
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let pause = |tries| Retry::default().pause(&broken(), Repeat::Harmless, tries, Duration::ZERO, 0).map(|pause| pause.as_millis());
        assert_eq!([pause(1), pause(2), pause(3), pause(9)], [Some(100), Some(200), Some(400), Some(5000)]);
    }
}
