//! A network and a server that fail all the time, a little: the end is the same.

use super::parts::{check_converges, parts, state};
use super::proxy::{Fault, Proxy, Seen};
use std::time::Duration;

/// What happens to a request, by its number: the same in every run, as far as requests come in the same order.
fn trouble(seen: &Seen) -> Fault {
    if seen.is_watch {
        return Fault::Cut(Duration::from_millis(200));
    }
    let dice = (seen.number as u64).wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407) >> 33;
    match dice % 20 {
        0 | 1 => Fault::Answer(429),
        2 => Fault::Answer(500),
        3 => Fault::Answer(503),
        4 => Fault::ResetBefore,
        5 => Fault::ResetAfter,
        6 | 7 => Fault::Late(Duration::from_millis(100)),
        _ => Fault::None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_network_and_a_busy_server_are_ridden_out() {
    let calm = parts().await;
    calm.run(&["apply", "--yes"]).await.expect(0);
    let expected = state(&calm).await;
    let case = parts().await;
    let proxy = Proxy::start(&case.place, trouble).await;
    case.write("kubeconfig", &proxy.kubeconfig());
    let ran = case.run(&["apply", "--yes", "--kubeconfig", "kubeconfig"]).await.expect(0);
    assert!(ran.err.contains("failed, the next in"), "who waits is told for what: {}", ran.err);
    check_converges(&case, &expected, "after trouble").await;
    case.run(&["rollback", "--yes", "--kubeconfig", "kubeconfig"]).await.expect(0);
    case.run(&["destroy", "--yes", "--kubeconfig", "kubeconfig"]).await.expect(0);
    let helm = case.helm(&["list", "--output", "json"]).await.expect(0);
    assert_eq!(helm.out.trim(), "[]");
}
