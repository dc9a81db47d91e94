//! Loading a stack: the files, their sub-stacks, their releases.

use super::discover::stack_files;
use super::environment::Environment;
use super::error::Error;
use super::features;
use super::file::LoadedFile;
use super::inherited::{INHERITABLE, Inherited};
use super::model::{Keeping, Release, Stack, State};
use super::needs;
use super::raw::{RawSubStack, Spanned};
use super::render::Renderer;
use super::request::{LoadRequest, Loaded};
use super::secrets::SecretRule;
use super::selector::{Selector, any_compatible};
use super::state_values::{set_state_strings, set_state_values};
use crate::diag::{Diagnostic, Diagnostics};
use crate::source::{glob, join};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Loads a stack file or a folder of them, with sub-stacks, environments, templates and selectors.
///
/// # Errors
/// Everything that is wrong with the stack, in one run as far as one mistake does not hide another.
pub fn load(request: &LoadRequest<'_>) -> Result<Loaded, Diagnostics> {
    let mut loader = Loader::new(request);
    let stack = loader.stack();
    let Loader { mut diagnostics, .. } = loader;
    if let Some(stack) = &stack
        && !diagnostics.has_errors()
    {
        diagnostics.extend(needs::check(stack));
        diagnostics.extend(features::check(stack, &*request.world.files));
    }
    let (stack, warnings) = once_each(diagnostics).check(stack)?;
    let stack = stack.ok_or_else(|| Diagnostics::from(Diagnostic::error("the stack could not be loaded")))?;
    Ok(Loaded { stack, warnings })
}

/// Leaves out what is told already: a file that several stacks name is read for each of them.
fn once_each(diagnostics: Diagnostics) -> Diagnostics {
    let mut told: Vec<Diagnostic> = Vec::new();
    for diagnostic in diagnostics {
        if !told.contains(&diagnostic) {
            told.push(diagnostic);
        }
    }
    let mut once = Diagnostics::new();
    once.extend(told);
    once
}

/// Why a file gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// What is wrong has been told.
    Failed,
    /// It has environments, but not the one that is loaded: helmfile passes over such files.
    OtherEnvironment,
}

/// What a stack file is handed by whoever names it.
#[derive(Clone, Debug, Default)]
struct Visit {
    selectors: Vec<Selector>,
    /// Values laid over the file's own.
    overrides: Option<Environment>,
    /// What a sub-stack takes over from its parent.
    inherited: Inherited,
    /// States that come before.
    after: Vec<usize>,
    /// The files that led here, outermost first.
    chain: Vec<PathBuf>,
}

/// The state of one load.
pub(super) struct Loader<'a> {
    pub(super) request: &'a LoadRequest<'a>,
    pub(super) renderer: Arc<Renderer>,
    pub(super) diagnostics: Diagnostics,
    /// The environments of files that were passed over.
    pub(super) environments: BTreeSet<String>,
    /// What the files that were asked for say about the whole stack.
    pub(super) keeping: Keeping,
    /// The secrets of the stack.
    pub(super) secrets: BTreeMap<String, SecretRule>,
    states: Vec<Arc<State>>,
    releases: Vec<Release>,
}

impl<'a> Loader<'a> {
    fn new(request: &'a LoadRequest<'a>) -> Self {
        let renderer = Arc::new(Renderer::new(request.world.clone()));
        Loader {
            request,
            renderer,
            diagnostics: Diagnostics::new(),
            environments: BTreeSet::new(),
            keeping: Keeping::unnamed(),
            secrets: BTreeMap::new(),
            states: Vec::new(),
            releases: Vec::new(),
        }
    }

