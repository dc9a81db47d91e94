//! What preflight finds, and that it writes nothing.

use super::program::{Ran, StackCase};
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::api::ListParams;
use serde_json::{Value, json};

/// A release `app` of a chart with one template.
async fn case(template: &str) -> StackCase {
    with_options(template, "").await
}

async fn with_options(template: &str, options: &str) -> StackCase {
    let case = StackCase::new(&format!("releases: [{{name: app, namespace: NAMESPACE, chart: ./app{options}}}]")).await;
    case.chart("app", template);
    case.write("app/values.yaml", "replicas: -1\nport: 700000\n");
    case
}

/// Nothing of the release is there: no record, no object.
async fn nothing_was_written(case: &StackCase) {
    let records = case.place.api::<Secret>().list(&ListParams::default()).await.unwrap();
    assert!(records.items.iter().all(|secret| secret.type_.as_deref() == Some("kubernetes.io/service-account-token")), "{records:#?}");
    let maps = case.place.api::<ConfigMap>().list(&ListParams::default()).await.unwrap();
    let names: Vec<_> = maps.items.iter().map(|map| map.metadata.name.clone().unwrap_or_default()).collect();
    assert!(names.iter().all(|name| name == "kube-root-ca.crt" || name.starts_with("theirs")), "{names:?}");
    assert!(case.place.api::<Job>().list(&ListParams::default()).await.unwrap().items.is_empty());
}

#[track_caller]
fn says(ran: &Ran, words: &[&str]) {
    for words in words {
        assert!(ran.out.contains(words), "`{words}` was not said:\n{}\n{}", ran.out, ran.err);
    }
}

/// The findings of a diff, as `CODE KIND FIELD`, but for notes about stand-ins.
async fn findings(case: &StackCase) -> Vec<Value> {
    let ran = case.run(&["diff", "--output", "json"]).await.expect(0);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    document["findings"].as_array().unwrap().clone()
}

const DEPLOYMENT: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
        - name: app
          image: example.invalid/app
          ports:
            - containerPort: {{ .Values.port }}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec:
  selector: {app: app}
  ports: [{port: 80, targettPort: 81}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: app-test, annotations: {helm.sh/hook: test}}
