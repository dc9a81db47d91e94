//! `releases[]`, `templates.NAME`, and what stands inside them.

use super::field::{Entries, Flag, Inherits, Labels, Needs, Number, One, OwnList, Patches, Records, Text, Texts, Whole};
use super::record::{Support, record};

pub(super) const NO_HELM: Support = Support::Ignored("no helm binary is run; use the key that the flag stands for");
pub(super) const NO_RECREATE: Support = Support::Moot("Helm 3 and 4 have no such flag either");
pub(super) const NO_KUBEDOG: Support = Support::Moot("readiness is watched for every release, without kubedog");
pub(super) const NO_KEYRING: Support = Support::Ignored("provenance files are not checked; pin the chart's version instead");
const NO_UNIT_TESTS: Support = Support::Ignored("unit tests of charts are not run");

record! {
    /// One release, or a template of releases.
    RawRelease, "release" {
        name: Text = "name";
        namespace: Text = "namespace";
        chart: Text = "chart";
        directory: Text = "directory" => Support::Moot("helmfile never looks at it beside `chart`; write the folder into `chart`");
        chart_path: Text = "chartPath" => Support::Moot("it is helmfile's own note of where it put the chart");
        version: Text = "version";
        description: Text = "description";
        labels: Labels = "labels";
        condition: Text = "condition";
        condition_template: Text = "conditionTemplate";
        installed: Flag = "installed";
        installed_template: Text = "installedTemplate";
        needs: Needs = "needs";
        readiness: One<RawReadiness> = "readiness";
        allow_failure: Flag = "allowFailure";
        tests: Text = "tests";
        inherit: Inherits = "inherit";
        values: Entries = "values";
        values_template: Entries = "valuesTemplate";
        values_path_prefix: Text = "valuesPathPrefix";
        features: OwnList = "features";
        add_features: Texts = "addFeatures";
        drop_features: Texts = "dropFeatures";
        missing_file_handler: Text = "missingFileHandler";
        missing_file_handler_config: One<super::stack::RawMissingFile> = "missingFileHandlerConfig";
        secrets: Entries = "secrets";
        set: Records<RawSet> = "set";
        set_string: Records<RawSet> = "setString";
        set_template: Records<RawSet> = "setTemplate";
        env: Records<RawSet> = "env";
        kube_context: Text = "kubeContext";
        api_versions: Texts = "apiVersions";
        kube_version: Text = "kubeVersion";
        verify: Flag = "verify";
        verify_template: Text = "verifyTemplate";
        keyring: Text = "keyring" => NO_KEYRING;
        wait: Flag = "wait";
        wait_template: Text = "waitTemplate";
        wait_for_jobs: Flag = "waitForJobs";
        wait_strategy: Text = "waitStrategy";
        readiness_timeout: Whole = "readinessTimeout";
        wait_retries: Whole = "waitRetries" => Support::Moot("helmfile ignores it too");
        timeout: Whole = "timeout";
        recreate_pods: Flag = "recreatePods" => NO_RECREATE;
        force: Flag = "force";
        force_conflicts: Flag = "forceConflicts";
        field_managers: Records<RawFieldRule> = "fieldManagers";
        atomic: Flag = "atomic";
        rollback_on_failure: Flag = "rollbackOnFailure";
        cleanup_on_fail: Flag = "cleanupOnFail";
        history_max: Whole = "historyMax";
        create_namespace: Flag = "createNamespace";
        enable_dns: Flag = "enableDNS";
        devel: Flag = "devel";
        reuse_values: Flag = "reuseValues";
        skip_schema_validation: Flag = "skipSchemaValidation";
        post_renderer: Text = "postRenderer";
        post_renderer_args: Texts = "postRendererArgs";
        cascade: Text = "cascade";
        suppress_output_line_regex: Texts = "suppressOutputLineRegex";
        take_ownership: Flag = "takeOwnership";
        crds: Text = "crds";
        server_side: Text = "serverSide";
        sync_release_labels: Flag = "syncReleaseLabels";
        disable_validation: Flag = "disableValidation";
        disable_validation_on_install: Flag = "disableValidationOnInstall";
        disable_openapi_validation: Flag = "disableOpenAPIValidation";
        disable_auto_detected_kube_version_for_diff: Flag = "disableAutoDetectedKubeVersionForDiff";
        insecure_skip_tls_verify: Flag = "insecureSkipTLSVerify";
        plain_http: Flag = "plainHttp";
        skip_deps: Flag = "skipDeps";
        skip_refresh: Flag = "skipRefresh";
        delete_wait: Flag = "deleteWait";
        delete_timeout: Whole = "deleteTimeout";
        suppress_diff: Flag = "suppressDiff";
        update_strategy: Text = "updateStrategy";
        hooks: Records<RawHook> = "hooks";
        unit_tests: Texts = "unitTests" => NO_UNIT_TESTS;
        dependencies: Records<RawDependency> = "dependencies";
        json_patches: Patches = "jsonPatches";
        strategic_merge_patches: Patches = "strategicMergePatches";
        transformers: Patches = "transformers";
        force_namespace: Text = "forceNamespace";
        force_go_getter: Flag = "forceGoGetter" => Support::Ignored("go-getter addresses are not fetched");
        adopt: Texts = "adopt" => Support::Ignored("set `takeOwnership: true` to take over objects that are already there");
        track_mode: Text = "trackMode";
        track_timeout: Whole = "trackTimeout" => NO_KUBEDOG;
        track_logs: Flag = "trackLogs" => NO_KUBEDOG;
        track_failed_logs: Flag = "trackFailedLogs" => NO_KUBEDOG;
        helm_stuck_grace: Whole = "helmStuckGrace" => NO_KUBEDOG;
        track_fail_on_error: Flag = "trackFailOnError" => NO_KUBEDOG;
        track_kinds: Texts = "trackKinds" => NO_KUBEDOG;
        skip_kinds: Texts = "skipKinds" => NO_KUBEDOG;
        track_resources: Records<RawTrackedResource> = "trackResources" => NO_KUBEDOG;
        kubedog_qps: Number = "kubedogQPS" => NO_KUBEDOG;
        kubedog_burst: Whole = "kubedogBurst" => NO_KUBEDOG;
    }
}