    fn stack(&mut self) -> Option<Stack> {
        let selectors = self.selectors();
        let world = &self.request.world;
        let paths = stack_files(self.request.path, &*world.files).map_err(|error| self.diagnostics.push(error.diagnostic())).ok()?;
        let folder = paths.first()?.parent().unwrap_or(Path::new("")).to_owned();
        let single = paths.len() == 1;
        let overrides = self.command_line_values(if single { &folder } else { Path::new("") });
        let mut skipped = Vec::new();
        for path in &paths {
            let visit = Visit { selectors: selectors.clone(), overrides: overrides.clone(), ..Visit::default() };
            if self.visit_file(path, &visit) == Err(Stop::OtherEnvironment) {
                skipped.push(path.clone());
            }
        }
        if skipped.len() == paths.len() {
            let environment = self.request.environment.to_owned();
            let known = self.environments.iter().cloned().collect();
            self.diagnostics.push(Error::NoEnvironment { environment, files: skipped, known }.warning());
        }
        let path = self.request.path.map_or_else(|| paths[0].clone(), Path::to_owned);
        let working_folder = self.request.world.files.working_folder();
        Some(Stack {
            keeping: std::mem::take(&mut self.keeping).named_for(&path, working_folder.as_deref()),
            path,
            base_dir: folder,
            environment: self.request.environment.to_owned(),
            secrets: std::mem::take(&mut self.secrets),
            states: std::mem::take(&mut self.states),
            releases: std::mem::take(&mut self.releases),
        })
    }

    fn selectors(&mut self) -> Vec<Selector> {
        self.parse_selectors(self.request.selectors.iter().map(|text| (text.as_str(), None)))
    }

