//! How each process of the control plane is started.

use super::binaries::Program;
use super::layout::Layout;
use super::ports::Ports;

/// The range of Services' addresses.
const SERVICE_RANGE: &str = "10.96.0.0/16";
/// Requests a second that the controllers may send; their own limits are made for clusters that others use too.
const REQUESTS: u32 = 500;
/// The type of the node address at which the API server asks for logs. A node's InternalIP becomes the address of pods on the host's
/// network, and a Service cannot have an endpoint on loopback; so that address is a made-up one, and this one tells the truth.
pub const KUBELET_ADDRESS_TYPE: &str = "InternalDNS";

/// Returns the arguments of a program. Each command line holds a path of the sandbox, by which `process` knows it again.
pub fn arguments(program: Program, layout: &Layout, ports: &Ports) -> Vec<String> {
    match program {
        Program::Etcd => etcd(layout, ports),
        Program::ApiServer => api_server(layout, ports),
        Program::ControllerManager => controller_manager(layout),
        Program::Scheduler => scheduler(layout),
        Program::Kwok => kwok(layout),
    }
}

fn etcd(layout: &Layout, ports: &Ports) -> Vec<String> {
    let clients = format!("http://127.0.0.1:{}", ports.etcd);
    let peers = format!("http://127.0.0.1:{}", ports.etcd_peer);
    vec![
        "--name=sandbox".to_owned(),
        format!("--data-dir={}", layout.etcd().display()),
        format!("--listen-client-urls={clients}"),
        format!("--advertise-client-urls={clients}"),
        format!("--listen-peer-urls={peers}"),
        format!("--initial-advertise-peer-urls={peers}"),
        format!("--initial-cluster=sandbox={peers}"),
        // Nothing in a sandbox is worth a disk's time.
        "--unsafe-no-fsync".to_owned(),
        "--log-level=warn".to_owned(),
    ]
}

fn api_server(layout: &Layout, ports: &Ports) -> Vec<String> {
    let pki = |file: &str| layout.pki(file).display().to_string();
    vec![
        format!("--etcd-servers=http://127.0.0.1:{}", ports.etcd),
        "--bind-address=127.0.0.1".to_owned(),
        "--advertise-address=127.0.0.1".to_owned(),
        format!("--secure-port={}", ports.api_server),
        format!("--cert-dir={}", pki("")),
        format!("--tls-cert-file={}", pki("apiserver.crt")),
        format!("--tls-private-key-file={}", pki("apiserver.key")),
        format!("--client-ca-file={}", pki("ca.crt")),
        "--service-account-issuer=https://kubernetes.default.svc".to_owned(),
        format!("--service-account-signing-key-file={}", pki("service-accounts.key")),
        format!("--service-account-key-file={}", pki("service-accounts.pub")),
        "--authorization-mode=RBAC".to_owned(),
        format!("--service-cluster-ip-range={SERVICE_RANGE}"),
        "--allow-privileged=true".to_owned(),
        // The address of the API server is on loopback, which no endpoint may be.
        "--endpoint-reconciler-type=none".to_owned(),
        format!("--kubelet-preferred-address-types={KUBELET_ADDRESS_TYPE}"),
        // One user, who should not be slowed down for the sake of others.
        "--enable-priority-and-fairness=false".to_owned(),
        "--max-requests-inflight=1000".to_owned(),
        "--max-mutating-requests-inflight=500".to_owned(),
        "--profiling=false".to_owned(),
        format!("--audit-policy-file={}", layout.audit_policy().display()),
        format!("--audit-log-path={}", layout.audit_log().display()),
        // In MB.
        "--audit-log-maxsize=100".to_owned(),
        "--audit-log-maxbackup=1".to_owned(),
    ]
}

fn controller_manager(layout: &Layout) -> Vec<String> {
    let mut arguments = client(layout, Program::ControllerManager);
    arguments.extend([
        format!("--service-account-private-key-file={}", layout.pki("service-accounts.key").display()),
        format!("--root-ca-file={}", layout.pki("ca.crt").display()),
        "--controllers=*,-nodeipam,-cloud-node-lifecycle,-service-lb-controller,-node-route-controller".to_owned(),
        // A laptop that wakes from sleep should not lose its nodes.
        "--node-monitor-grace-period=24h".to_owned(),
        "--profiling=false".to_owned(),
    ]);
    arguments
}

fn scheduler(layout: &Layout) -> Vec<String> {
    let mut arguments = client(layout, Program::Scheduler);
    arguments.push("--profiling=false".to_owned());
    arguments
}

/// What the controllers and the scheduler have in common. They serve nothing: whether they work is seen by what they do.
fn client(layout: &Layout, program: Program) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", layout.kubeconfig_of(program.name()).display()),
        "--secure-port=0".to_owned(),
        "--leader-elect=false".to_owned(),
        format!("--kube-api-qps={REQUESTS}"),
        format!("--kube-api-burst={}", 2 * REQUESTS),
    ]
}

fn kwok(layout: &Layout) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", layout.kubeconfig_of(Program::Kwok.name()).display()),
        format!("--config={}", layout.kwok_stages().display()),
        "--manage-all-nodes".to_owned(),
        "--node-lease-duration-seconds=40".to_owned(),
    ]
}
