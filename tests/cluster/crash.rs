//! `apply` is killed at many points; after each one plain `apply` brings the stack to where an undisturbed run brings it, and real
//! Helm works on every release.

use super::parts::{check_converges, parts, state};
use super::program::ended;
use super::proxy::{Fault, Proxy};
use futures_util::StreamExt;
use serde_json::Value;

/// How many points, where the environment does not say: a few.
const POINTS: usize = 20;

/// So many at the same time.
const AT_ONCE: usize = 3;

/// Where a run is killed.
#[derive(Clone, Copy, Debug)]
enum Point {
    /// Before the server sees this write.
    BeforeWrite(usize),
    /// When the server has done it, and before the program knows.
    AfterWrite(usize),
    /// At this request, be it a read.
    Request(usize),
}

#[tokio::test(flavor = "multi_thread")]
async fn an_apply_that_is_killed_anywhere_is_continued_by_the_next_one() {
    let points = std::env::var("STACKWRIGHT_CRASH_POINTS").ok().and_then(|count| count.parse().ok()).unwrap_or(POINTS);
    let (expected, writes, requests) = undisturbed().await;
    let points = spread(points, writes, requests);
    let mut tries =
        futures_util::stream::iter(points.into_iter().enumerate().map(|(at, point)| crash(at, point, &expected))).buffer_unordered(AT_ONCE);
    while tries.next().await.is_some() {}
}

/// Returns the state after a run that nobody disturbs, and how many writes and requests it takes.
async fn undisturbed() -> (Value, usize, usize) {
    let case = parts().await;
    let proxy = Proxy::start(&case.place, |_| Fault::None).await;
    case.write("kubeconfig", &proxy.kubeconfig());
    case.run(&["apply", "--yes", "--kubeconfig", "kubeconfig"]).await.expect(0);
    (state(&case).await, proxy.writes(), proxy.requests())
}

/// Spreads points over all writes, before and after each; what is more than that over all requests.
fn spread(count: usize, writes: usize, requests: usize) -> Vec<Point> {
    let of_writes = count.min(2 * writes);
    let write = |at: usize| at * 2 * writes / of_writes.max(1);
    let in_writes =
        (0..of_writes).map(|at| if write(at) % 2 == 0 { Point::BeforeWrite(write(at) / 2) } else { Point::AfterWrite(write(at) / 2) });
    let rest = count - of_writes;
    in_writes.chain((0..rest).map(|at| Point::Request(at * requests / rest))).collect()
}

async fn crash(number: usize, point: Point, expected: &Value) {
    let case = parts().await;
    let proxy = Proxy::start(&case.place, move |seen| match point {
        Point::BeforeWrite(at) if seen.is_write && seen.writes == at => Fault::KillBefore,
        Point::AfterWrite(at) if seen.is_write && seen.writes == at => Fault::KillAfter,
        Point::Request(at) if seen.number == at => Fault::KillBefore,
        _ => Fault::None,
    })
    .await;
    case.write("kubeconfig", &proxy.kubeconfig());
    let child = case.start(&["apply", "--yes", "--kubeconfig", "kubeconfig"]);
    proxy.aim_at(child.id().expect("it runs"));
    let killed = ended(child).await;
    let what = format!("{point:?} (it ended with {})", killed.code);
    check_converges(&case, expected, &what).await;
    let release = ["database", "api", "web"][number % 3];
    case.helm(&["status", release]).await.expect(0);
    case.helm(&["upgrade", release, "part", "--reuse-values", "--wait=hookOnly"]).await.expect(0);
}
