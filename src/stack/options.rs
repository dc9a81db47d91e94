//! Settings of a release and of `helmDefaults`, decided between the two.

use super::error::Error;
use super::load::Loader;
use super::model::{
    Cascade, CrdPolicy, DeleteOptions, DiffOptions, FieldAction, FieldRule, InstallOptions, PostRenderer, RenderOptions, ServerSide,
};
use super::need::percent;
use super::raw::{RawDefaults, RawFieldRule, RawReadiness, RawRelease, Spanned, Text};
use std::time::Duration;

/// Helm's default for how many revisions are kept.
const HISTORY_MAX: u32 = 10;

/// Returns the release's setting if it has one, else the default.
fn either(release: &Option<Spanned<bool>>, default: &Option<Spanned<bool>>) -> bool {
    release.as_ref().or(default.as_ref()).is_some_and(|flag| flag.value)
}

/// Returns whether one of the two is on: a release cannot switch the default off.
fn any(release: &Option<Spanned<bool>>, default: &Option<Spanned<bool>>) -> bool {
    [release, default].into_iter().flatten().any(|flag| flag.value)
}

/// Returns the first text that is not empty.
fn first<'a>(release: &'a Text, default: &'a Text) -> Option<&'a Spanned<String>> {
    [release, default].into_iter().flatten().find(|text| !text.value.is_empty())
}

fn texts(list: &[Spanned<String>]) -> Vec<String> {
    list.iter().map(|text| text.value.clone()).collect()
}

/// Returns the release's list, or the default's where it is empty.
fn first_list(release: &[Spanned<String>], default: &[Spanned<String>]) -> Vec<String> {
    texts(if release.is_empty() { default } else { release })
}

