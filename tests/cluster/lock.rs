//! Two runs of one stack are kept apart, and a dead one does not keep a living one away.

use super::program::{StackCase, ended};
use super::revisions::{greeters, greeting, revisions};
use super::support::eventually;
use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::coordination::v1::Lease;
use kube::ResourceExt;
use kube::api::ListParams;
use serde_json::json;

const STACK: &str = "
name: greeters
namespace: NAMESPACE
releases: [{name: first, namespace: NAMESPACE, chart: ./greeter}]
";

/// A stack whose apply takes a while.
async fn case() -> StackCase {
    let case = greeters(STACK).await;
    let template = case.read("greeter/templates/greeter.yaml");
    case.write(
        "greeter/templates/greeter.yaml",
        &template
            .replace("{sandbox.stackwright.dev/exit-code:", "{sandbox.stackwright.dev/duration: 4s, sandbox.stackwright.dev/exit-code:"),
    );
    case
}

async fn until_at_work(case: &StackCase) {
    let jobs = case.place.api::<Job>();
    eventually("the hook runs", async || jobs.get_opt("first-hook").await.unwrap().is_some()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_is_refused_or_waits_and_plans_again() {
    let case = case().await;
    let first = case.start(&["apply", "--yes"]);
    until_at_work(&case).await;
    let refused = case.run(&["apply", "--yes"]).await.expect(1);
    assert!(refused.err.contains("is being worked on by") && refused.err.contains("--lock-timeout"), "{}", refused.err);
    let patient = case.run(&["apply", "--yes", "--lock-timeout", "60"]).await.expect(0);
    assert!(patient.err.contains("is at work on this stack since"), "{}", patient.err);
    assert!(patient.err.contains("planning again") && patient.out.contains("Nothing to do"), "{}{}", patient.out, patient.err);
    ended(first).await.expect(0);
    assert_eq!(revisions(&case).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_a_killed_run_is_taken_over_at_once() {
    let case = case().await;
    let mut first = case.start(&["apply", "--yes"]);
    until_at_work(&case).await;
    first.kill().await.unwrap();
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(!ran.err.contains("is at work"), "{}", ran.err);
    assert!(greeting(&case, "first").await.is_some());
    let states: Vec<String> = revisions(&case).await.into_iter().map(|(_, _, state)| state).collect();
    assert_eq!(states, ["interrupted", "done"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lock_of_another_machine_is_taken_over_when_it_is_not_renewed() {
    let case = greeters(STACK).await;
    case.run(&["apply", "--yes"]).await.expect(0);
    let leases = case.place.api::<Lease>();
    let lease = leases.list(&ListParams::default().labels("owner=stackwright")).await.unwrap().items.remove(0);
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    let held = json!({"metadata": {"annotations": {"stackwright.io/process": "elsewhere/x:1:1"}},
        "spec": {"holderIdentity": "bob@elsewhere", "leaseDurationSeconds": 15, "acquireTime": now, "renewTime": now}});
    case.place.patch::<Lease>(&lease.name_any(), held).await;
    case.write("stack.yaml", &case.read("stack.yaml").replace("./greeter}", "./greeter, values: [{greeting: two}]}"));
    let ran = case.run(&["apply", "--yes"]).await.expect(0);
    assert!(ran.err.contains("bob@elsewhere is at work on this stack since"), "{}", ran.err);
    assert_eq!(greeting(&case, "first").await.as_deref(), Some("two"));
}
