//! Objects that tests create.

use crate::support::{container, prefixed};
use k8s_openapi::api::batch::v1::Job;
use serde_json::{Value, json};

/// Writes a pod template of one container.
pub fn template(app: &str, annotations: Value, spec: Value) -> Value {
    let mut template = json!({
        "metadata": {"labels": {"app": app}, "annotations": prefixed(&annotations)},
        "spec": {"containers": [container("main", json!([]))]},
    });
    for (key, value) in spec.as_object().expect("the spec is an object") {
        template["spec"][key] = value.clone();
    }
    template
}

/// Writes a Deployment, StatefulSet or DaemonSet of a template.
pub fn workload(name: &str, annotations: Value, spec: Value) -> Value {
    json!({"metadata": {"name": name}, "spec": {"selector": {"matchLabels": {"app": name}}, "template": template(name, annotations, spec)}})
}

/// Writes a Job.
pub fn job(name: &str, annotations: Value) -> Value {
    let template = template(name, annotations, json!({"restartPolicy": "OnFailure"}));
    json!({"metadata": {"name": name, "labels": {"app": name}}, "spec": {"template": template}})
}

/// Writes a Service for the pods of an app.
pub fn service(name: &str) -> Value {
    json!({"metadata": {"name": name}, "spec": {"selector": {"app": name}, "ports": [{"port": 80}]}})
}

/// Says whether a Job is complete.
pub fn is_complete(job: Option<&Job>) -> bool {
    job_has(job, "Complete")
}

/// Says whether a Job has a condition.
pub fn job_has(job: Option<&Job>, kind: &str) -> bool {
    let conditions = job.and_then(|job| job.status.as_ref()).and_then(|status| status.conditions.as_ref());
    conditions.is_some_and(|conditions| conditions.iter().any(|condition| condition.type_ == kind && condition.status == "True"))
}
