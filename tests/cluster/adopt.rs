//! Taking over what is there already, and the policies for custom resource definitions.

use super::program::StackCase;
use super::revisions::{greeters, greeting};
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::Api;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn plain_objects_are_taken_over_for_a_release_and_those_of_others_on_request_only() {
    let case = greeters("releases: [{name: first, namespace: NAMESPACE, chart: ./greeter, forceConflicts: true}, {name: second, namespace: NAMESPACE, chart: ./greeter}]").await;
    let _: ConfigMap = case.place.create(json!({"metadata": {"name": "first"}, "data": {"greeting": "mine"}})).await;
    case.run(&["apply", "--yes"]).await.expect(1);
    let shown = case.run(&["adopt", "first", "--dry-run"]).await.expect(0);
    assert!(shown.out.contains("1 object to take over"), "{}", shown.out);
    case.run(&["adopt", "first", "configmap/first", "--yes"]).await.expect(0);
    assert_eq!(greeting(&case, "first").await.as_deref(), Some("mine"), "nothing but its marks changes");
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(greeting(&case, "first").await.as_deref(), Some("hello"));
    let again = case.run(&["adopt"]).await.expect(0);
    assert!(again.out.contains("release first is installed already") && again.out.contains("Nothing to take over."), "{}", again.out);
    let wrong = case.run(&["adopt", "first", "service/first", "--yes"]).await.expect(1);
    assert!(wrong.err.contains("service/first is made by no chart"), "{}", wrong.err);

    let marks = json!({"metadata": {"annotations": {"meta.helm.sh/release-name": "other"}}});
    case.place.patch::<ConfigMap>("second", marks).await;
    let refused = case.run(&["adopt", "second", "--yes"]).await.expect(1);
    assert!(refused.err.contains("belongs to release") && refused.err.contains("--take-ownership"), "{}", refused.err);
    case.run(&["adopt", "second", "--take-ownership", "--yes"]).await.expect(0);
    let second = case.place.api::<ConfigMap>().get("second").await.unwrap();
    assert_eq!(second.metadata.annotations.unwrap()["meta.helm.sh/release-name"], "second");
}

async fn definitions(stack: &str) -> (StackCase, String) {
    let case = StackCase::new(stack).await;
    case.chart("widgets", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: widgets}\n");
    let group = format!("{}.example.org", case.place.namespace);
    write_definition(&case, "v1", "Namespaced");
    (case, format!("widgets.{group}"))
}

fn write_definition(case: &StackCase, version: &str, scope: &str) {
    let text = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: widgets.NAMESPACE.example.org}}\n\
         spec:\n  group: NAMESPACE.example.org\n  scope: {scope}\n  names: {{plural: widgets, kind: Widget}}\n  versions:\n\
         \x20   - {{name: {version}, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, description: of {version}}}}}}}\n"
    );
    case.write("widgets/crds/widgets.yaml", &text);
}

async fn versions(case: &StackCase, name: &str) -> Vec<String> {
    let definition = Api::<CustomResourceDefinition>::all(case.place.client.clone()).get_opt(name).await.unwrap();
    definition.map(|one| one.spec.versions.into_iter().map(|version| version.name).collect()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn definitions_are_created_updated_or_kept_as_the_release_says() {
    let (case, name) = definitions("releases: [{name: widgets, namespace: NAMESPACE, chart: ./widgets, crds: keep}]").await;
    case.run(&["apply", "--yes"]).await.expect(0);
    assert!(versions(&case, &name).await.is_empty());
    case.run(&["destroy", "--yes"]).await.expect(0);

    case.write("stack.yaml", "releases: [{name: widgets, namespace: NAMESPACE, chart: ./widgets}]");
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(ran.out.contains("custom resource definitions, made where they are not there:"), "{}", ran.out);
    assert_eq!(versions(&case, &name).await, ["v1"]);
    let text = case.read("widgets/crds/widgets.yaml");
    let more = text.clone() + "    - {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object}}}\n";
    case.write("widgets/crds/widgets.yaml", &more);
    case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(versions(&case, &name).await, ["v1"], "an upgrade leaves them as they are");

    case.write("stack.yaml", "releases: [{name: widgets, namespace: NAMESPACE, chart: ./widgets, crds: update}]");
    case.write("widgets/crds/widgets.yaml", &more.replace("of v1", "changed"));
    let shown = case.run(&["diff"]).await.expect(0).out;
    assert!(shown.contains("\ncustom resource definitions:\n"), "{shown}");
    assert!(shown.contains("description: of v1\n") && shown.contains("description: changed\n"), "{shown}");
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert_eq!(versions(&case, &name).await, ["v1", "v2"], "{}{}", ran.out, ran.err);
    write_definition(&case, "v3", "Namespaced");
    let ran = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(ran.out.contains("v1") && ran.out.contains("stored"), "{}{}", ran.out, ran.err);
    assert_eq!(versions(&case, &name).await, ["v1", "v2"]);
    case.run(&["destroy", "--yes"]).await.expect(0);
    Api::<CustomResourceDefinition>::all(case.place.client.clone()).delete(&name, &Default::default()).await.unwrap();
}
