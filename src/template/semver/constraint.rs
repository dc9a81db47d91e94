//! A constraint on versions: alternatives of comparisons.

use super::version::{Scanner, compare_prereleases, is_digit};
use super::{Error, Version};
use std::cmp::Ordering;
use std::fmt;

const MAX_LENGTH: usize = 512;
const MAX_GROUPS: usize = 32;

/// A constraint such as `>=1.2 <2 || ~3.1`. Printed as Masterminds/semver prints it.
#[derive(Clone, Debug)]
pub struct Constraint {
    groups: Vec<Group>,
}

/// Comparisons that all must hold.
#[derive(Clone, Debug)]
struct Group {
    comparisons: Vec<Comparison>,
    /// Whether a comparison names a prerelease; only then can a prerelease satisfy the group.
    prereleases: bool,
}

#[derive(Clone, Debug)]
struct Comparison {
    operator: Operator,
    /// The operator as written.
    sign: &'static str,
    version: Version,
    /// The version as written.
    text: String,
    precision: Precision,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

/// How much of the version was written: the rest is missing or `x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Any,
    Major,
    Minor,
    Full,
}

/// Every operator; one that begins with another comes before it.
const OPERATORS: [(&str, Operator); 11] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("=>", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("=<", Operator::LessOrEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

impl Constraint {
    /// Parses a constraint. Comparisons are separated by blanks or a comma, alternatives by `||`; `1 - 2` is a range.
    ///
    /// # Errors
    /// Says what is wrong in the words of Masterminds/semver's `NewConstraint`. An empty text is an error.
    pub fn parse(text: &str) -> Result<Constraint, Error> {
        if text.len() > MAX_LENGTH {
            return Err(Error::ConstraintTooLong);
        }
        let text = rewrite_ranges(text);
        let groups: Vec<&str> = text.split("||").collect();
        if groups.len() > MAX_GROUPS {
            return Err(Error::TooManyGroups);
        }
        Ok(Constraint { groups: groups.into_iter().map(parse_group).collect::<Result<_, _>>()? })
    }

    /// Says whether a version satisfies the constraint. A prerelease satisfies only alternatives that name a prerelease.
    pub fn matches(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| {
            (group.prereleases || version.prerelease().is_empty()) && group.comparisons.iter().all(|comparison| comparison.holds(version))
        })
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.groups.iter().enumerate() {
            f.write_str(if index > 0 { " || " } else { "" })?;
            for (index, comparison) in group.comparisons.iter().enumerate() {
                let space = if index > 0 { " " } else { "" };
                write!(f, "{space}{}{}", comparison.sign, comparison.text)?;
            }
        }
        Ok(())
    }
}

impl Comparison {
    fn holds(&self, version: &Version) -> bool {
        match self.operator {
            Operator::Equal if self.precision == Precision::Full => self.order(version).is_eq(),
            Operator::Equal | Operator::Tilde => self.holds_tilde(version),
            Operator::NotEqual => self.holds_not_equal(version),
            Operator::Greater => self.holds_greater(version),
            Operator::Less => self.order(version).is_lt(),
            Operator::GreaterOrEqual => self.order(version).is_ge(),
            Operator::LessOrEqual => self.holds_less_or_equal(version),
            Operator::Caret => self.holds_caret(version),
        }
    }

    /// Returns how the version stands to the one that is named here.
    fn order(&self, version: &Version) -> Ordering {
        version.compare(&self.version)
    }

    fn same_major(&self, version: &Version) -> bool {
        version.major() == self.version.major()
    }

    fn same_minor(&self, version: &Version) -> bool {
        version.minor() == self.version.minor()
    }

    fn holds_tilde(&self, version: &Version) -> bool {
        let own = &self.version;
        let zero = own.major() == 0 && own.minor() == 0 && own.patch() == 0;
        if self.order(version).is_lt() {
            return false;
        }
        // `~0.0.0` and `*` take any version.
        if zero && matches!(self.precision, Precision::Any | Precision::Full) {
            return true;
        }
        self.same_major(version) && (self.precision == Precision::Major || self.same_minor(version))
    }

    fn holds_not_equal(&self, version: &Version) -> bool {
        match self.precision {
            // `!=*` compares as `!=0.0.0` does.
            Precision::Any | Precision::Full => self.order(version).is_ne(),
            Precision::Major => !self.same_major(version),
            Precision::Minor => {
                !self.same_major(version)
                    || !self.same_minor(version)
                    || compare_prereleases(version.prerelease(), self.version.prerelease()).is_ne()
            }
        }
    }

    fn holds_greater(&self, version: &Version) -> bool {
        match self.precision {
            Precision::Full | Precision::Any => self.order(version).is_gt(),
            Precision::Major => version.major() > self.version.major(),
            Precision::Minor => (version.major(), version.minor()) > (self.version.major(), self.version.minor()),
        }
    }

    fn holds_less_or_equal(&self, version: &Version) -> bool {
        match self.precision {
            Precision::Full => self.order(version).is_le(),
            Precision::Major => version.major() <= self.version.major(),
            Precision::Any | Precision::Minor => (version.major(), version.minor()) <= (self.version.major(), self.version.minor()),
        }
    }

    fn holds_caret(&self, version: &Version) -> bool {
        let own = &self.version;
        if self.order(version).is_lt() {
            return false;
        }
        if own.major() > 0 || self.precision == Precision::Major {
            return self.same_major(version);
        }
        if version.major() > 0 {
            return false;
        }
        if own.minor() > 0 || self.precision == Precision::Minor {
            return self.same_minor(version);
        }
        version.minor() == 0 && version.patch() == own.patch()
    }
}

fn parse_group(group: &str) -> Result<Group, Error> {
    let improper = || Error::ImproperConstraint { group: group.into() };
    let mut scanner = Scanner(group);
    let mut written = Vec::new();
    loop {
        scanner.take_while(is_blank);
        written.push(Written::take(&mut scanner).ok_or_else(improper)?);
        if scanner.take_while(is_blank).is_none() && !scanner.0.is_empty() && !scanner.0.starts_with(',') {
            return Err(improper());
        }
        if scanner.0.is_empty() {
            break;
        }
        scanner.0 = scanner.0.strip_prefix(',').unwrap_or(scanner.0);
    }
    let comparisons = written.into_iter().map(Comparison::try_from).collect::<Result<Vec<_>, _>>()?;
    let prereleases = comparisons.iter().any(|comparison| !comparison.version.prerelease().is_empty());
    Ok(Group { comparisons, prereleases })
}

/// One comparison as its parts are written.
struct Written<'a> {
    sign: &'static str,
    operator: Operator,
    version: WrittenVersion<'a>,
}

