//! `helmDefaults`.

use super::field::{Flag, Needs, One, Records, Text, Texts, Whole};
use super::record::{Support, record};
use super::release::{RawFieldRule, RawReadiness};

record! {
    /// What releases take when they say nothing themselves.
    RawDefaults, "helmDefaults" {
        kube_context: Text = "kubeContext";
        args: Texts = "args" => super::release::NO_HELM;
        diff_args: Texts = "diffArgs" => super::release::NO_HELM;
        sync_args: Texts = "syncArgs" => super::release::NO_HELM;
        template_args: Texts = "templateArgs" => super::release::NO_HELM;
        verify: Flag = "verify";
        keyring: Text = "keyring" => super::release::NO_KEYRING;
        enable_dns: Flag = "enableDNS";
        skip_schema_validation: Flag = "skipSchemaValidation";
        devel: Flag = "devel";
        wait: Flag = "wait";
        wait_retries: Whole = "waitRetries" => Support::Moot("helmfile ignores it too");
        wait_for_jobs: Flag = "waitForJobs";
        wait_strategy: Text = "waitStrategy";
        readiness_timeout: Whole = "readinessTimeout";
        needs: Needs = "needs";
        readiness: One<RawReadiness> = "readiness";
        tests: Text = "tests";
        timeout: Whole = "timeout";
        recreate_pods: Flag = "recreatePods" => super::release::NO_RECREATE;
        force: Flag = "force";
        force_conflicts: Flag = "forceConflicts";
        field_managers: Records<RawFieldRule> = "fieldManagers";
        atomic: Flag = "atomic";
        rollback_on_failure: Flag = "rollbackOnFailure";
        cleanup_on_fail: Flag = "cleanupOnFail";
        history_max: Whole = "historyMax";
        create_namespace: Flag = "createNamespace";
        skip_crds: Flag = "skipCRDs";
        skip_deps: Flag = "skipDeps";
        skip_refresh: Flag = "skipRefresh";
        reuse_values: Flag = "reuseValues";
        post_renderer: Text = "postRenderer";
        post_renderer_args: Texts = "postRendererArgs";
        cascade: Text = "cascade";
        suppress_output_line_regex: Texts = "suppressOutputLineRegex";
        disable_auto_detected_kube_version_for_diff: Flag = "disableAutoDetectedKubeVersionForDiff";
        disable_validation: Flag = "disableValidation";
        disable_openapi_validation: Flag = "disableOpenAPIValidation";
        insecure_skip_tls_verify: Flag = "insecureSkipTLSVerify";
        plain_http: Flag = "plainHttp";
        delete_wait: Flag = "deleteWait";
        delete_timeout: Whole = "deleteTimeout";
        sync_release_labels: Flag = "syncReleaseLabels";
        take_ownership: Flag = "takeOwnership";
        crds: Text = "crds";
        server_side: Text = "serverSide";
        track_mode: Text = "trackMode";
        helm_stuck_grace: Whole = "helmStuckGrace" => super::release::NO_KUBEDOG;
    }
}
