//! What becomes of objects, and what is said about it.

use super::{Effect, data, downgrade, immutable, outage, pod_disruption, rolls};
use crate::manifest::{Document, ObjectId};
use crate::plan::Finding;
use serde_json::{Value as Json, json};
use std::borrow::Cow;

fn effect<'a>(old: Option<&'a Json>, new: Option<&'a Json>) -> Effect<'a> {
    let id = ObjectId::of(new.or(old).expect("one side is there")).expect("has an identity");
    let id = ObjectId { namespace: Some("shop".to_owned()), ..id };
    Effect {
        release: 0,
        id,
        template: Cow::Borrowed("web/templates/web.yaml"),
        old: old.map(Cow::Borrowed),
        new: new.map(Cow::Borrowed),
        with_release: false,
    }
}

fn said(finding: &Finding) -> String {
    let field = finding.field.as_ref().map(|field| format!(" {field}")).unwrap_or_default();
    format!("{}{field}: {}", finding.code, finding.message)
}

/// Says what becomes of an object; other objects that change are in `others`.
fn found(own: &Effect<'_>, others: &[Effect<'_>], documents: &[Document]) -> Vec<String> {
    let mut found: Vec<Finding> = data::of(own).into_iter().collect();
    found.extend(outage::of(own));
    found.extend(pod_disruption::of(own, documents));
    found.extend(immutable::of(own));
    found.extend(downgrade::of_images(own));
    found.extend(rolls::of(own, others));
    found.iter().map(said).collect()
}

#[track_caller]
fn check(old: impl Into<Option<Json>>, new: impl Into<Option<Json>>, expected: &[&str]) {
    let (old, new) = (old.into(), new.into());
    assert_eq!(found(&effect(old.as_ref(), new.as_ref()), &[], &[]), expected);
}

fn workload(kind: &str, spec: Json) -> Json {
    let mut object = json!({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "web", "image": "web:1.2"}]}},
    }});
    merge(&mut object["spec"], &spec);
    object
}

fn merge(into: &mut Json, from: &Json) {
    match from.as_object() {
        Some(from) if into.is_object() => from.iter().for_each(|(key, value)| merge(&mut into[key], value)),
        _ => *into = from.clone(),
    }
}

fn object(api_version: &str, kind: &str, rest: Json) -> Json {
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}});
    merge(&mut object, &rest);
    object
}

fn image(image: &str) -> Json {
    json!({"template": {"spec": {"containers": [{"name": "web", "image": image}]}}})
}

#[test]
fn pods_are_replaced_where_their_template_changes() {
    let rolls =
        "rolls spec.template.spec.containers[0].image: its pods are replaced: spec.containers[web].image changes from web:1.2 to web:1.3";
    check(workload("Deployment", json!({})), workload("Deployment", image("web:1.3")), &[rolls]);
    check(workload("Deployment", json!({"replicas": 1})), workload("Deployment", json!({"replicas": 3})), &[]);
    check(
        workload("Deployment", json!({"replicas": 0})),
        workload("Deployment", json!({"replicas": 0, "template": image("web:1.3")["template"]})),
        &[],
    );
    check(
        workload("DaemonSet", json!({"updateStrategy": {"type": "OnDelete"}})),
        workload("DaemonSet", json!({"updateStrategy": {"type": "OnDelete"}, "template": {"spec": {"hostNetwork": true}}})),
        &["rolls spec.template.spec.hostNetwork: its pods are replaced once somebody deletes them: spec.hostNetwork changes"],
    );
}

#[test]
fn a_checksum_changes_because_of_what_the_pods_refer_to() {
    let with = |checksum: &str| {
        let volumes = json!([{"name": "etc", "configMap": {"name": "web-etc"}}]);
        workload("Deployment", json!({"template": {"metadata": {"annotations": {"checksum/etc": checksum}}, "spec": {"volumes": volumes}}}))
    };
    let map = |name: &str, text: &str| {
        let mut map = object("v1", "ConfigMap", json!({"data": {"web.conf": format!("a = 1\n{text}\n")}}));
        map["metadata"]["name"] = json!(name);
        map
    };
    let (old, new) = (with("1"), with("2"));
    let maps = [map("web-etc", "b = 2"), map("web-etc", "b = 3"), map("other", "x"), map("other", "y")];
    let others = [effect(Some(&maps[0]), Some(&maps[1])), effect(Some(&maps[2]), Some(&maps[3]))];
    let own = effect(Some(&old), Some(&new));
    let expected = "rolls spec.template.metadata.annotations.checksum/etc: its pods are replaced: web.conf of ConfigMap/web-etc changes";
    assert_eq!(found(&own, &others, &[]), [expected]);
    let cause = rolls::of(&own, &others).and_then(|finding| finding.cause).expect("the map is the cause");
    assert_eq!((cause.field.as_str(), cause.lines.as_slice()), ("data.web\\.conf", &["b = 3".to_owned()][..]));
    // Without anything that changes, the annotation itself is all that can be said.
    let alone = "rolls spec.template.metadata.annotations.checksum/etc: its pods are replaced: metadata.annotations.checksum/etc changes";
    assert_eq!(found(&own, &[], &[]), [alone]);
}

#[test]
fn no_text_of_a_secret_is_in_what_explains_a_checksum() {
    let with = |checksum: &str| {
        let env = json!([{"name": "web", "image": "web:1.2", "envFrom": [{"secretRef": {"name": "web"}}]}]);
        workload("Deployment", json!({"template": {"metadata": {"annotations": {"secret-hash": checksum}}, "spec": {"containers": env}}}))
    };
    let secret = |password: &str| object("v1", "Secret", json!({"stringData": {"password": password}}));
    let (old, new, secrets) = (with("1"), with("2"), [secret("swordfish"), secret("marlin")]);
    let finding = rolls::of(&effect(Some(&old), Some(&new)), &[effect(Some(&secrets[0]), Some(&secrets[1]))]).expect("it rolls");
    assert_eq!(finding.message, "its pods are replaced: password of Secret/web changes");
    assert!(!format!("{finding:?}").contains("marlin"));
}

