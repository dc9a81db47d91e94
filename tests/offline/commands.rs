//! The chart commands against the real Helm: `tests/oracle/commands/cases.txt`, and `expected/CASE.out`, what Helm printed. And
//! what only ours do: places, JSON, archives.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_stackwright");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/commands")
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).arg("chart").args(arguments).current_dir(folder).env_clear().output().expect("the program starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Returns standard output, lint's last line on standard error and the exit code, as `generate.sh` writes them.
fn shown(output: &Output) -> String {
    let out = text(&output.stdout).replace(&format!("{}/charts/", folder().display()), "");
    let err = text(&output.stderr);
    let summary: String = err.lines().filter(|line| line.contains("chart(s) linted")).map(|line| format!("{line}\n")).collect();
    format!("{out}--- stderr\n{summary}--- exit {}\n", output.status.code().unwrap_or(-1))
}

#[test]
fn commands_print_what_helm_prints() {
    let cases = fs::read_to_string(folder().join("cases.txt")).expect("the cases are there");
    let (mut failures, mut count) = (String::new(), 0);
    for line in cases.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let expected = fs::read(folder().join("expected").join(format!("{}.out", fields[0]))).expect("generate.sh has run");
        let found = shown(&run(&folder().join("charts"), &fields[1..]));
        count += 1;
        if found != text(&expected) {
            let _ = writeln!(failures, "{}:\n{found}", fields[0]);
        }
    }
    assert!(count > 30, "only {count} cases were found");
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn lint_shows_where_and_how_to_mend() {
    let output = run(&folder().join("charts"), &["lint", "--places", "always", "else", "twice"]);
    let out = text(&output.stdout);
    assert!(out.contains("--> else/templates/a.yaml:5:"), "{out}");
    assert!(
        out.contains("help: no if, with, range, define or block is open here: the if of line 2 was closed by the end of line 4"),
        "{out}"
    );
    assert!(out.contains("--> twice/Chart.yaml:4:1"), "{out}");
}

#[test]
fn lint_as_json_has_file_line_and_column() {
    let output = run(&folder().join("charts"), &["lint", "-o", "json", "else"]);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it is JSON");
    let messages = json["charts"][0]["messages"].as_array().expect("a list");
    let message = messages.iter().find(|message| message["severity"] == "error").expect("the else is an error");
    assert_eq!(message["file"], "else/templates/a.yaml");
    assert_eq!(message["line"], 5);
    assert_eq!((json["linted"].as_u64(), json["failed"].as_u64()), (Some(1), Some(1)));
}

#[test]
fn a_new_chart_is_linted_packaged_and_rendered() {
    let work = tempfile::tempdir().expect("a folder can be made");
    let good = |arguments: &[&str]| {
        let output = run(work.path(), arguments);
        assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
        output.stdout
    };
    good(&["create", "demo"]);
    good(&["lint", "--strict", "demo"]);
    good(&["package", "demo", "--version", "1.2.3", "-d", "one"]);
    good(&["package", "demo", "--version", "1.2.3", "-d", "two"]);
    let archive = |folder: &str| fs::read(work.path().join(folder).join("demo-1.2.3.tgz")).expect("it was written");
    assert_eq!(archive("one"), archive("two"), "the same chart gives the same bytes");
    let rendered = |chart: &str| text(&good(&["template", "r", chart])).replace("demo-1.2.3", "demo-0.1.0");
    assert_eq!(rendered("one/demo-1.2.3.tgz"), rendered("demo"));
    assert!(rendered("demo").contains("image: \"nginx:1.16.0\""));
}

#[test]
fn a_starter_gets_the_name_of_the_new_chart() {
    let work = tempfile::tempdir().expect("a folder can be made");
    let starter = work.path().join("starter");
    fs::create_dir_all(starter.join("templates")).expect("a folder can be made");
    fs::write(starter.join("Chart.yaml"), "apiVersion: v2\nname: starter\nversion: 9.9.9\n").expect("can be written");
    fs::write(starter.join("values.yaml"), "# of <CHARTNAME>\nname: <CHARTNAME>\n").expect("can be written");
    fs::write(starter.join("templates/a.yaml"), "a: <CHARTNAME>\n").expect("can be written");
    let output = run(work.path(), &["create", "new", "-p", &starter.to_string_lossy()]);
    assert_eq!(text(&output.stdout), "Creating new\n", "{}", text(&output.stderr));
    let read = |name: &str| fs::read_to_string(work.path().join("new").join(name)).expect("it was written");
    assert_eq!(read("values.yaml"), "# of new\nname: new\n");
    assert_eq!(read("templates/a.yaml"), "a: new\n");
    assert!(read("Chart.yaml").contains("name: new\ntype: application\nversion: 0.1.0\n"));
}

#[test]
fn what_helm_signed_is_verified_and_what_was_changed_is_not() {
    let provenance = folder().join("provenance");
    for key in ["rsa", "ed25519", "nistp256", "locked"] {
        let archive = format!("else-1.0.0-{key}.tgz");
        let output = run(&provenance, &["verify", "--keyring", "public.gpg", &archive]);
        let expected = fs::read_to_string(provenance.join(format!("{key}.out"))).expect("provenance.sh has run");
        assert_eq!(text(&output.stdout), expected, "{}", text(&output.stderr));
    }
    let work = tempfile::tempdir().expect("a folder can be made");
    let archive = work.path().join("else-1.0.0-rsa.tgz");
    let mut bytes = fs::read(provenance.join("else-1.0.0-rsa.tgz")).expect("it is there");
    bytes.push(0);
    fs::write(&archive, bytes).expect("can be written");
    fs::copy(provenance.join("else-1.0.0-rsa.tgz.prov"), work.path().join("else-1.0.0-rsa.tgz.prov")).expect("can be written");
    let output = run(&provenance, &["verify", "--keyring", "public.gpg", &archive.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("sha256 sum does not match for else-1.0.0-rsa.tgz"), "{}", text(&output.stderr));
}

#[test]
fn what_is_signed_here_is_verified() {
    let work = tempfile::tempdir().expect("a folder can be made");
    let provenance = folder().join("provenance");
    let chart = folder().join("charts/else").to_string_lossy().into_owned();
    let destination = work.path().to_string_lossy().into_owned();
    for key in ["rsa", "ed25519", "nistp256", "locked"] {
        let signing = ["--sign", "--key", key, "--keyring", "secret.gpg", "--passphrase-file", "passphrase", "-d", &destination];
        let arguments = [&["package", chart.as_str()], &signing[..]].concat();
        let output = run(&provenance, &arguments);
        assert!(output.status.success(), "{key}: {}", text(&output.stderr));
        let archive = work.path().join("else-0.1.0.tgz");
        let output = run(&provenance, &["verify", "--keyring", "public.gpg", &archive.to_string_lossy()]);
        assert!(text(&output.stdout).starts_with(&format!("Signed by: {key} <{key}@example.com>\n")), "{}", text(&output.stderr));
    }
}
