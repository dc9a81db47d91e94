//! What runs write, as the API server's audit log has it.

use super::program::StackCase;
use super::support::sandbox;
use kube::config::Kubeconfig;
use serde_json::Value;

const STACK: &str = "
helmDefaults: {wait: true, timeout: 120}
releases:
  - name: api
    namespace: NAMESPACE
    chart: CHARTS/api
    needs: [database]
    values: [{wait: {services: [database], jobs: [database-schema]}}]
  - name: database
    namespace: NAMESPACE
    chart: CHARTS/database
";

/// Returns a case, and who its runs are: a name that no other test has.
async fn case() -> (StackCase, String) {
    let case = StackCase::new(STACK).await;
    let user = format!("user-of-{}", case.place.namespace);
    let mut config = Kubeconfig::read_from(sandbox().kubeconfig()).unwrap();
    let auth = config.auth_infos[0].auth_info.as_mut().unwrap();
    auth.impersonate = Some(user.clone());
    auth.impersonate_groups = Some(vec!["system:masters".to_owned()]);
    case.write("kubeconfig", &serde_yaml::to_string(&config).unwrap());
    (case, user)
}

/// Returns what a user sent to be written, dry runs aside, or those alone: verb and address of each request.
fn sent(user: &str, is_dry: bool) -> Vec<String> {
    let log = std::fs::read_to_string(sandbox().audit_log()).unwrap();
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let own = events.filter(|event| event["impersonatedUser"]["username"] == user);
    let requests = own.map(|event| (text(&event["verb"]), text(&event["requestURI"]), text(&event["userAgent"])));
    let kept = requests.filter(|(_, address, _)| address.contains("dryRun=All") == is_dry);
    kept.map(|(verb, address, agent)| {
        assert!(agent.starts_with("stackwright/"), "{agent}");
        format!("{verb} {}", address.split('?').next().unwrap_or_default())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_changed_nothing_is_written() {
    let (case, user) = case().await;
    let run = async |arguments: &[&str]| {
        let all: Vec<&str> = arguments.iter().copied().chain(["--kubeconfig", "kubeconfig"]).collect();
        case.run(&all).await.expect(0);
        sent(&user, false)
    };
    assert_eq!(run(&["plan"]).await, [""; 0], "planning writes nothing");
    assert_eq!(run(&["diff"]).await, [""; 0]);
    let first = run(&["apply", "--yes"]).await;
    let records = first.iter().filter(|request| request.starts_with("create") && request.ends_with("/secrets")).count();
    assert!(records >= 2, "{first:#?}");
    for arguments in [
        &["apply", "--yes"][..],
        &["apply", "--yes", "--against", "live"],
        &["diff"],
        &["diff", "--against", "live"],
        &["plan"],
        &["drift"],
        &["status"],
        &["history"],
    ] {
        let written = run(arguments).await;
        assert_eq!(written[first.len()..], [""; 0], "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_diff_with_the_live_objects_lets_the_server_try_each_of_them_once() {
    let (case, user) = case().await;
    case.run(&["apply", "--yes", "--kubeconfig", "kubeconfig"]).await.expect(0);
    case.write("stack.yaml", &STACK.replace("    values: [{wait", "    values: [{replicas: 2, wait"));
    let before = sent(&user, true).len();
    let ran = case.run(&["diff", "--against", "live", "--kubeconfig", "kubeconfig"]).await.expect(0);
    assert!(ran.out.contains("+   replicas: 2"), "{}", ran.out);
    let mut tried = sent(&user, true).split_off(before);
    let count = tried.len();
    assert!(count > 4, "{tried:#?}");
    tried.sort();
    tried.dedup();
    assert_eq!(tried.len(), count, "{tried:#?}");
}