record! {
    /// One release that another needs.
    RawNeed, "need" {
        name: Text = "name";
        namespace: Text = "namespace";
        kube_context: Text = "kubeContext";
        until: Text = "until";
    }
}

record! {
    /// How much of a release has to be ready.
    RawReadiness, "readiness" {
        min: Text = "min";
    }
}

record! {
    /// One item of `set`, `setString`, `setTemplate` and `env`.
    RawSet, "set item" {
        name: Text = "name";
        value: Text = "value";
        file: Text = "file";
        values: Patches = "values";
    }
}

record! {
    /// One template that a release inherits.
    RawInherit, "inherit item" {
        template: Text = "template";
        except: Texts = "except";
    }
}

record! {
    /// One rule about fields that other field managers own.
    RawFieldRule, "fieldManagers entry" {
        manager: Text = "manager";
        fields: Texts = "fields";
        kind: Text = "kind";
        name: Text = "name";
        action: Text = "action";
    }
}

record! {
    /// One command that runs at some events.
    RawHook, "hook" {
        name: Text = "name";
        events: Texts = "events";
        command: Text = "command";
        args: Texts = "args";
        show_logs: Flag = "showlogs";
        kubectl_apply: Labels = "kubectlApply";
    }
}

record! {
    /// One subchart that a release adds to its chart.
    RawDependency, "dependency" {
        chart: Text = "chart";
        version: Text = "version";
        alias: Text = "alias";
    }
}

record! {
    /// One object that kubedog would track.
    RawTrackedResource, "tracked resource" {
        kind: Text = "kind";
        name: Text = "name";
        namespace: Text = "namespace";
    }
}
