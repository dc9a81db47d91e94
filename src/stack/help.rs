//! How to mend what is wrong with a stack.

use super::error::Error;

/// Keys of helmfile 0.x and Helm 2 that are gone, where they stood (empty: anywhere), and what to write instead.
const OLD_KEYS: [(&str, &str, &str); 10] = [
    ("charts", "stack file", "it is `releases` now"),
    ("context", "stack file", "it is `kubeContext` now"),
    ("tillerNamespace", "", TILLER),
    ("tillerless", "", TILLER),
    ("tls", "", TILLER),
    ("tlsCACert", "", TILLER),
    ("tlsCert", "", TILLER),
    ("tlsKey", "", TILLER),
    ("tlsHostname", "", TILLER),
    ("helmV2", "", TILLER),
];
const TILLER: &str = "it was for Helm 2, which is gone; delete the line";

/// Returns what to do about an error, most useful first.
pub(super) fn of(error: &Error) -> Vec<String> {
    let near = |near: &Option<String>| near.iter().map(|near| format!("did you mean `{near}`?")).collect::<Vec<_>>();
    let one = |text: &str| vec![text.to_owned()];
    match error {
        Error::Selector { .. } => one("write `KEY=VALUE` or `KEY!=VALUE`, several joined by commas"),
        Error::StateValue { .. } => one("write `KEY.KEY[INDEX]=VALUE`, several joined by commas"),
        Error::ForcedTwice { flag, .. } => vec![format!("leave out {flag}, or delete the line")],
        Error::NoStackFile { .. } => one("name it stack.yaml, stack.yaml.gotmpl, helmfile.yaml, helmfile.yaml.gotmpl, or use --file"),
        Error::SeveralStackFiles { .. } => one("choose one with --file, or remove the others"),
        Error::MissingFile { near: Some(near), .. } => vec![format!("there is a file `{near}`")],
        Error::MissingFile { what: "sub-stack", .. } => one("paths are relative to the folder of the stack file"),
        Error::MissingFile { .. } => {
            one("paths are relative to the folder of the stack file; to go on without it, set `missingFileHandler: Warn`")
        }
        Error::SeveralFiles { .. } => one("name one file; several entries are laid over each other in their order"),
        Error::RemoteFile { .. } => one("download the file and name its path"),
        Error::Hcl { .. } => one("write the values as YAML"),
        Error::LateKey { key, .. } => vec![format!("move `{key}` to the top of the file and put a line `---` after it")],
        Error::SamePart { .. } => one("put a line `---` between `environments` and `releases`"),
        Error::UnknownKey { key, near, of_release, noun, .. } => unknown_key(key, near.as_deref(), *of_release, noun),
        Error::Condition { near: found, .. }
        | Error::UnknownEvent { near: found @ Some(_), .. }
        | Error::UnknownNeed { near: found @ Some(_), .. } => near(found),
        Error::UnknownTemplate { near: Some(found), .. } => vec![format!("did you mean `{found}`?")],
        Error::UnknownTemplate { names, .. } if names.is_empty() => one("define it under `templates`"),
        Error::UnknownTemplate { names, .. } => vec![format!("there are {}", names.join(", "))],
        Error::DuplicateKey { .. } => one("keep one of the two"),
        Error::Choice { choices, given, .. } => match crate::diag::nearest(given, choices.iter().copied()) {
            Some(near) => vec![format!("did you mean `{near}`?")],
            None => vec![format!("it can be {}", choices.join(", "))],
        },
        Error::Mismatch { expected, .. } if expected == "true or false" => one("write true or false without quotes"),
        Error::Mismatch { expected, .. } if expected == "a whole number" => one("write digits only; times are in seconds"),
        Error::Mismatch { expected, .. } if expected == "a list" => one("begin each item with `- `"),
        Error::Mismatch { found: "a map", .. } => one("if this is a template, put it in quotes: \"{{ … }}\""),
        Error::Unsupported { help, .. } => one(help),
        Error::OldInherit { .. } => one("make it a list: `inherit: [{template: NAME}]`"),
        Error::NestedBase { .. } => one("name all bases in the file that is loaded"),
        Error::NoBase { .. } => one("paths of bases are relative to the folder of the stack file"),
        Error::NoSubStackPath { .. } => one("add `path: FILE`"),
        Error::NoEnvironment { environment, known, .. } => match crate::diag::nearest(environment, known.iter().map(String::as_str)) {
            Some(near) => vec![format!("did you mean `{near}`?")],
            None => vec![format!("there are {}; to add it: `environments: {{{environment}: {{}}}}`", known.join(", "))],
        },
        Error::StackCycle { .. } => one("a stack cannot be a part of itself"),
        Error::IncompleteRelease { key, .. } => vec![format!("add `{key}: …`")],
        Error::IncompleteRepository { .. } => one("add `name: …` and `url: https://…`"),
        Error::BadName { .. } => one("use at most 53 small letters, digits, `-` and `.`, with a letter or digit at both ends"),
        Error::RecursiveFields { .. } => one("let one of the fields stand on its own"),
        Error::Contradiction { other, .. } => vec![format!("keep one of them, for example `{other}`")],
        Error::NotLocked { path, .. } => {
            vec![format!("delete {} to take the newest versions that fit, or change the version there", path.display())]
        }
        Error::InlineSecret { .. } => one("put them into an encrypted file and name it"),
        Error::UnknownEvent { .. } => one("events are prepare, preapply, presync, preuninstall, postuninstall, postsync, cleanup"),
        Error::EmptyHook { .. } => one("add `command: …`, or `kubectlApply` with `filename` or `kustomize`"),
        Error::UnknownNeed { need, .. } => vec![format!("define a release `{}` there, or remove the need", need.name)],
        Error::NeedCycle { .. } => one("remove one of these needs"),
        Error::AbsentNeed { need, .. } => vec![format!("set `installed: true` on `{}`, or remove the need", need.name)],
        Error::UnselectedNeed { need, .. } => {
            vec![format!("add `--selector name={}`, or use --include-needs or --skip-needs", need.name)]
        }
        Error::NamelessNeed { .. } => one("add `name: RELEASE`"),
        Error::Percentage { .. } => one("write 1% to 100%"),
        Error::UnknownFeature { near, known, folders, .. } => unknown_feature(near.as_deref(), known, folders),
        Error::NoOverlays { .. } => one("say where their files of values are: `overlays: {folder: values_overrides/{chart}}`"),
        Error::BadSecretName { .. } => one("use letters, digits, `-`, `_` and `.`"),
        Error::EmptySecret { .. } => one("add `generate: {length: 32}`"),
        Error::SecretLength { .. } => one("choose 8 to 1024"),
        Error::IncompleteObject { .. } => one("write `fromObject: {kind: Secret, name: …, namespace: …, key: …}`"),
        Error::MixedValue { .. } => one("let it be the only key of its map: what it names takes the place of the map"),
        Error::OverlayVariable { name, .. } => {
            vec![format!("set the variable {name}, or write it under `overlays`: `variables: {{{name}: …}}`")]
        }
        Error::DuplicateRelease { .. } => one("give one of them another name or namespace"),
        _ => Vec::new(),
    }
}

fn unknown_feature(near: Option<&str>, known: &[String], folders: &[std::path::PathBuf]) -> Vec<String> {
    let mut help: Vec<String> = near.map(|near| format!("did you mean `{near}`?")).into_iter().collect();
    help.push(match known {
        [] => {
            let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
            format!("there are no files of features in {}", folders.join(", "))
        }
        known => format!("there are files for {}", known.join(", ")),
    });
    help
}

fn unknown_key(key: &str, near: Option<&str>, of_release: bool, noun: &str) -> Vec<String> {
    let old = OLD_KEYS.iter().find(|(old, of, _)| *old == key && (of.is_empty() || *of == noun));
    match (old, near) {
        (Some((.., text)), _) => vec![(*text).to_owned()],
        (None, Some(near)) => vec![format!("did you mean `{near}`?")],
        (None, None) if of_release => vec![format!("it is a key of releases, not of a {noun}")],
        (None, None) => Vec::new(),
    }
}
