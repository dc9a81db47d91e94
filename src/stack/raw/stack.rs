//! The top level of a stack file, environments, repositories and sub-stacks.

use super::defaults::RawDefaults;
use super::field::{
    Entries, Flag, Ignored, Labels, Maybe, Named, Names, Number, One, OwnList, Records, Selectors, SubStacks, Text, Texts, Whole,
};
use super::record::{Support, record};
use super::release::{RawHook, RawRelease};

const NO_BINARY: Support = Support::Moot("charts are rendered and installed without that binary");
/// `helmfile build` writes them, and what it writes must be readable.
const NOTE_OF_BUILD: Support = Support::Moot("it is a note of `helmfile build`");
const NO_DOCTOR: Support = Support::Moot("only `helmfile doctor` reads it");

record! {
    /// One document of a stack file.
    RawStack, "stack file" {
        name: Text = "name";
        prune: Flag = "prune";
        history: One<RawHistory> = "history";
        helm_binary: Text = "helmBinary" => NO_BINARY;
        kustomize_binary: Text = "kustomizeBinary" => NO_BINARY;
        values: Entries = "values";
        environments: Named<RawEnvironment> = "environments";
        bases: Texts = "bases";
        helm_defaults: One<RawDefaults> = "helmDefaults";
        helmfiles: SubStacks = "helmfiles";
        kube_context: Text = "kubeContext";
        namespace: Text = "namespace";
        chart: Text = "chart";
        repositories: Records<RawRepository> = "repositories";
        common_labels: Labels = "commonLabels";
        releases: Records<RawRelease> = "releases";
        llm: One<RawLlm> = "llm" => NO_DOCTOR;
        api_versions: Texts = "apiVersions";
        kube_version: Text = "kubeVersion";
        hooks: Records<RawHook> = "hooks";
        templates: Named<RawRelease> = "templates";
        default_inherit: Names = "defaultInherit";
        missing_file_handler: Text = "missingFileHandler";
        missing_file_handler_config: One<RawMissingFile> = "missingFileHandlerConfig";
        file_path: Ignored = "filepath" => NOTE_OF_BUILD;
        rendered_values: Ignored = "renderedvalues" => NOTE_OF_BUILD;
        lock_file_path: Text = "lockFilePath";
        features: OwnList = "features";
        overlays: One<RawOverlays> = "overlays";
        patches: One<RawPatches> = "patches";
        secrets: Named<RawSecret> = "secrets";
    }
}

record! {
    /// Where and how long the revisions of the stack are kept.
    RawHistory, "history" {
        namespace: Text = "namespace";
        max: Whole = "max";
    }
}

record! {
    /// Which files of values the features of a release choose.
    RawOverlays, "overlays" {
        folder: Names = "folder";
        rule: Text = "rule";
        layer: Text = "layer";
        variables: Labels = "variables";
    }
}

record! {
    /// Where patches for charts are.
    RawPatches, "patches" {
        folder: Text = "folder";
    }
}

record! {
    /// A secret of the stack.
    RawSecret, "secret" {
        generate: Maybe<RawGenerate> = "generate";
    }
}

record! {
    /// How a secret is made.
    RawGenerate, "generate" {
        length: Whole = "length";
        alphabet: Text = "alphabet";
    }
}

record! {
    /// One named environment.
    RawEnvironment, "environment" {
        values: Entries = "values";
        secrets: Texts = "secrets";
        kube_context: Text = "kubeContext";
        missing_file_handler: Text = "missingFileHandler";
        missing_file_handler_config: One<RawMissingFile> = "missingFileHandlerConfig";
        merge_strategy: Text = "mergeStrategy";
        features: OwnList = "features";
    }
}

record! {
    /// What counts as a missing file.
    RawMissingFile, "missingFileHandlerConfig" {
        ignore_missing_git_branch: Flag = "ignoreMissingGitBranch" => Support::Moot("no values are read from git");
    }
}

record! {
    /// One chart repository.
    RawRepository, "repository" {
        name: Text = "name";
        url: Text = "url";
        oci: Flag = "oci";
        username: Text = "username";
        password: Text = "password";
        ca_file: Text = "caFile";
        cert_file: Text = "certFile";
        key_file: Text = "keyFile";
        pass_credentials: Flag = "passCredentials";
        skip_tls_verify: Flag = "skipTLSVerify";
        plain_http: Flag = "plainHttp";
        registry_config: Text = "registryConfig" => Support::Ignored("registry logins of other tools are not read; give `username` and `password`");
        verify: Flag = "verify" => Support::Ignored("set `verify` on the releases");
        keyring: Text = "keyring" => super::release::NO_KEYRING;
        managed: Text = "managed" => Support::Refused("no cloud tool is run; give `url`, `username` and `password`");
    }
}

record! {
    /// One entry of `helmfiles`.
    RawSubStack, "helmfiles entry", short "path" {
        path: Text = "path";
        selectors: Selectors = "selectors";
        selectors_inherited: Flag = "selectorsInherited";
        values: Entries = "values";
        inherits: Texts = "inherits";
    }
}

record! {
    /// What `helmfile doctor` asks.
    RawLlm, "llm" {
        base_url: Text = "baseURL";
        api_key: Text = "apiKey";
        model: Text = "model";
        timeout: Text = "timeout";
        max_tokens: Whole = "maxTokens";
        temperature: Number = "temperature";
    }
}

record! {
    /// helmfile's lock file.
    RawLock, "lock file" {
        version: Text = "version";
        dependencies: Records<RawLocked> = "dependencies";
        digest: Text = "digest";
        generated: Text = "generated";
    }
}

record! {
    /// One chart whose version is fixed.
    RawLocked, "locked chart" {
        name: Text = "name";
        repository: Text = "repository";
        version: Text = "version";
    }
}
