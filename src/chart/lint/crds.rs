//! The files below `crds/`.

use super::contents::Found;
use super::families::LintRequest;
use super::findings::Findings;
use super::stream::Documents;
use crate::diag::Source;

/// Checks that they are plain definitions of custom resources.
pub(super) fn check(request: &LintRequest<'_>, findings: &mut Findings) {
    const FOLDER: &str = "crds/";
    let contents = request.contents;
    match &contents.crds {
        Found::Nothing => return,
        Found::Folder => {}
        Found::Unreadable(words) => {
            findings.error(FOLDER, words.as_str());
            return;
        }
        Found::File(_) => {
            findings.error(FOLDER, "not a directory");
            return;
        }
    }
    let chart = match &contents.chart {
        Ok(chart) => chart,
        Err(error) => {
            findings.error(FOLDER, error.to_string()).explained_by(error.diagnostic());
            return;
        }
    };
    for file in chart.crds() {
        let source = Source::new(format!("{}{}", contents.prefix, file.name), String::from_utf8_lossy(&file.data));
        for document in Documents::of(&source) {
            let object = match document {
                Ok(object) => object,
                Err(error) => {
                    findings.error(&*file.name, format!("unable to parse YAML: {}", error.words)).explained_by(error.cause.diagnostic());
                    return;
                }
            };
            let Some(object) = object else { continue };
            if !object.api_version.starts_with("apiextensions.k8s.io") {
                findings
                    .error(&*file.name, "apiVersion is not in 'apiextensions.k8s.io'")
                    .at(object.place("apiVersion"))
                    .help("only CustomResourceDefinitions belong into crds/; put other objects into templates/");
            }
            if object.kind != "CustomResourceDefinition" {
                findings
                    .error(&*file.name, "object kind is not 'CustomResourceDefinition'")
                    .at(object.place("kind"))
                    .help("only CustomResourceDefinitions belong into crds/; put other objects into templates/");
            }
        }
    }
}