impl<'a> Written<'a> {
    fn take(scanner: &mut Scanner<'a>) -> Option<Written<'a>> {
        let written = OPERATORS.iter().find(|(sign, _)| scanner.0.starts_with(sign));
        let (sign, operator) = written.copied().unwrap_or(("", Operator::Equal));
        scanner.0 = &scanner.0[sign.len()..];
        scanner.take_while(is_blank);
        Some(Written { sign, operator, version: WrittenVersion::take(scanner)? })
    }
}

/// A version with wildcards as its parts are written.
struct WrittenVersion<'a> {
    text: &'a str,
    major: &'a str,
    minor: Option<&'a str>,
    patch: Option<&'a str>,
    prerelease: Option<&'a str>,
}

impl<'a> WrittenVersion<'a> {
    fn take(scanner: &mut Scanner<'a>) -> Option<WrittenVersion<'a>> {
        let start = scanner.0;
        let mut ahead = Scanner(start.strip_prefix('v').unwrap_or(start));
        let major = ahead.take_while(is_segment)?;
        let minor = ahead.after_dot(is_segment);
        let patch = minor.and_then(|_| ahead.after_dot(is_segment));
        let prerelease = ahead.identifiers('-');
        ahead.identifiers('+');
        *scanner = ahead;
        Some(WrittenVersion { text: &start[..start.len() - ahead.0.len()], major, minor, patch, prerelease })
    }

    /// Returns what was written of the version, and the text of the version that it is compared as.
    fn completed(&self) -> (Precision, String) {
        let prerelease = self.prerelease.map(|prerelease| format!("-{prerelease}")).unwrap_or_default();
        match (self.major, self.minor.filter(|minor| !is_wildcard(minor)), self.patch.filter(|patch| !is_wildcard(patch))) {
            (major, ..) if is_wildcard(major) => (Precision::Any, format!("0.0.0{prerelease}")),
            (major, None, _) => (Precision::Major, format!("{major}.0.0{prerelease}")),
            (major, Some(minor), None) => (Precision::Minor, format!("{major}.{minor}.0{prerelease}")),
            (_, Some(_), Some(_)) => (Precision::Full, self.text.into()),
        }
    }
}

impl TryFrom<Written<'_>> for Comparison {
    type Error = Error;

    fn try_from(written: Written<'_>) -> Result<Self, Error> {
        let Written { sign, operator, version } = written;
        let (precision, text) = version.completed();
        let parsed = Version::parse(&text).map_err(|_| Error::ConstraintVersion)?;
        Ok(Comparison { operator, sign, version: parsed, text: version.text.into(), precision })
    }
}

/// Rewrites each `A - B` as `>= A, <= B`, wherever it stands.
fn rewrite_ranges(text: &str) -> String {
    let mut ranges = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match text.is_char_boundary(at).then(|| Range::at(&text[at..])).flatten() {
            Some(range) => {
                at += range.text.len();
                ranges.push(range);
            }
            None => at += 1,
        }
    }
    // The first occurrence is replaced, as in Masterminds/semver: a range that also stands inside an earlier one hits that one.
    ranges.into_iter().fold(text.to_owned(), |text, range| text.replacen(range.text, &format!(">= {}, <= {} ", range.from, range.to), 1))
}

struct Range<'a> {
    text: &'a str,
    from: &'a str,
    to: &'a str,
}

impl<'a> Range<'a> {
    fn at(start: &'a str) -> Option<Range<'a>> {
        let mut scanner = Scanner(start);
        scanner.take_while(is_blank);
        let from = WrittenVersion::take(&mut scanner)?;
        scanner.take_while(is_blank)?;
        scanner.0 = scanner.0.strip_prefix('-')?;
        scanner.take_while(is_blank)?;
        let to = WrittenVersion::take(&mut scanner)?;
        scanner.take_while(is_blank);
        Some(Range { text: &start[..start.len() - scanner.0.len()], from: from.text, to: to.text })
    }
}

fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

/// The bar is in Masterminds/semver's character class by accident; a version with one fails later.
fn is_segment(character: char) -> bool {
    is_digit(character) || matches!(character, 'x' | 'X' | '*' | '|')
}

fn is_wildcard(segment: &str) -> bool {
    matches!(segment, "x" | "X" | "*")
}