#[test]
fn what_cannot_change_is_made_anew() {
    let job =
        |image: &str| object("batch/v1", "Job", json!({"spec": {"template": {"spec": {"containers": [{"name": "a", "image": image}]}}}}));
    let said = "recreated spec.template.spec.containers[0].image: the job is deleted and made anew: spec.template.spec.containers[a].image of a job cannot change";
    check(job("a:1"), job("a:2"), &[said]);
    let binding = |role: &str| object("rbac.authorization.k8s.io/v1", "RoleBinding", json!({"roleRef": {"name": role}}));
    check(
        binding("a"),
        binding("b"),
        &["recreated roleRef.name: it has to be deleted and made anew: roleRef.name of a RoleBinding cannot change"],
    );
    let map = |text: &str| object("v1", "ConfigMap", json!({"immutable": true, "data": {"a": text}}));
    check(map("1"), map("2"), &["recreated data.a: it has to be deleted and made anew: data.a of a ConfigMap cannot change"]);
}

#[test]
fn data_is_at_risk_where_claims_definitions_and_namespaces_go() {
    let claim =
        object("v1", "PersistentVolumeClaim", json!({"spec": {"storageClassName": "a", "resources": {"requests": {"storage": "1Gi"}}}}));
    check(claim.clone(), None, &["data-loss: the claim is removed, and its volume with it unless its reclaim policy is Retain"]);
    let mut larger = claim.clone();
    larger["spec"]["resources"]["requests"]["storage"] = json!("2Gi");
    check(claim, larger, &[]);
    let definition = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", json!({"spec": {"names": {"kind": "Widget"}}}));
    check(definition, None, &["data-loss: the definition is removed, and with it every Widget in the cluster"]);
    check(object("v1", "Namespace", json!({})), None, &["data-loss: the namespace is removed, with everything in it"]);
    let claims = |size: &str| {
        let claims = json!([{"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": size}}}}]);
        workload("StatefulSet", json!({"volumeClaimTemplates": claims}))
    };
    check(
        claims("1Gi"),
        claims("2Gi"),
        &[
            "data-loss spec.volumeClaimTemplates[0].spec.resources.requests.storage: its claim templates change: only a new stateful set takes them, and claims that exist stay as they are, or stay behind under other names",
            "recreated spec.volumeClaimTemplates[0].spec.resources.requests.storage: it has to be deleted and made anew: spec.volumeClaimTemplates[0].spec.resources.requests.storage of a StatefulSet cannot change",
        ],
    );
    let scaled = |replicas: u32| {
        workload("StatefulSet", json!({"replicas": replicas, "persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}}))
    };
    check(scaled(3), scaled(1), &["data-loss spec.replicas: it is scaled down from 3 to 1, and by its retention policy claims go"]);
}

#[test]
fn an_outage_is_seen_before_it_happens() {
    let service = |app: &str| object("v1", "Service", json!({"spec": {"selector": {"app": app}}}));
    check(
        service("a"),
        service("b"),
        &["outage spec.selector.app: its selector changes: it has no endpoints until pods with the new labels are ready"],
    );
    check(service("a"), None, &["outage: the service is removed: nobody reaches it by this name any more"]);
    check(
        workload("Deployment", json!({"replicas": 2})),
        workload("Deployment", json!({"replicas": 0})),
        &["outage spec.replicas: it is scaled down from 2 to 0"],
    );
    check(workload("StatefulSet", json!({})), None, &["outage: its pods are stopped and not started again"]);
    let recreate = |tag: &str| workload("Deployment", json!({"strategy": {"type": "Recreate"}, "template": image(tag)["template"]}));
    check(
        recreate("web:a"),
        recreate("web:b"),
        &[
            "outage spec.strategy.type: all its pods are stopped before new ones are started: its strategy is Recreate",
            "rolls spec.template.spec.containers[0].image: its pods are replaced: spec.containers[web].image changes from web:a to web:b",
        ],
    );
}

#[test]
fn a_budget_that_lets_no_pod_go_is_an_outage_of_the_node() {
    let budget = |spec: Json| object("policy/v1", "PodDisruptionBudget", json!({"spec": spec}));
    check(
        None,
        budget(json!({"maxUnavailable": 0})),
        &["outage spec.maxUnavailable: the budget lets no pod be evicted: maxUnavailable is 0"],
    );
    check(None, budget(json!({"minAvailable": "50%"})), &[]);
    let text = crate::yaml::to_string(&crate::value::Value::from(&workload("Deployment", json!({"replicas": 2})))).expect("is YAML");
    let documents = [Document::parse("web/templates/web.yaml", &text).expect("is an object")];
    let two = budget(json!({"minAvailable": 2, "selector": {"matchLabels": {"app": "web"}}}));
    let said = "outage spec.minAvailable: the budget lets no pod of Deployment/web be evicted: 2 of 2 have to be available";
    assert_eq!(found(&effect(None, Some(&two)), &[], &documents), [said]);
}

#[test]
fn an_older_image_is_a_downgrade() {
    check(
        workload("Deployment", json!({})),
        workload("Deployment", image("web:1.1")),
        &[
            "downgrade spec.template.spec.containers[0].image: image web goes back from 1.2 to 1.1",
            "rolls spec.template.spec.containers[0].image: its pods are replaced: spec.containers[web].image changes from web:1.2 to web:1.1",
        ],
    );
}
