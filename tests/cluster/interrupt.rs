//! Ctrl-C, once and twice, and SIGTERM.

use super::program::{StackCase, ended};
use super::revisions::{greeters, greeting, revisions};
use super::support::eventually;
use k8s_openapi::api::batch::v1::Job;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

/// The first release has a hook that never ends; the second needs it.
async fn case() -> StackCase {
    let case = greeters(
        "
name: greeters
namespace: NAMESPACE
releases:
  - {name: quick, namespace: NAMESPACE, chart: ./greeter}
  - {name: slow, namespace: NAMESPACE, chart: ./greeter, needs: [quick], values: [{stays: true}]}
  - {name: last, namespace: NAMESPACE, chart: ./greeter, needs: [slow]}
",
    )
    .await;
    let template = case.read("greeter/templates/greeter.yaml");
    case.write(
        "greeter/templates/greeter.yaml",
        &template.replace(
            "{sandbox.stackwright.dev/exit-code:",
            "{sandbox.stackwright.dev/hang: {{ .Values.stays | default false | quote }}, sandbox.stackwright.dev/exit-code:",
        ),
    );
    case
}

fn send(child: &Child, signal: Signal) {
    let pid = child.id().and_then(|pid| Pid::from_raw(pid as i32)).expect("it runs");
    kill_process(pid, signal).expect("it can be signalled");
}

async fn until_hook_runs(case: &StackCase) {
    let jobs = case.place.api::<Job>();
    eventually("the slow hook runs", async || jobs.get_opt("slow-hook").await.unwrap().is_some()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_signal_ends_the_run_in_order() {
    for signal in [Signal::INT, Signal::TERM] {
        let case = case().await;
        let child = case.start(&["apply", "--yes"]);
        until_hook_runs(&case).await;
        send(&child, signal);
        let ran = ended(child).await.expect(130);
        assert!(ran.out.contains("slow was interrupted: run the same command again to go on"), "{}", ran.out);
        assert!(ran.out.contains("last was interrupted"), "{}", ran.out);
        assert!(greeting(&case, "last").await.is_none());
        assert_eq!(revisions(&case).await, [(1, "apply".to_owned(), "interrupted".to_owned())]);
        let helm = case.helm(&["list", "--output", "json"]).await.expect(0);
        assert!(!helm.out.contains("pending"), "{}", helm.out);
        case.write("stack.yaml", &case.read("stack.yaml").replace("stays: true", "stays: false"));
        case.run(&["apply", "--yes"]).await.expect(0);
        assert!(greeting(&case, "last").await.is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_signal_ends_the_process_at_once_and_the_next_apply_goes_on() {
    let case = case().await;
    // Without an answer to anything the first signal alone would end nothing.
    let proxy = super::proxy::Proxy::start(&case.place, |seen| {
        if seen.line.contains("slow.v1") && seen.line.starts_with("PUT") {
            super::proxy::Fault::Late(std::time::Duration::from_secs(3600))
        } else {
            super::proxy::Fault::None
        }
    })
    .await;
    case.write("kubeconfig", &proxy.kubeconfig());
    let child = case.start(&["apply", "--yes", "--kubeconfig", "kubeconfig"]);
    until_hook_runs(&case).await;
    let before = proxy.requests();
    send(&child, Signal::INT);
    eventually("the first signal is heard", async || proxy.requests() > before).await;
    send(&child, Signal::INT);
    ended(child).await.expect(130);
    case.write("stack.yaml", &case.read("stack.yaml").replace("stays: true", "stays: false"));
    case.run(&["apply", "--yes"]).await.expect(0);
    assert!(greeting(&case, "last").await.is_some());
    assert_eq!(revisions(&case).await.iter().map(|(_, _, state)| state.as_str()).collect::<Vec<_>>(), ["interrupted", "done"]);
}
