//! Timestamps: the four layouts that go-yaml tries, as Go's time.Parse takes them.

/// Says whether go-yaml takes a text for a timestamp.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || bytes[4] != b'-' || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let mut rest = Rest(&bytes[5..]);
    let year = bytes[..4].iter().fold(0, |year, digit| year * 10 + u32::from(digit - b'0'));
    rest.date(year).is_some() && (rest.0.is_empty() || rest.zoned_time() || rest.plain_time())
}

/// What is left to parse.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// `1-2`: month and day.
    fn date(&mut self, year: u32) -> Option<()> {
        let month = self.number(1, 12)?;
        self.byte(b'-')?;
        self.number(1, days_in(month, year))?;
        Some(())
    }

    /// `T15:4:5.999999999Z07:00`
    fn zoned_time(mut self) -> bool {
        let time = (|| {
            self.byte(b'T').or_else(|| self.byte(b't'))?;
            self.time()?;
            self.zone()
        })();
        time.is_some() && self.0.is_empty()
    }

    /// ` 15:4:5.999999999`, after any number of spaces.
    fn plain_time(mut self) -> bool {
        let time = (|| {
            self.byte(b' ')?;
            while self.byte(b' ').is_some() {}
            self.time()
        })();
        time.is_some() && self.0.is_empty()
    }

    fn time(&mut self) -> Option<()> {
        self.number(0, 23)?;
        self.byte(b':')?;
        self.number(0, 59)?;
        self.byte(b':')?;
        self.number(0, 59)?;
        if let [b'.' | b',', digit, ..] = self.0
            && digit.is_ascii_digit()
        {
            let digits = self.0[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            self.0 = &self.0[1 + digits..];
        }
        Some(())
    }

    /// `Z` or `+07:00`; Go allows offsets of 24 hours and 60 minutes.
    fn zone(&mut self) -> Option<()> {
        if self.byte(b'Z').is_some() {
            return Some(());
        }
        let [b'+' | b'-', h1, h2, b':', m1, m2, rest @ ..] = self.0 else {
            return None;
        };
        let two = |high: &u8, low: &u8| {
            (high.is_ascii_digit() && low.is_ascii_digit()).then(|| u32::from(high - b'0') * 10 + u32::from(low - b'0'))
        };
        self.0 = rest;
        (two(h1, h2)? <= 24 && two(m1, m2)? <= 60).then_some(())
    }

    fn byte(&mut self, byte: u8) -> Option<()> {
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// One or two digits, as many as there are.
    fn number(&mut self, least: u32, most: u32) -> Option<u32> {
        let digits = self.0.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
        let value = self.0[..digits].iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0'));
        self.0 = &self.0[digits..];
        (digits > 0 && (least..=most).contains(&value)).then_some(value)
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