/// Rule for all of them: reference "helmDefaults", patterns P1 to P3; helmfile pkg/state/state.go `flagsForUpgrade` and beside it.
impl Loader<'_> {
    pub(super) fn render_options(&mut self, release: &RawRelease, defaults: &RawDefaults) -> RenderOptions {
        let post_renderer = first(&release.post_renderer, &defaults.post_renderer).map(|command| PostRenderer {
            command: command.value.clone(),
            args: first_list(&release.post_renderer_args, &defaults.post_renderer_args),
        });
        RenderOptions {
            devel: either(&release.devel, &defaults.devel),
            enable_dns: either(&release.enable_dns, &defaults.enable_dns),
            skip_schema_validation: any(&release.skip_schema_validation, &defaults.skip_schema_validation),
            skip_crds: defaults.skip_crds.as_ref().is_some_and(|flag| flag.value),
            skip_deps: either(&release.skip_deps, &defaults.skip_deps),
            skip_refresh: either(&release.skip_refresh, &defaults.skip_refresh),
            insecure_skip_tls_verify: any(&release.insecure_skip_tls_verify, &defaults.insecure_skip_tls_verify),
            plain_http: any(&release.plain_http, &defaults.plain_http),
            api_versions: texts(&release.api_versions),
            kube_version: release.kube_version.as_ref().map(|text| text.value.clone()).filter(|text| !text.is_empty()),
            post_renderer,
        }
    }

    pub(super) fn install_options(&mut self, release: &RawRelease, defaults: &RawDefaults) -> InstallOptions {
        let atomic = either(&release.atomic, &defaults.atomic);
        let rollback = either(&release.rollback_on_failure, &defaults.rollback_on_failure);
        let force = either(&release.force, &defaults.force);
        let force_conflicts = either(&release.force_conflicts, &defaults.force_conflicts);
        if atomic && rollback {
            self.contradiction("atomic", "rollbackOnFailure", &release.atomic, &defaults.atomic);
        }
        if force && force_conflicts {
            self.contradiction("force", "forceConflicts", &release.force, &defaults.force);
        }
        let (wait, ordered) = self.waits(release, defaults);
        InstallOptions {
            wait,
            ordered,
            readiness_timeout: self.seconds(&release.readiness_timeout).or_else(|| self.seconds(&defaults.readiness_timeout)),
            min_ready: self.min_ready(&release.readiness.0).or_else(|| self.min_ready(&defaults.readiness.0)),
            tests: self.tests(first(&release.tests, &defaults.tests)),
            allow_failure: release.allow_failure.as_ref().is_some_and(|flag| flag.value),
            wait_for_jobs: either(&release.wait_for_jobs, &defaults.wait_for_jobs),
            timeout: self.seconds(&release.timeout).or_else(|| self.seconds(&defaults.timeout)),
            force,
            force_conflicts,
            field_rules: self.field_rules(release, defaults),
            rollback_on_failure: atomic || rollback,
            cleanup_on_fail: either(&release.cleanup_on_fail, &defaults.cleanup_on_fail),
            history_max: self.history_max(&release.history_max).or_else(|| self.history_max(&defaults.history_max)).unwrap_or(HISTORY_MAX),
            create_namespace: release.create_namespace.as_ref().or(defaults.create_namespace.as_ref()).is_none_or(|flag| flag.value),
            reuse_values: either(&release.reuse_values, &defaults.reuse_values),
            take_ownership: any(&release.take_ownership, &defaults.take_ownership),
            crds: self.crds(first(&release.crds, &defaults.crds)).unwrap_or_default(),
            server_side: self.server_side(first(&release.server_side, &defaults.server_side)),
            sync_release_labels: any(&release.sync_release_labels, &defaults.sync_release_labels),
            disable_openapi_validation: either(&release.disable_openapi_validation, &defaults.disable_openapi_validation),
            reinstall_if_forbidden: self.reinstall_if_forbidden(&release.update_strategy),
            track_mode: first(&release.track_mode, &defaults.track_mode).map(|text| text.value.clone()),
        }
    }

    /// Returns whether the objects are waited for, and whether in order: `wait` is helmfile's, `waitStrategy` names Helm's strategies. The
    /// release's own keys come before those of `helmDefaults`.
    fn waits(&mut self, release: &RawRelease, defaults: &RawDefaults) -> (bool, bool) {
        for (wait, strategy) in [(&release.wait, &release.wait_strategy), (&defaults.wait, &defaults.wait_strategy)] {
            let chosen = self.wait_strategy(first(strategy, &None));
            if let (Some(flag), Some(true)) = (wait.as_ref().filter(|flag| !flag.value), chosen.map(|(waits, _)| waits)) {
                self.contradiction("wait: false", "waitStrategy", &Some(flag.clone()), &None);
            }
            match (chosen, wait) {
                (Some(chosen), _) => return chosen,
                (None, Some(flag)) => return (flag.value, flag.value && self.is_ordered_by_default(defaults)),
                (None, None) => {}
            }
        }
        (false, false)
    }

    /// A release that only says that it waits does so as the defaults say.
    fn is_ordered_by_default(&self, defaults: &RawDefaults) -> bool {
        first(&defaults.wait_strategy, &None).is_some_and(|strategy| strategy.value == "ordered")
    }

    fn wait_strategy(&mut self, text: Option<&Spanned<String>>) -> Option<(bool, bool)> {
        let text = text?;
        match text.value.as_str() {
            "watcher" => Some((true, false)),
            "ordered" => Some((true, true)),
            "hookOnly" => Some((false, false)),
            other => self.bad_choice("waitStrategy", other, &["watcher", "ordered", "hookOnly"], text),
        }
    }

    pub(super) fn delete_options(&mut self, release: &RawRelease, defaults: &RawDefaults) -> DeleteOptions {
        DeleteOptions {
            wait: either(&release.delete_wait, &defaults.delete_wait),
            timeout: self.seconds(&release.delete_timeout).or_else(|| self.seconds(&defaults.delete_timeout)),
            cascade: self.cascade(first(&release.cascade, &defaults.cascade)),
        }
    }

    pub(super) fn diff_options(&mut self, release: &RawRelease, defaults: &RawDefaults) -> DiffOptions {
        let on = |flag: &Option<Spanned<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
        let on_install = on(&release.disable_validation_on_install) && release.disable_validation.is_none();
        DiffOptions {
            disable_validation: either(&release.disable_validation, &defaults.disable_validation),
            disable_validation_on_install: on_install,
            disable_auto_detected_kube_version: either(
                &release.disable_auto_detected_kube_version_for_diff,
                &defaults.disable_auto_detected_kube_version_for_diff,
            ),
            suppress: on(&release.suppress_diff),
            suppress_output_line_regex: first_list(&release.suppress_output_line_regex, &defaults.suppress_output_line_regex),
        }
    }

    fn contradiction(&mut self, one: &'static str, other: &'static str, release: &Option<Spanned<bool>>, default: &Option<Spanned<bool>>) {
        let span = release.as_ref().or(default.as_ref()).map(|flag| flag.span.clone());
        self.diagnostics.push(Error::Contradiction { one, other, span }.diagnostic());
    }

    /// Reads a number of seconds; 0 is no limit of one's own.
    fn seconds(&mut self, number: &Option<Spanned<i64>>) -> Option<Duration> {
        let number = number.as_ref()?;
        match u64::try_from(number.value) {
            Ok(0) => None,
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => {
                self.diagnostics.push(Error::Negative { number: number.value, span: number.span.clone() }.diagnostic());
                None
            }
        }
    }

    fn history_max(&mut self, number: &Option<Spanned<i64>>) -> Option<u32> {
        let number = number.as_ref()?;
        let count = u32::try_from(number.value).ok();
        if count.is_none() {
            self.diagnostics.push(Error::Negative { number: number.value, span: number.span.clone() }.diagnostic());
        }
        count
    }

    fn server_side(&mut self, text: Option<&Spanned<String>>) -> Option<ServerSide> {
        let text = text?;
        match text.value.as_str() {
            "true" => Some(ServerSide::Always),
            "false" => Some(ServerSide::Never),
            "auto" => Some(ServerSide::Auto),
            other => self.bad_choice("serverSide", other, &["true", "false", "auto"], text),
        }
    }

    /// The release's rules come before those of `helmDefaults`.
    fn field_rules(&mut self, release: &RawRelease, defaults: &RawDefaults) -> Vec<FieldRule> {
        release.field_managers.iter().chain(&defaults.field_managers).filter_map(|rule| self.field_rule(rule)).collect()
    }

    fn field_rule(&mut self, raw: &Spanned<RawFieldRule>) -> Option<FieldRule> {
        let rule = &raw.value;
        let text = |text: &Text| text.as_ref().map(|text| text.value.clone()).filter(|text| !text.is_empty());
        let Some(action) = rule.action.as_ref() else {
            self.diagnostics.push(Error::IncompleteFieldRule { missing: "action", span: raw.span.clone() }.diagnostic());
            return None;
        };
        let action = match action.value.as_str() {
            "keep" => FieldAction::Keep,
            "take" => FieldAction::Take,
            "fail" => FieldAction::Fail,
            other => return self.bad_choice("action", other, &["keep", "take", "fail"], action),
        };
        if text(&rule.manager).is_none() && rule.fields.is_empty() {
            self.diagnostics.push(Error::IncompleteFieldRule { missing: "manager` or `fields", span: raw.span.clone() }.diagnostic());
            return None;
        }
        let (manager, kind, name) = (text(&rule.manager), text(&rule.kind), text(&rule.name));
        Some(FieldRule { manager, fields: texts(&rule.fields), kind, name, action })
    }

    fn min_ready(&mut self, readiness: &RawReadiness) -> Option<u8> {
        let text = readiness.min.as_ref().filter(|text| !text.value.is_empty())?;
        let found = percent(text.value.trim());
        if found.is_none() {
            self.diagnostics.push(Error::Percentage { text: text.value.clone(), span: text.span.clone() }.diagnostic());
        }
        found
    }

    fn tests(&mut self, text: Option<&Spanned<String>>) -> bool {
        let chosen = text.and_then(|text| match text.value.as_str() {
            "after" => Some(true),
            "off" => Some(false),
            other => self.bad_choice("tests", other, &["after", "off"], text),
        });
        chosen.unwrap_or_default()
    }

    fn crds(&mut self, text: Option<&Spanned<String>>) -> Option<CrdPolicy> {
        let text = text?;
        match text.value.as_str() {
            "create" => Some(CrdPolicy::Create),
            "update" => Some(CrdPolicy::Update),
            "keep" => Some(CrdPolicy::Keep),
            other => self.bad_choice("crds", other, &["create", "update", "keep"], text),
        }
    }

    fn cascade(&mut self, text: Option<&Spanned<String>>) -> Option<Cascade> {
        let text = text?;
        match text.value.as_str() {
            "background" => Some(Cascade::Background),
            "foreground" => Some(Cascade::Foreground),
            "orphan" => Some(Cascade::Orphan),
            other => self.bad_choice("cascade", other, &["background", "foreground", "orphan"], text),
        }
    }

    fn reinstall_if_forbidden(&mut self, text: &Text) -> bool {
        let Some(text) = text.as_ref().filter(|text| !text.value.is_empty()) else { return false };
        match text.value.as_str() {
            "reinstallIfForbidden" => true,
            other => self.bad_choice("updateStrategy", other, &["reinstallIfForbidden"], text).unwrap_or_default(),
        }
    }

    fn bad_choice<T>(&mut self, key: &'static str, given: &str, choices: &[&'static str], text: &Spanned<String>) -> Option<T> {
        self.diagnostics.push(Error::choice(key, given, choices, &text.span).diagnostic());
        None
    }
}
