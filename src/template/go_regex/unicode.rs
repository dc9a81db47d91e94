//! The Unicode classes that Go knows by name.

use regex_syntax::hir::{self, ClassUnicode, HirKind};

/// Returns the class of a name: a category, its long name, a script, `Any`, `Assigned` or `ASCII`; case, blanks, `-` and `_` do
/// not count.
pub(super) fn class(name: &str) -> Option<ClassUnicode> {
    let name: String = name.chars().filter(|character| !matches!(character, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase()).collect();
    let property = match name.as_str() {
        "any" => "Any".into(),
        "assigned" => "Assigned".into(),
        "ascii" => "ASCII".into(),
        name => match category(name) {
            Some(category) => format!("gc={category}"),
            None if SCRIPTS.binary_search(&name).is_ok() => format!("sc={name}"),
            None => return None,
        },
    };
    let hir = regex_syntax::Parser::new().parse(&format!("\\p{{{property}}}")).ok()?;
    match hir.into_kind() {
        HirKind::Class(hir::Class::Unicode(class)) => Some(class),
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(ClassUnicode::new(text.chars().map(|character| hir::ClassUnicodeRange::new(character, character))))
        }
        // Surrogates: a class that no text can match.
        _ => Some(ClassUnicode::empty()),
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
