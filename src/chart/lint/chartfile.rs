//! Chart.yaml.

use super::addresses::{is_mail_address, is_source_address, is_web_address};
use super::contents::{Contents, Found};
use super::families::LintRequest;
use super::findings::Findings;
use super::strict;
use crate::chart::{Metadata, Unreadable};
use crate::diag::{Source, Span};
use crate::template::semver::{Constraint, Version};
use crate::value::{Value, quote};
use crate::yaml::{self, Node};

const FILE: &str = "Chart.yaml";

/// Checks that it can be read, and every field that Helm has an opinion about.
pub(super) fn check(request: &LintRequest<'_>, findings: &mut Findings) {
    let contents = request.contents;
    if contents.chart_yaml == Found::Folder {
        findings.error(FILE, "should be a file, not a directory");
    }
    let file = match read(contents) {
        Ok(file) => file,
        Err((words, error)) => {
            let message = findings.error(FILE, format!("unable to parse YAML\n\t{words}"));
            error.into_iter().for_each(|error| {
                message.explained_by(error.diagnostic());
            });
            return;
        }
    };
    if let Some(refusal) = strict::check(&file.source, &file.document) {
        let message = findings.warning(FILE, format!("failed to strictly parse chart metadata file\n\t{}", refusal.words));
        message.at(refusal.span);
        refusal.help.into_iter().for_each(|help| {
            message.help(help);
        });
    }
    let mut rules = Rules { file: &file, metadata: &file.metadata, findings };
    rules.name();
    rules.api_version();
    rules.is_text("version");
    rules.version();
    rules.is_text("appVersion");
    rules.maintainers();
    rules.sources();
    rules.icon();
    rules.kind();
    rules.dependencies();
    rules.strict_version();
}

/// A Chart.yaml that can be read.
struct ChartFile {
    source: Source,
    /// As values have it: every number is a float.
    typed: Value,
    document: Value,
    node: Option<Node>,
    metadata: Metadata,
}

type Refused = (String, Option<Unreadable>);

fn read(contents: &Contents) -> Result<ChartFile, Refused> {
    let path = contents.path.join(FILE);
    let bytes = match &contents.chart_yaml {
        Found::File(bytes) => bytes,
        Found::Folder => return Err((format!("read {}: is a directory", path.display()), None)),
        Found::Nothing => return Err((format!("open {}: no such file or directory", path.display()), None)),
        Found::Unreadable(words) => return Err((words.clone(), None)),
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        let words = yaml::parse_bytes(bytes).err().map_or_else(|| "not UTF-8".to_owned(), |error| error.to_string());
        return Err((words, None));
    };
    let source = Source::new(format!("{}{FILE}", contents.prefix), text);
    parse(source).map_err(|error| (error.to_string(), Some(error)))
}

fn parse(source: Source) -> Result<ChartFile, Unreadable> {
    let document = yaml::parse_for_struct(&source)?;
    let mut metadata = Metadata::default();
    metadata.read(&document)?;
    let node = yaml::nodes(&source).ok().and_then(|nodes| nodes.into_iter().next());
    let typed = yaml::parse(&source)?;
    Ok(ChartFile { source, typed, document, node, metadata })
}

impl ChartFile {
    /// Returns the place of a field's value.
    fn place(&self, key: &str) -> Option<Span> {
        Some(self.node.as_ref()?.get(key)?.span.clone())
    }

    /// Returns the place of an item of a list, or of a field of it.
    fn item_place(&self, key: &str, index: usize, field: &str) -> Option<Span> {
        let item = self.node.as_ref()?.get(key)?.items().get(index)?;
        Some(item.get(field).unwrap_or(item).span.clone())
    }
}

struct Rules<'a> {
    file: &'a ChartFile,
    metadata: &'a Metadata,
    findings: &'a mut Findings,
}