spec: {template: {spec: {restartPolicy: Always, containers: [{name: a, image: a}]}}}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn all_refusals_are_told_at_once_with_field_and_template_line() {
    let case = case(DEPLOYMENT).await;
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    says(
        &ran,
        &[
            "error[refused] Deployment/NAMESPACE/app spec.replicas".replace("NAMESPACE", &case.place.namespace).as_str(),
            "must be greater than or equal to 0",
            "at app/templates/app.yaml:6, from .Values.replicas",
            "spec.template.spec.containers[0].ports[0].containerPort",
            "at app/templates/app.yaml:15, from .Values.port",
            "targettPort",
            "field not declared in schema",
            "warning[refused-later] Job/",
            "Nothing was changed.",
        ],
    );
    nothing_was_written(&case).await;
    let found = findings(&case).await;
    let refused = found.iter().filter(|finding| finding["code"] == "refused").count();
    assert_eq!(refused, 3, "{found:#?}");
    nothing_was_written(&case).await;
    let without = case.run(&["diff", "--no-preflight"]).await.expect(0);
    assert!(!without.out.contains("Preflight"), "{}", without.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_allowed_stops_nothing() {
    let case = case("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\ndate: {}\n").await;
    let stopped = case.run(&["apply", "--yes", "--allow", "conflict"]).await.expect(1);
    says(&stopped, &["error[refused]"]);
    nothing_was_written(&case).await;
    let went_on = case.run(&["apply", "--yes", "--allow", "conflict,refused"]).await.expect(1);
    says(&went_on, &["allowed[refused]", "app failed:"]);
    let unknown = case.run(&["apply", "--yes", "--allow", "refusd"]).await.expect(1);
    assert!(unknown.err.contains("did you mean refused?"), "{}", unknown.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_a_planned_namespace_are_tried_in_another_and_noted_once() {
    let case = StackCase::new("releases: [{name: app, namespace: NAMESPACE-new, chart: ./app, createNamespace: true}]").await;
    case.chart("app",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kube-root-ca.crt}\ndata: {a: b}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: bad}\ndata: {a b: c}\n",
    );
    let found = findings(&case).await;
    let codes: Vec<_> =
        found.iter().map(|finding| (finding["code"].as_str().unwrap(), finding["field"].as_str().unwrap_or_default())).collect();
    assert_eq!(codes, [("refused", "data.a b"), ("stand-in", "")], "{found:#?}");
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE-new, chart: ./app, createNamespace: false}]");
    let codes: Vec<_> = findings(&case).await.iter().map(|finding| finding["code"].clone()).collect();
    assert_eq!(codes, ["refused", "no-namespace", "stand-in"]);
    let spaces = kube::Api::<k8s_openapi::api::core::v1::Namespace>::all(case.place.client.clone());
    assert!(spaces.get_opt(&format!("{}-new", case.place.namespace)).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_resources_of_planned_definitions_are_checked_against_their_schema() {
    let case = case("apiVersion: GROUP/v1\nkind: Widget\nmetadata: {name: w}\nspec: {sizes: [1, two], colour: red}\n---\napiVersion: GROUP/v1\nkind: Wodget\nmetadata: {name: w}\n").await;
    let group = format!("{}.example", case.place.namespace);
    case.write("app/templates/app.yaml", &case.read("app/templates/app.yaml").replace("GROUP", &group));
    case.write(
        "app/crds/widgets.yaml",
        &r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.GROUP}
spec:
  group: GROUP
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {sizes: {type: array, items: {type: integer}}}}
"#
        .replace("GROUP", &group),
    );
    let found = findings(&case).await;
    let mut codes: Vec<_> =
        found.iter().map(|finding| (finding["code"].as_str().unwrap(), finding["field"].as_str().unwrap_or_default())).collect();
    codes.sort_unstable();
    assert_eq!(codes, [("refused", "spec.colour"), ("refused", "spec.sizes[1]"), ("unknown-kind", "")], "{found:#?}");
    assert_eq!(found.iter().find(|finding| finding["field"] == "spec.colour").unwrap()["place"], "app/templates/app.yaml:4");
    nothing_was_written(&case).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_cannot_change_are_made_again_and_hooks_are_tried_as_new() {
    let template = r#"
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "example.invalid/a:{{ .Values.tag }}"}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: hook, annotations: {helm.sh/hook: "post-install,post-upgrade"}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "example.invalid/a:{{ .Values.tag }}"}]}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: "{{ .Values.label }}"}}
  template: {metadata: {labels: {app: "{{ .Values.label }}"}}, spec: {containers: [{name: a, image: a}]}}
"#;
    let case = with_options(template, ", values: [{tag: one, label: one}]").await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let job = || case.place.api::<Job>();
    let before = job().get("migrate").await.unwrap().metadata.uid;
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [{tag: two, label: one}]}]");
    let shown: Value = serde_json::from_str(&case.run(&["diff", "--output", "json"]).await.expect(0).out).unwrap();
    let found = shown["consequences"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((&found[0]["code"], &found[0]["object"]["name"]), (&json!("recreated"), &json!("migrate")));
    assert_eq!(job().get("migrate").await.unwrap().metadata.uid, before);
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(ran.err.contains("migrate deleted and made again"), "{}", ran.err);
    assert_ne!(job().get("migrate").await.unwrap().metadata.uid, before);

    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [{tag: two, label: two}]}]");
    let stopped = case.run(&["apply", "--yes"]).await.expect(1);
    says(&stopped, &["error[immutable] Deployment/", "--recreate"]);
    case.run(&["apply", "--yes", "--recreate"]).await.expect(0);
}

