//! The name of a release that a command line gives or asks to be made up.

use super::expand::expand;
use crate::template::function::{Call, Effects, Fault, Function, Functions, Ty};
use crate::template::{Compiled, Interpreter, Limits, MissingKey, Set, funcs};
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

/// How a release gets a name that is not given.
#[derive(Clone, Debug, Default)]
pub struct ReleaseNaming {
    /// `--generate-name`.
    pub generate: bool,
    /// `--name-template`; may be empty.
    pub template: String,
}

/// Takes `[NAME] CHART` apart: the name of the release, and the chart.
///
/// Rule: Helm 4.3.1 pkg/action/install.go `NameAndChart`; `helm template` starts from the name `release-name`, so that
/// `--generate-name` gives just that.
///
/// # Errors
/// In Helm's words: too many arguments, a name that is given twice, a template that fails.
pub(super) fn name_and_chart(
    words: &[String],
    naming: &ReleaseNaming,
    effects: &dyn Effects,
    variables: &BTreeMap<String, String>,
) -> Result<(String, String), String> {
    match words {
        [chart] if naming.template.is_empty() => Ok(("release-name".to_owned(), chart.clone())),
        [chart] => Ok((of_template(&naming.template, effects, variables)?, chart.clone())),
        [_, _] if naming.generate => Err("cannot set --generate-name and also specify a name".into()),
        [_, _] if !naming.template.is_empty() => Err("cannot set --name-template and also specify a name".into()),
        [name, chart] => Ok((name.clone(), chart.clone())),
        [_, _, rest @ ..] => Err(format!("expected at most two arguments, unexpected arguments: {}", rest.join(", "))),
        [] => Err("\"helm template\" requires at least 1 argument".into()),
    }
}

/// As [`name_and_chart`], for a release that is to be made: without a name and a template one is made up where that is asked for, of the
/// chart's name and the time.
///
/// # Errors
/// As [`name_and_chart`], and that there is no name.
pub(super) fn new_name_and_chart(
    words: &[String],
    naming: &ReleaseNaming,
    effects: &dyn Effects,
    variables: &BTreeMap<String, String>,
) -> Result<(String, String), String> {
    match words {
        [chart] if naming.template.is_empty() && naming.generate => {
            Ok((format!("{}-{}", base(chart), effects.now() / 1_000_000_000), chart.clone()))
        }
        [_] if naming.template.is_empty() => Err("must either provide a name or specify --generate-name".into()),
        words => name_and_chart(words, naming, effects, variables),
    }
}

/// Returns the last part of a chart's path or address, up to its first dot.
fn base(chart: &str) -> &str {
    let last = chart.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let base = if last.is_empty() || last == "." { "chart" } else { last };
    base.split('.').next().unwrap_or(base)
}

/// sprig's functions, `env` and `expandenv` among them: the template is the user's own.
static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| Functions::new(funcs::FAMILIES).with(&[&ENVIRONMENT]));

static ENVIRONMENT: [Function; 2] = [
    Function {
        name: "env",
        params: &[Ty::Str],
        variadic: None,
        pure: false,
        run: |call, arguments| {
            let name = text(&arguments[0]);
            with_variables(call, |variables| variables.get(&name).cloned().unwrap_or_default())
        },
    },
    Function {
        name: "expandenv",
        params: &[Ty::Str],
        variadic: None,
        pure: false,
        run: |call, arguments| {
            let given = text(&arguments[0]);
            with_variables(call, |variables| expand(&given, &|name| variables.get(name).cloned().unwrap_or_default()))
        },
    },
];

fn text(argument: &Value) -> String {
    match argument {
        Value::Str(text) => text.to_text().into_owned(),
        _ => String::new(),
    }
}

fn with_variables(call: &mut Call<'_, '_>, answer: impl FnOnce(&BTreeMap<String, String>) -> String) -> Result<Value, Fault> {
    let variables = call.host::<BTreeMap<String, String>>().ok_or_else(|| Fault::new("there is no environment here"))?;
    Ok(Value::from(answer(variables)))
}

fn of_template(template: &str, effects: &dyn Effects, variables: &BTreeMap<String, String>) -> Result<String, String> {
    const NAME: &str = "name-template";
    let source = crate::diag::Source::new(NAME, template);
    let compiled = Compiled::parse(&source, &FUNCTIONS).map_err(|error| error.to_string())?;
    let mut set = Set::new(NAME);
    set.add(Arc::new(compiled)).map_err(|error| error.to_string())?;
    let mut host = variables.clone();
    let mut interpreter = Interpreter::new(effects, &mut host, MissingKey::Zero, Limits::default());
    let mut out = Vec::new();
    set.execute(&mut interpreter, NAME, &Value::Nil, &mut out).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&out).into_owned())
}

const LONGEST: usize = 53;

/// Checks a name that a release is to have.
///
/// Rule: Helm 4.3.1 pkg/chart/v2/util/validate_name.go.
///
/// # Errors
/// In Helm's words, without what it puts before them.
pub(super) fn check(name: &str) -> Result<(), String> {
    let reason = if name.is_empty() {
        "no name provided"
    } else if name.len() > LONGEST || !name.split('.').all(is_label) {
        "invalid release name, must match regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ \
         and the length must not be longer than 53"
    } else {
        return Ok(());
    };
    Err(format!("release name {}: {reason}", crate::value::quote(name.as_bytes())))
}

fn is_label(label: &str) -> bool {
    let is_alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [label.bytes().next(), label.bytes().last()];
    ends.iter().all(|end| end.is_some_and(is_alphanumeric)) && label.bytes().all(|byte| is_alphanumeric(byte) || byte == b'-')
}