impl Rules<'_> {
    fn name(&mut self) {
        let name = &self.metadata.name;
        if name.is_empty() {
            self.findings.error(FILE, "name is required").at(self.file.place("name")).help("add `name: ` with the name of the folder");
        } else if name.contains('/') && name != "/" {
            let words = format!("chart name {} is invalid", quote(name.as_bytes()));
            self.findings.error(FILE, words).at(self.file.place("name")).help("a name has no `/`");
        }
    }

    fn api_version(&mut self) {
        const ALLOWED: &str = "The value must be either \"v1\" or \"v2\"";
        let place = self.file.place("apiVersion");
        match self.metadata.api_version.as_str() {
            "v1" | "v2" => {}
            "" => {
                let words = format!("apiVersion is required. {ALLOWED}");
                self.findings.error(FILE, words).at(place).help("add `apiVersion: v2`");
            }
            other => {
                let words = format!("apiVersion '{other}' is not valid. {ALLOWED}");
                self.findings.error(FILE, words).at(place).help("write `apiVersion: v2`");
            }
        }
    }

    fn is_text(&mut self, key: &str) {
        let value = self.file.typed.as_map().and_then(|map| map.get(key));
        let Some(value) = value.filter(|value| !matches!(value, Value::Str(_))) else { return };
        let words = format!("{key} should be of type string but it's of type {}", value.type_name());
        self.findings.error(FILE, words).at(self.file.place(key)).help("put it in quotes");
    }

    fn version(&mut self) {
        let text = &self.metadata.version;
        let place = self.file.place("version");
        if text.is_empty() {
            self.findings.error(FILE, "version is required").at(place).help("add `version: 0.1.0`");
            return;
        }
        let Ok(version) = Version::parse(text) else {
            let words = format!("version '{text}' is not a valid SemVer");
            self.findings.error(FILE, words).at(place).help("a version has three numbers: `1.2.3`");
            return;
        };
        let is_above = Constraint::parse(LEAST_VERSION).is_ok_and(|constraint| constraint.matches(&version));
        if !is_above {
            let words = format!("version {text} is less than or equal to 0.0.0-0");
            self.findings.error(FILE, words).at(place).help("write `version: 0.1.0`");
        }
    }

    fn strict_version(&mut self) {
        let text = &self.metadata.version;
        if Version::parse_strict(text).is_err() {
            let words = format!("version '{text}' is not a valid SemVerV2");
            let message = self.findings.warning(FILE, words).at(self.file.place("version"));
            if let Ok(version) = Version::parse(text) {
                message.help(format!("write `version: {version}`"));
            }
        }
    }

    fn maintainers(&mut self) {
        for (index, maintainer) in self.metadata.maintainers.iter().enumerate() {
            let (words, field, help) = match maintainer {
                None => ("a maintainer entry is empty".to_owned(), "", "remove the empty entry"),
                Some(one) if one.name.is_empty() => ("each maintainer requires a name".to_owned(), "", "add `name: ` to this entry"),
                Some(one) if !one.email.is_empty() && !is_mail_address(&one.email) => {
                    (format!("invalid email '{}' for maintainer '{}'", one.email, one.name), "email", "write it as `somebody@example.com`")
                }
                Some(one) if !one.url.is_empty() && !is_web_address(&one.url) => {
                    (format!("invalid url '{}' for maintainer '{}'", one.url, one.name), "url", "write it as `https://example.com/`")
                }
                Some(_) => continue,
            };
            self.findings.error(FILE, words).at(self.file.item_place("maintainers", index, field)).help(help);
            // Helm stops at the first.
            return;
        }
    }

    fn sources(&mut self) {
        let bad = self.metadata.sources.iter().position(|source| source.is_empty() || !is_source_address(source));
        if let Some(index) = bad {
            let words = format!("invalid source URL '{}'", self.metadata.sources[index]);
            let place = self.file.item_place("sources", index, "");
            self.findings.error(FILE, words).at(place).help("write it with its scheme: `https://example.com/`");
        }
    }

    fn icon(&mut self) {
        let icon = &self.metadata.icon;
        if icon.is_empty() {
            self.findings.info(FILE, "icon is recommended");
        } else if !is_source_address(icon) {
            let words = format!("invalid icon URL '{icon}'");
            self.findings.error(FILE, words).at(self.file.place("icon")).help("write it with its scheme: `https://example.com/icon.png`");
        }
    }

    fn kind(&mut self) {
        let api_version = &self.metadata.api_version;
        if !self.metadata.kind.is_empty() && api_version != "v2" {
            let words = format!("chart type is not valid in apiVersion '{api_version}'. It is valid in apiVersion 'v2'");
            self.findings.error(FILE, words).at(self.file.place("type")).help("write `apiVersion: v2`, or remove the type");
        }
    }

    fn dependencies(&mut self) {
        let api_version = &self.metadata.api_version;
        let has_some = self.metadata.dependencies.as_ref().is_some_and(|list| !list.is_empty());
        if has_some && api_version != "v2" {
            let words =
                format!("dependencies are not valid in the Chart file with apiVersion '{api_version}'. They are valid in apiVersion 'v2'");
            let place = self.file.place("dependencies");
            self.findings.error(FILE, words).at(place).help("write `apiVersion: v2`, or move them to requirements.yaml");
        }
    }
}

/// Every version but the least of all satisfies it.
const LEAST_VERSION: &str = ">0.0.0-0";