/// The codes of findings with their fields, sorted.
fn codes(found: &[Value]) -> Vec<String> {
    let one = |finding: &Value| {
        format!("{} {}", finding["code"].as_str().unwrap(), finding["field"].as_str().unwrap_or_default()).trim().to_owned()
    };
    let mut codes: Vec<String> = found.iter().map(one).collect();
    codes.sort_unstable();
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_somebody_else_is_found_before_anything_is_written() {
    let case =
        case("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: theirs}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: ours}\n")
            .await;
    let _: ConfigMap = case.place.create(json!({"metadata": {"name": "theirs"}, "data": {"mine": "yes"}})).await;
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    says(&ran, &["error[owned] ConfigMap/", "exists and cannot be imported into the current release", "takeOwnership: true"]);
    nothing_was_written(&case).await;
    let other = "releases: [{name: app, namespace: NAMESPACE, chart: ./app, takeOwnership: true}, {name: app2, namespace: NAMESPACE, chart: ./app}]";
    case.write("stack.yaml", other);
    let found = findings(&case).await;
    let shared: Vec<_> = found.iter().filter(|finding| finding["message"].as_str().unwrap().contains("release app of this plan")).collect();
    assert_eq!(shared.len(), 2, "{found:#?}");
    let ran = case.run(&["apply", "--yes", "--allow", "owned"]).await.expect(1);
    assert!(ran.err.contains("cannot be imported into the current release") && ran.err.contains("app2"), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_name_field_manager_and_both_values_but_those_of_secrets() {
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\ndata: {a: {{ .Values.a }}}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: app}\nstringData: {b: {{ .Values.a }}}\ndata: {c: {{ .Values.a | b64enc }}}\n";
    let case = with_options(template, ", values: [{a: swordfish}]").await;
    case.run(&["apply", "--yes"]).await.expect(0);
    case.place.patch::<ConfigMap>("app", json!({"data": {"a": "theirs"}})).await;
    case.place.patch::<Secret>("app", json!({"data": {"c": "bWFybGlu"}})).await;
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [{a: halibut}]}]");
    let found = findings(&case).await;
    assert_eq!(codes(&found), ["conflict data.a", "conflict data.c"], "{found:#?}");
    let message =
        |name: &str| found.iter().find(|finding| finding["object"]["kind"] == name).unwrap()["message"].as_str().unwrap().to_owned();
    assert!(message("ConfigMap").ends_with(r#"owns this field: it is "theirs" and would become "halibut""#), "{}", message("ConfigMap"));
    assert!(message("Secret").ends_with("owns this field: it is (covered) and would become (covered)"), "{}", message("Secret"));
    case.run(&["apply", "--yes"]).await.expect(1);
    assert_eq!(case.place.api::<ConfigMap>().get("app").await.unwrap().data.unwrap()["a"], "theirs");
}

#[tokio::test(flavor = "multi_thread")]
async fn replicas_are_left_to_a_live_autoscaler() {
    use k8s_openapi::api::apps::v1::Deployment;
    use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
    let template = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  replicas: {{ .Values.n }}\n  selector: {matchLabels: {app: app}}\n  template: {metadata: {labels: {app: app}}, spec: {containers: [{name: a, image: a}]}}\n";
    let case = with_options(template, ", values: [{n: 1}]").await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let target = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "app"});
    let _: HorizontalPodAutoscaler = case
        .place
        .create(json!({"metadata": {"name": "app"}, "spec": {"minReplicas": 1, "maxReplicas": 5, "scaleTargetRef": target}}))
        .await;
    case.place.patch::<Deployment>("app", json!({"spec": {"replicas": 3}})).await;
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [{n: 2}]}]");
    let found = findings(&case).await;
    assert_eq!(codes(&found), ["autoscaled spec.replicas"], "{found:#?}");
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(case.place.api::<Deployment>().get("app").await.unwrap().spec.unwrap().replicas, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_rights_are_told_all_at_once() {
    let template = format!(
        "{}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: app}}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: reader}}\nrules: [{{apiGroups: [''], resources: [configmaps], verbs: [get]}}]\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: reader}}\nroleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}}\nsubjects: [{{kind: ServiceAccount, name: default}}]\n",
        DEPLOYMENT.replace("{{ .Values.replicas }}", "1").replace("{{ .Values.port }}", "80").replace("targettPort", "targetPort")
    );
    let case = case(&template).await;
    let rules = json!([
        {"apiGroups": [""], "resources": ["secrets", "configmaps"], "verbs": ["get", "list", "watch", "create", "update", "patch"]},
        {"apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles", "rolebindings"], "verbs": ["get", "create", "patch"]},
        {"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["patch"], "resourceNames": ["app"]},
        {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "create", "update"]},
    ]);
    case.limit(rules).await;
    case.write("stack.yaml", &format!("history: {{namespace: NAMESPACE}}\n{}", case.read("stack.yaml")));
    let ran = case.run(&["apply", "--yes", "--kubeconfig", "limited"]).await.expect(1);
    let namespace = &case.place.namespace;
    says(
        &ran,
        &[
            &format!("error[forbidden] you may not create, get deployments.apps in namespace {namespace}; needed for app"),
            &format!("error[forbidden] you may not create, get, patch services in namespace {namespace}; needed for app"),
            &format!("note[not-tried] RoleBinding/{namespace}/reader"),
            "the role that it binds is made by the plan",
        ],
    );
    assert_eq!(ran.out.matches("error[forbidden]").count(), 2, "{}", ran.out);
    nothing_was_written(&case).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn references_to_nothing_and_wishes_that_no_node_meets_are_warnings() {
    let case = case(
        r#"
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      serviceAccountName: nobody
      priorityClassName: urgent
      nodeSelector: {gpu: "yes"}
      containers:
        - name: app
          image: example.invalid/app
          envFrom: [{secretRef: {name: nowhere}}, {secretRef: {name: perhaps, optional: true}}, {configMapRef: {name: planned}}]
      volumes: [{name: root, configMap: {name: kube-root-ca.crt}}, {name: data, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: planned, annotations: {helm.sh/hook: pre-install}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: golden, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"#,
    )
    .await;
    let found = findings(&case).await;
    let messages: Vec<&str> = found.iter().map(|finding| finding["message"].as_str().unwrap()).collect();
    let namespace = &case.place.namespace;
    for missing in ["PriorityClass/urgent, which Deployment/app needs", "StorageClass/golden, which PersistentVolumeClaim/data needs"] {
        assert!(messages.contains(&format!("nothing in the plan or the cluster has {missing}").as_str()), "{messages:#?}");
    }
    for missing in ["Secret", "ServiceAccount"] {
        let name = if missing == "Secret" { "nowhere" } else { "nobody" };
        let words = format!("nothing in the plan or the cluster has {missing}/{namespace}/{name}, which Deployment/app needs");
        assert!(messages.contains(&words.as_str()), "{messages:#?}");
    }
    let expected = [
        "missing-reference spec.storageClassName",
        "missing-reference spec.template.spec.containers[0].envFrom[0].secretRef.name",
        "missing-reference spec.template.spec.priorityClassName",
        "missing-reference spec.template.spec.serviceAccountName",
        "no-node spec.template.spec.nodeSelector",
    ];
    assert_eq!(codes(&found), expected, "{found:#?}");
    nothing_was_written(&case).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quota_that_the_plan_passes_as_a_whole_is_found() {
    use k8s_openapi::api::core::v1::ResourceQuota;
    let deployment = |name: &str| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  replicas: 2\n  selector: {{matchLabels: {{app: {name}}}}}\n  template: {{metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: a, image: a, resources: {{requests: {{cpu: 300m}}}}}}]}}}}\n"
        )
    };
    let case = case(&format!("{}---\n{}", deployment("one"), deployment("two"))).await;
    let _: ResourceQuota =
        case.place.create(json!({"metadata": {"name": "small"}, "spec": {"hard": {"pods": "3", "requests.cpu": "2"}}})).await;
    let found = findings(&case).await;
    assert_eq!(codes(&found), ["quota"], "{found:#?}");
    assert_eq!(found[0]["message"], "ResourceQuota small allows pods=3; 0 are used, and the new objects of this plan take 4 more");
    nothing_was_written(&case).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unsafe_changes_of_definitions_are_found() {
    let template = r#"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.NAMESPACE.example}
spec:
  group: NAMESPACE.example
  scope: {{ .Values.scope }}
  names: {kind: Widget, plural: widgets}
  versions: [{name: {{ .Values.version }}, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
"#;
    let case = with_options(template, ", values: [{scope: Namespaced, version: v1}]").await;
    case.run(&["apply", "--yes"]).await.expect(0);
    case.write("stack.yaml", "releases: [{name: app, namespace: NAMESPACE, chart: ./app, values: [{scope: Cluster, version: v2}]}]");
    let found = findings(&case).await;
    assert_eq!(codes(&found), ["unsafe-crd spec.scope", "unsafe-crd spec.versions"], "{found:#?}");
    case.run(&["apply", "--yes"]).await.expect(1);
    case.run(&["destroy", "--yes"]).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_is_gone_has_another_instead() {
    let case = case("apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: app}\n").await;
    let found = findings(&case).await;
    assert_eq!(codes(&found), ["unknown-kind"], "{found:#?}");
    assert_eq!(found[0]["help"], "Kubernetes 1.25 has removed policy/v1beta1 PodDisruptionBudget: use policy/v1");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_would_be_too_large_is_found_with_its_largest_files() {
    let case = case("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n").await;
    let mut state = 1_u64;
    let noise: String = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'!' + u8::try_from((state >> 33) % 90).unwrap())
    })
    .take(2_000_000)
    .collect();
    case.write("app/files/noise.txt", &noise);
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    says(&ran, &["error[record-too-large] the release's record would be", "files/noise.txt (1954 KiB)"]);
    nothing_was_written(&case).await;
}
