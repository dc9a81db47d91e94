//! Runs the program as a user would, on a stack of the test's own.

use super::support::{PROGRAM, Place, sandbox};
use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{Role, RoleBinding};
use kube::api::PostParams;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::OnceLock;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A stack file in a folder and a namespace of its own.
pub struct StackCase {
    /// The namespace, and a client.
    pub place: Place,
    folder: TempDir,
}

/// What a run of a program gave.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Checks the exit code, and shows everything that was said where it is another.
    #[track_caller]
    pub fn expect(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }
}

impl StackCase {
    /// Makes a case. In the stack file `NAMESPACE` stands for the case's namespace and `CHARTS` for the charts of the examples.
    pub async fn new(stack: &str) -> StackCase {
        let case = StackCase { place: Place::new().await, folder: tempfile::tempdir().expect("a folder can be made") };
        case.write("stack.yaml", stack);
        case
    }

    /// Writes a file beside the stack file.
    pub fn write(&self, name: &str, text: &str) {
        let charts = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/charts");
        let text = text.replace("NAMESPACE", &self.place.namespace).replace("CHARTS", &charts.display().to_string());
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("is in the folder")).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }

    /// Writes a chart with one template, in a folder of its name.
    pub fn chart(&self, name: &str, template: &str) {
        self.write(&format!("{name}/Chart.yaml"), &format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n"));
        self.write(&format!("{name}/templates/{name}.yaml"), template);
    }

    /// Writes a kubeconfig `limited` of somebody who has only these rights in the namespace.
    pub async fn limit(&self, rules: Value) {
        let _: Role = self.place.create(json!({"metadata": {"name": "limited"}, "rules": rules})).await;
        let binding = json!({
            "metadata": {"name": "limited"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "limited"},
            "subjects": [{"kind": "ServiceAccount", "name": "default", "namespace": self.place.namespace}],
        });
        let _: RoleBinding = self.place.create(binding).await;
        let token = serde_json::from_value(json!({"spec": {"audiences": []}})).expect("it is a request");
        let accounts = self.place.api::<ServiceAccount>();
        let token = accounts.create_token_request("default", &PostParams::default(), &token).await.expect("a token is given");
        let kubeconfig = fs::read_to_string(sandbox().kubeconfig()).expect("the sandbox has written it");
        let mut kubeconfig: Value = serde_json::from_str(&kubeconfig).expect("it is JSON");
        kubeconfig["users"][0]["user"] = json!({"token": token.status.expect("it was given").token});
        self.write("limited", &kubeconfig.to_string());
    }

    /// Reads a file beside the stack file.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect("the case has written it")
    }

    /// Runs the program in the case's folder.
    pub async fn run(&self, arguments: &[&str]) -> Ran {
        run(Path::new(PROGRAM), arguments, self.folder.path()).await
    }

    /// Starts the program in the case's folder.
    pub fn start(&self, arguments: &[&str]) -> Child {
        command(Path::new(PROGRAM), arguments, self.folder.path()).kill_on_drop(true).spawn().expect("the program can be started")
    }

    /// Runs real Helm in the case's namespace.
    pub async fn helm(&self, arguments: &[&str]) -> Ran {
        self.run_in_namespace(helm(), arguments).await
    }

    /// Runs another program that takes `--namespace` in the case's namespace.
    pub async fn run_in_namespace(&self, program: &Path, arguments: &[&str]) -> Ran {
        let mut all = vec!["--namespace", self.place.namespace.as_str()];
        all.extend(arguments);
        run(program, &all, self.folder.path()).await
    }
}

/// Runs a program against the sandbox.
pub async fn run(program: &Path, arguments: &[&str], folder: &Path) -> Ran {
    ended(command(program, arguments, folder).spawn().expect("the program can be started")).await
}

/// Waits until a program has ended.
pub async fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().await.expect("the program can be waited for");
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn command(program: &Path, arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(folder)
        .env("KUBECONFIG", sandbox().kubeconfig())
        .env_remove("HELMFILE_ENVIRONMENT")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Returns real Helm 4.3.1, built with Go once from the module of the oracle and kept in the user's cache folder.
pub fn helm() -> &'static Path {
    static HELM: OnceLock<PathBuf> = OnceLock::new();
    HELM.get_or_init(|| {
        built_once("helm-v4.3.1", |go, folder| {
            let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/tool");
            go.arg("build").arg("-o").arg(folder).args(["-ldflags=-s -w", "helm.sh/helm/v4/cmd/helm"]).current_dir(oracle)
        })
    })
}

/// Returns real Helm 3.22.0, built and kept as Helm 4 is.
pub fn helm_3() -> &'static Path {
    static HELM: OnceLock<PathBuf> = OnceLock::new();
    HELM.get_or_init(|| {
        let module = "helm.sh/helm/v3/cmd/helm@v3.22.0";
        built_once("helm-v3.22.0", |go, folder| go.args(["install", "-ldflags=-s -w", module]).env("GOBIN", folder).current_dir(folder))
    })
}

/// Returns a program from the user's cache folder; one that is not there is built by Go, as `helm` in a folder, first.
fn built_once(name: &str, build: impl for<'a> FnOnce(&'a mut std::process::Command, &Path) -> &'a mut std::process::Command) -> PathBuf {
    let cache = super::support::folders().cache.join("oracle");
    fs::create_dir_all(&cache).expect("the cache folder can be made");
    let path = cache.join(name);
    if !path.exists() {
        let folder = tempfile::tempdir_in(&cache).expect("a folder can be made");
        let mut go = std::process::Command::new("go");
        build(&mut go, folder.path());
        let output = go.env("CGO_ENABLED", "0").output().expect("Go is there to build Helm");
        assert!(output.status.success(), "{name} cannot be built:\n{}", String::from_utf8_lossy(&output.stderr));
        fs::rename(folder.path().join("helm"), &path).expect("the program can be put in its place");
    }
    path
}

/// Packs a chart with its `file://` dependencies, which Helm wants in `charts/`, into the case's folder; returns its path.
pub async fn built_chart(case: &StackCase, chart: &str) -> String {
    let source = Path::new(chart);
    let charts = source.parent().expect("is in a folder of charts");
    let target = case.folder.path().join("charts");
    copy(charts, &target);
    let built = target.join(source.file_name().expect("has a name")).display().to_string();
    case.helm(&["dependency", "build", &built]).await.expect(0);
    built
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("is a folder") {
        let entry = entry.expect("can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), &target).map(|_| ()).expect("can be copied")
        }
    }
}
