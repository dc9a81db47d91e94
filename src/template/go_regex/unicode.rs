//! The Unicode classes that Go knows by name.

use regex_syntax::hir::{self, ClassUnicode, HirKind};

/// Returns the class of a name: a category, its long name, a script, `Any`, `Assigned` or `ASCII`; case, blanks, `-` and `_` do
/// not count.
pub(super) fn class(name: &str) -> Option<ClassUnicode> {
    let name: String = name.chars().filter(|character| !matches!(character, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect();
    match (name.as_str(), category(&name)) {
        ("any", _) => property("Any"),
        ("ascii", _) => property("ASCII"),
        ("assigned", _) => assigned(),
        (_, Some("Cn")) => unassigned(),
        // Surrogates are in no text.
        (_, Some("Cs")) => Some(ClassUnicode::empty()),
        (_, Some("C")) => {
            let mut class = property("gc=C")?;
            class.union(&unassigned()?);
            Some(class)
        }
        (_, Some(category)) => property_of_assigned(&format!("gc={category}")),
        (name, None) if SCRIPTS.binary_search(&name).is_ok() => property_of_assigned(&format!("sc={name}")),
        _ => None,
    }
}

/// Go 1.26 knows the characters of Unicode 15.0; the tables that we have are newer.
fn assigned() -> Option<ClassUnicode> {
    let mut class = property("age=15.0")?;
    class.difference(&property("Noncharacter_Code_Point")?);
    Some(class)
}

fn unassigned() -> Option<ClassUnicode> {
    let mut class = assigned()?;
    class.negate();
    Some(class)
}

fn property_of_assigned(name: &str) -> Option<ClassUnicode> {
    let mut class = property(name)?;
    class.intersect(&assigned()?);
    Some(class)
}

fn property(name: &str) -> Option<ClassUnicode> {
    let hir = regex_syntax::Parser::new().parse(&format!("\\p{{{name}}}")).ok()?;
    match hir.into_kind() {
        HirKind::Class(hir::Class::Unicode(class)) => Some(class),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(ClassUnicode::new(text.chars().map(|character| hir::ClassUnicodeRange::new(character, character))))
        }
        _ => None,
    }
}

/// Returns the short name of a general category, given in lower case by its short or its long name (`unicode.Categories` and
/// `unicode.CategoryAliases`).
fn category(name: &str) -> Option<&'static str> {
    let found = CATEGORIES.iter().find(|(short, long)| short.eq_ignore_ascii_case(name) || *long == name);
    found.map(|(short, _)| *short).or(match name {
        "combiningmark" => Some("M"),
        "cntrl" => Some("Cc"),
        "digit" => Some("Nd"),
        "punct" => Some("P"),
        _ => None,
    })
}

const CATEGORIES: [(&str, &str); 38] = [
    ("C", "other"),
    ("Cc", "control"),
    ("Cf", "format"),
    ("Cn", "unassigned"),
    ("Co", "privateuse"),
    ("Cs", "surrogate"),
    ("L", "letter"),
    ("LC", "casedletter"),
    ("Ll", "lowercaseletter"),
    ("Lm", "modifierletter"),
    ("Lo", "otherletter"),
    ("Lt", "titlecaseletter"),
    ("Lu", "uppercaseletter"),
    ("M", "mark"),
    ("Mc", "spacingmark"),
    ("Me", "enclosingmark"),
    ("Mn", "nonspacingmark"),
    ("N", "number"),
    ("Nd", "decimalnumber"),
    ("Nl", "letternumber"),
    ("No", "othernumber"),
    ("P", "punctuation"),
    ("Pc", "connectorpunctuation"),
    ("Pd", "dashpunctuation"),
    ("Pe", "closepunctuation"),
    ("Pf", "finalpunctuation"),
    ("Pi", "initialpunctuation"),
    ("Po", "otherpunctuation"),
    ("Ps", "openpunctuation"),
    ("S", "symbol"),
    ("Sc", "currencysymbol"),
    ("Sk", "modifiersymbol"),
    ("Sm", "mathsymbol"),
    ("So", "othersymbol"),
    ("Z", "separator"),
    ("Zl", "lineseparator"),
    ("Zp", "paragraphseparator"),
    ("Zs", "spaceseparator"),
];

/// The scripts that Go 1.26 finds, in lower case: those whose name is one word, as it drops `_` from the name that it looks up.
#[rustfmt::skip]
const SCRIPTS: [&str; 117] = [
    "adlam", "ahom", "arabic", "armenian", "avestan", "balinese", "bamum", "batak", "bengali", "bhaiksuki", "bopomofo", "brahmi",
    "braille", "buginese", "buhid", "carian", "chakma", "cham", "cherokee", "chorasmian", "common", "coptic", "cuneiform", "cypriot",
    "cyrillic", "deseret", "devanagari", "dogra", "duployan", "elbasan", "elymaic", "ethiopic", "georgian", "glagolitic", "gothic",
    "grantha", "greek", "gujarati", "gurmukhi", "han", "hangul", "hanunoo", "hatran", "hebrew", "hiragana", "inherited", "javanese",
    "kaithi", "kannada", "katakana", "kawi", "kharoshthi", "khmer", "khojki", "khudawadi", "lao", "latin", "lepcha", "limbu", "lisu",
    "lycian", "lydian", "mahajani", "makasar", "malayalam", "mandaic", "manichaean", "marchen", "medefaidrin", "miao", "modi",
    "mongolian", "mro", "multani", "myanmar", "nabataean", "nandinagari", "newa", "nko", "nushu", "ogham", "oriya", "osage",
    "osmanya", "palmyrene", "phoenician", "rejang", "runic", "samaritan", "saurashtra", "sharada", "shavian", "siddham", "sinhala",
    "sogdian", "soyombo", "sundanese", "syriac", "tagalog", "tagbanwa", "takri", "tamil", "tangsa", "tangut", "telugu", "thaana",
    "thai", "tibetan", "tifinagh", "tirhuta", "toto", "ugaritic", "vai", "vithkuqi", "wancho", "yezidi", "yi",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of characters that Go 1.26 matches, surrogates left out. (Of all assigned characters, a handful has changed its
    /// category since Unicode 15.0: U+1171E is no `Mn` any more.)
    #[test]
    fn classes_hold_the_characters_that_go_s_hold() {
        let counted = [
            ("Any", 1_112_064),
            ("assigned", 286_719),
            ("ASCII", 128),
            ("C", 963_048),
            ("Cc", 65),
            ("Cf", 170),
            ("Cn", 825_345),
            ("Co", 137_468),
            ("Cs", 0),
            ("Common", 8301),
            ("Greek", 518),
            ("Han", 98_408),
            ("LC", 4095),
            ("Latin", 1481),
            ("Letter", 136_104),
            ("Ll", 2233),
            ("Lu", 1831),
            ("M", 2450),
            ("N", 1831),
            ("Nd", 680),
            ("P", 842),
            ("Po", 628),
            ("S", 7770),
            ("Sc", 63),
            ("So", 6634),
            ("Z", 19),
            ("Zl", 1),
            ("space separator", 17),
        ];
        for (name, count) in counted {
            let ranges = class(name).unwrap();
            let sum: usize = ranges.ranges().iter().map(|range| (range.start()..=range.end()).count()).sum();
            assert_eq!(sum, count, "{name}");
        }
        assert!(["", "Foo", "Alphabetic", "Grek", "Old_Italic", "sc=Greek", "L&"].iter().all(|name| class(name).is_none()));
    }
}
