//! `.Capabilities`.

use crate::chart::capabilities::{Capabilities, KubeVersion};
use crate::value::{Kind, List, ListKind, Map, Object, Value};
use std::any::Any;
use std::sync::Arc;

/// Returns capabilities as templates see them: Go structs with methods.
pub(super) fn capabilities_value(capabilities: &Capabilities) -> Value {
    let api_versions = capabilities.api_versions.iter().map(String::as_str);
    Value::Object(Arc::new(CapabilitiesObject {
        kube_version: Value::Object(Arc::new(KubeVersionObject(capabilities.kube_version.clone()))),
        api_versions: Value::Object(Arc::new(VersionSetObject(List::of_strings(api_versions)))),
        helm_version: Value::Object(Arc::new(HelmVersionObject)),
    }))
}

#[derive(Debug)]
struct CapabilitiesObject {
    kube_version: Value,
    api_versions: Value,
    helm_version: Value,
}

impl Object for CapabilitiesObject {
    fn type_name(&self) -> String {
        "*common.Capabilities".into()
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "KubeVersion" => Some(self.kube_version.clone()),
            "APIVersions" => Some(self.api_versions.clone()),
            "HelmVersion" => Some(self.helm_version.clone()),
            _ => None,
        }
    }

    fn display(&self) -> String {
        let display = crate::value::display;
        format!("{{{} {} {}}}", display(&self.kube_version), display(&self.api_versions), display(&self.helm_version))
    }

    fn json(&self) -> Value {
        fields([("KubeVersion", &self.kube_version), ("APIVersions", &self.api_versions), ("HelmVersion", &self.helm_version)])
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn fields<const N: usize>(fields: [(&str, &Value); N]) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (name, value.clone())).collect::<Map>())
}

#[derive(Debug)]
struct KubeVersionObject(KubeVersion);

impl Object for KubeVersionObject {
    fn type_name(&self) -> String {
        "common.KubeVersion".into()
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Version" => Some(self.0.version.as_str().into()),
            "Major" => Some(self.0.major.as_str().into()),
            "Minor" => Some(self.0.minor.as_str().into()),
            _ => None,
        }
    }

    fn call(&self, name: &str, _arguments: &[Value]) -> Option<Result<Value, String>> {
        match name {
            "String" => Some(Ok(self.0.for_constraints().into())),
            "GitVersion" => Some(Ok(self.0.version.as_str().into())),
            _ => None,
        }
    }

    fn display(&self) -> String {
        format!("{{{} {} {} {}}}", self.0.version, self.0.normalized, self.0.major, self.0.minor)
    }

    /// The method is that of the pointer, which an action reaches and `printf` does not.
    fn print(&self) -> String {
        self.0.for_constraints().to_owned()
    }

    fn json(&self) -> Value {
        let KubeVersion { version, major, minor, .. } = &self.0;
        fields([("Version", &version.as_str().into()), ("Major", &major.as_str().into()), ("Minor", &minor.as_str().into())])
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[derive(Debug)]
struct VersionSetObject(List);

impl Object for VersionSetObject {
    fn type_name(&self) -> String {
        "common.VersionSet".into()
    }

    fn kind(&self) -> Kind {
        Kind::Slice
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Option<Result<Value, String>> {
        let wanted = arguments.first()?;
        (name == "Has").then(|| Ok(Value::Bool(self.0.iter().any(|version| version == wanted))))
    }

    fn display(&self) -> String {
        crate::value::display(&Value::List(self.0.clone()))
    }

    fn json(&self) -> Value {
        Value::List(List::of_kind(self.0.items().to_vec(), ListKind::Strings))
    }

    fn truth(&self) -> bool {
        !self.0.is_empty()
    }

    fn range(&self) -> Option<Vec<(Value, Value)>> {
        Some(self.0.iter().enumerate().map(|(index, version)| (Value::int(index as i64), version.clone())).collect())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What Helm 4.3.1 says of itself.
#[derive(Debug)]
struct HelmVersionObject;

const VERSION: &str = "v4.3";
const GO_VERSION: &str = "go1.26.8";
const KUBE_CLIENT_VERSION: &str = "v1.37";

impl Object for HelmVersionObject {
    fn type_name(&self) -> String {
        "version.BuildInfo".into()
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Version" => Some(VERSION.into()),
            "GitCommit" | "GitTreeState" => Some("".into()),
            "GoVersion" => Some(GO_VERSION.into()),
            "KubeClientVersion" => Some(KUBE_CLIENT_VERSION.into()),
            _ => None,
        }
    }

    fn display(&self) -> String {
        format!("{{{VERSION}   {GO_VERSION} {KUBE_CLIENT_VERSION}}}")
    }

    fn json(&self) -> Value {
        let (version, go, client) = (VERSION.into(), GO_VERSION.into(), KUBE_CLIENT_VERSION.into());
        fields([("version", &version), ("go_version", &go), ("kube_client_version", &client)])
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