    fn parse_selectors<'t>(&mut self, texts: impl Iterator<Item = (&'t str, Option<crate::diag::Span>)>) -> Vec<Selector> {
        let mut selectors = Vec::new();
        for (text, span) in texts {
            match Selector::parse(text) {
                Ok(selector) => selectors.push(selector),
                Err(error) => self.diagnostics.push(error.diagnostic().at_maybe(span, "")),
            }
        }
        selectors
    }

    /// Returns the values of the command line as an environment to lay over others; none if there are none.
    fn command_line_values(&mut self, folder: &Path) -> Option<Environment> {
        let given = &self.request.state_values;
        if *given == super::request::StateValues::default() {
            return None;
        }
        let mut environment = Environment::new(self.request.environment);
        environment.values = self.load_state_value_files(folder);
        let texts = given.set_string.iter().map(|argument| set_state_strings(&environment.overrides, argument));
        let typed = given.set.iter().map(|argument| set_state_values(&environment.overrides, argument));
        let mistakes = texts.chain(typed).filter_map(Result::err);
        self.diagnostics.extend(mistakes.map(|error| error.diagnostic()));
        Some(environment)
    }

    /// Loads one stack file, its sub-stacks first.
    fn visit_file(&mut self, path: &Path, visit: &Visit) -> Result<(), Stop> {
        let base_dir = path.parent().unwrap_or(Path::new("")).to_owned();
        let mut file = self.load_file(path, &base_dir, visit.inherited.environment.clone(), visit.overrides.as_ref(), false)?;
        if visit.chain.is_empty() {
            self.keep_as(&file);
        }
        visit.inherited.merge_into(&mut file.raw);
        self.check_flags(&file);
        let before = self.visit_sub_stacks(&file, visit);
        self.add_state(file, visit.selectors.clone(), before);
        Ok(())
    }

    /// Loads the sub-stacks of a file; returns the states that come before the file's own.
    fn visit_sub_stacks(&mut self, file: &LoadedFile, visit: &Visit) -> Vec<usize> {
        let mut after = visit.after.clone();
        let mut chain = visit.chain.clone();
        chain.push(file.path.clone());
        for sub in &file.raw.helmfiles {
            self.check_sub_stack(&sub.value);
            let Some((selectors, overrides)) = self.sub_stack_request(sub, file, visit) else { continue };
            let inherited = Inherited::from_parent(&file.raw, &file.environment, &sub.value.inherits);
            let first = self.states.len();
            for path in self.sub_stack_files(sub, file) {
                if chain.contains(&path) {
                    self.diagnostics.push(Error::StackCycle { path, span: sub.span.clone() }.diagnostic());
                    continue;
                }
                let visit = Visit {
                    selectors: selectors.clone(),
                    overrides: overrides.clone(),
                    inherited: inherited.clone(),
                    after: after.clone(),
                    chain: chain.clone(),
                };
                // A sub-stack without the environment is passed over, as helmfile does.
                let _ = self.visit_file(&path, &visit);
            }
            after.extend(first..self.states.len());
        }
        after
    }

    fn check_sub_stack(&mut self, sub: &RawSubStack) {
        for key in sub.inherits.iter().filter(|key| !INHERITABLE.contains(&key.value.as_str())) {
            self.diagnostics.push(Error::choice("inherits", &key.value, &INHERITABLE, &key.span).diagnostic());
        }
        let has_selectors = sub.selectors.0.as_ref().is_some_and(|selectors| !selectors.is_empty());
        if let Some(flag) = sub.selectors_inherited.as_ref().filter(|flag| flag.value && has_selectors) {
            let span = Some(flag.span.clone());
            self.diagnostics.push(Error::Contradiction { one: "selectorsInherited", other: "selectors", span }.diagnostic());
        }
    }

    /// Decides a sub-stack's selectors and overrides; none if no release of it can be selected.
    fn sub_stack_request(
        &mut self,
        sub: &Spanned<RawSubStack>,
        file: &LoadedFile,
        visit: &Visit,
    ) -> Option<(Vec<Selector>, Option<Environment>)> {
        let own = sub.value.selectors.0.as_ref();
        let inherits = sub.value.selectors_inherited.as_ref().is_some_and(|flag| flag.value);
        let own: Option<Vec<Selector>> =
            own.map(|texts| self.parse_selectors(texts.iter().map(|text| (text.value.as_str(), Some(text.span.clone())))));
        let command_line = self.selectors_quietly();
        if let Some(own) = &own
            && !inherits
            && !any_compatible(&command_line, own)
        {
            return None;
        }
        let selectors = match own {
            _ if inherits => visit.selectors.clone(),
            Some(own) => own,
            None if self.inherits_only_on_request() => Vec::new(),
            None => visit.selectors.clone(),
        };
        let overrides = (!sub.value.values.is_empty()).then(|| {
            let mut environment = Environment::new(self.request.environment);
            environment.values = self.load_sub_stack_values(&sub.value.values, &file.base_dir);
            environment
        });
        Some((selectors, overrides))
    }

    fn selectors_quietly(&self) -> Vec<Selector> {
        self.request.selectors.iter().filter_map(|text| Selector::parse(text).ok()).collect()
    }

    fn inherits_only_on_request(&self) -> bool {
        let experimental = self.request.world.env.get("HELMFILE_EXPERIMENTAL").map(String::as_str).unwrap_or_default();
        experimental == "true" || experimental.contains("explicit-selector-inheritance")
    }

    fn sub_stack_files(&mut self, sub: &Spanned<RawSubStack>, file: &LoadedFile) -> Vec<PathBuf> {
        let Some(path) = &sub.value.path else {
            self.diagnostics.push(Error::NoSubStackPath { span: sub.span.clone() }.diagnostic());
            return Vec::new();
        };
        let pattern = join(&file.base_dir, Path::new(&path.value));
        let found = glob(&*self.request.world.files, &pattern.display().to_string());
        if found.is_empty() {
            let missing = self.missing_file(&file.raw.missing_file_handler, super::model::MissingFile::Error);
            self.tell_missing(missing, "sub-stack", path, &file.base_dir);
        }
        let mut files = Vec::new();
        for path in found {
            match stack_files(Some(&path), &*self.request.world.files) {
                Ok(paths) => files.extend(paths),
                Err(error) => self.diagnostics.push(error.diagnostic().at(sub.span.clone(), "")),
            }
        }
        files
    }

    fn add_state(&mut self, file: LoadedFile, selectors: Vec<Selector>, after: Vec<usize>) {
        self.secrets_of(&file);
        let state = Arc::new(self.state(&file, self.states.len(), selectors, after));
        let mut releases = self.releases(&file, &state);
        self.lock_versions(&file, &mut releases);
        self.states.push(state);
        self.releases.extend(releases);
    }

    /// Settings that a file and the command line both force are a contradiction.
    fn check_flags(&mut self, file: &LoadedFile) {
        let request = self.request;
        let pairs = [
            ("kubeContext", "--kube-context", &file.raw.kube_context, request.kube_context),
            ("namespace", "--namespace", &file.raw.namespace, request.namespace),
            ("chart", "--chart", &file.raw.chart, request.chart),
        ];
        for (key, flag, written, given) in pairs {
            if let (Some(written), Some(_)) = (written, given)
                && !written.value.is_empty()
            {
                self.diagnostics.push(Error::ForcedTwice { key, flag, span: written.span.clone() }.diagnostic());
            }
        }
    }
}
