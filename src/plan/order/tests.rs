//! Orders of small releases.

use super::{SubchartOrder, order};
use crate::diag::Diagnostics;
use crate::manifest::Document;
use std::fmt::Write as _;

/// A document: its template, its name, its annotations as lines of YAML.
type Object<'a> = (&'a str, &'a str, &'a [&'a str]);

const A: &str = "foo/templates/a.yaml";
const SUB: &str = "foo/charts/sub/templates/b.yaml";

fn documents(objects: &[Object<'_>]) -> Vec<Document> {
    let document = |(template, name, annotations): &Object<'_>| {
        let mut text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  annotations:\n    x: y\n");
        for annotation in *annotations {
            let _ = writeln!(text, "    {annotation}");
        }
        Document::parse(template, &text).expect("it is a document")
    };
    objects.iter().map(document).collect()
}

fn needs(of: &str, on: &str) -> std::collections::BTreeMap<String, Vec<String>> {
    [(of.to_owned(), vec![on.to_owned()])].into()
}

/// Checks the stages of a release: `UNITS = OBJECTS`, and what of the earlier ones is waited for after `<`; and what has no effect.
#[track_caller]
fn check(objects: &[Object<'_>], charts: &SubchartOrder, expected: &[&str], idle: &[&str]) {
    let order = order(&documents(objects), charts, "default").expect("there is an order");
    let names = |documents: &[usize]| documents.iter().map(|at| objects[*at].1).collect::<Vec<_>>().join(" ");
    let stages: Vec<String> = order
        .stages
        .iter()
        .map(|stage| format!("{} = {} < {}", stage.units.join(", "), names(&stage.documents), names(&stage.awaited)).trim_end().to_owned())
        .collect();
    assert_eq!(stages, expected);
    let found: Vec<&str> = order.idle.iter().map(|idle| idle.message.as_str()).collect();
    assert_eq!(found, idle);
}

#[track_caller]
fn check_refused(objects: &[Object<'_>], charts: &SubchartOrder, expected: &[&str]) {
    let problems: Diagnostics = order(&documents(objects), charts, "default").expect_err("there is no order");
    let found: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_release_without_annotations_is_one_stage() {
    check(&[(A, "a", &[]), (SUB, "b", &[])], &SubchartOrder::default(), &["objects = a b <"], &[]);
}

#[test]
fn groups_go_up_in_the_order_of_their_needs_and_what_is_in_none_comes_last() {
    let objects: &[Object<'_>] = &[
        (A, "app", &["helm.sh/resource-group: app", r#"helm.sh/depends-on/resource-groups: '["database", "queue"]'"#]),
        (A, "rest", &[]),
        (A, "db", &["helm.sh/resource-group: database"]),
        (A, "queue", &["helm.sh/resource-group: queue"]),
    ];
    check(
        objects,
        &SubchartOrder::default(),
        &["foo database, foo queue = db queue <", "foo app = app < db queue", "foo = rest < app db queue"],
        &[],
    );
}

#[test]
fn a_group_that_nothing_links_to_another_comes_with_the_rest() {
    let objects: &[Object<'_>] = &[
        (A, "alone", &["helm.sh/resource-group: alone"]),
        (A, "one", &["helm.sh/resource-group: one"]),
        (A, "two", &["helm.sh/resource-group: two", "helm.sh/depends-on/resource-groups: '[one]'"]),
    ];
    let idle = "group `alone` of chart foo has no effect: it depends on no group, and none depends on it";
    check(objects, &SubchartOrder::default(), &["foo one = one <", "foo two = two < one", "foo alone = alone < one two"], &[idle]);
}

#[test]
fn charts_come_after_charts_with_all_that_is_in_them() {
    let objects: &[Object<'_>] = &[
        (A, "parent", &[]),
        ("foo/charts/bar/templates/x.yaml", "bar", &[]),
        ("foo/charts/mq/templates/x.yaml", "mq", &[]),
        ("foo/charts/mq/charts/deep/templates/x.yaml", "deep", &[]),
    ];
    let charts = SubchartOrder { trees: needs("foo/charts/bar", "foo/charts/mq"), own: needs("foo", "foo/charts/bar") };
    check(objects, &charts, &["foo/mq, foo/mq/deep = mq deep <", "foo/bar = bar < mq deep", "foo = parent < bar"], &[]);
}

#[test]
fn groups_of_one_chart_say_nothing_about_another() {
    let objects: &[Object<'_>] = &[
        (A, "a", &["helm.sh/resource-group: one"]),
        (A, "b", &["helm.sh/resource-group: two", "helm.sh/depends-on/resource-groups: '[one]'"]),
        (SUB, "c", &["helm.sh/resource-group: one"]),
    ];
    let idle = "group `one` of chart foo/charts/sub has no effect: it depends on no group, and none depends on it";
    check(objects, &SubchartOrder::default(), &["foo one, foo/sub one = a c <", "foo two = b < a"], &[idle]);
}

#[test]
fn weights_count_for_the_release_and_lower_ones_come_first() {
    let objects: &[Object<'_>] = &[(A, "a", &["werf.io/weight: '10'"]), (SUB, "b", &[]), (SUB, "c", &["werf.io/weight: '-1'"])];
    let expected = ["objects of weight -1 = c <", "objects = b < c", "objects of weight 10 = a < b"];
    check(objects, &SubchartOrder::default(), &expected, &[]);
}

#[test]
fn an_object_comes_after_those_that_it_names_ready_or_only_there() {
    let objects: &[Object<'_>] = &[
        (A, "a", &["werf.io/deploy-dependency-b: state=ready,kind=ConfigMap,name=b"]),
        (A, "b", &["werf.io/deploy-dependency-c: state=present,name=c,namespace=default,version=v1"]),
        (A, "c", &["werf.io/deploy-dependency-d: state=ready,name=nowhere"]),
        (A, "d", &[]),
    ];
    let idle = "`werf.io/deploy-dependency-d` of ConfigMap/c names no object of the release";
    check(objects, &SubchartOrder::default(), &["ConfigMap/c, objects = c d <", "ConfigMap/b = b <", "ConfigMap/a = a < b"], &[idle]);
}

#[test]
fn circles_are_refused_with_every_step() {
    let objects: &[Object<'_>] = &[
        (A, "a", &["helm.sh/resource-group: one", "helm.sh/depends-on/resource-groups: '[two]'"]),
        (A, "b", &["helm.sh/resource-group: two", "helm.sh/depends-on/resource-groups: '[one]'"]),
    ];
    let circle =
        "foo/templates/a.yaml (rendered):8:41: the objects of a release come after each other in a circle: foo one -> foo two -> foo one";
    check_refused(objects, &SubchartOrder::default(), &[circle]);
    let charts = SubchartOrder { trees: needs("foo/charts/sub", "foo/charts/sub2"), ..SubchartOrder::default() };
    let mut charts = charts;
    charts.trees.extend(needs("foo/charts/sub2", "foo/charts/sub"));
    let objects: &[Object<'_>] = &[(SUB, "a", &[]), ("foo/charts/sub2/templates/x.yaml", "b", &[])];
    check_refused(objects, &charts, &["the objects of a release come after each other in a circle: foo/sub -> foo/sub2 -> foo/sub"]);
}

#[test]
fn unknown_groups_and_unreadable_annotations_are_refused_all_at_once() {
    let objects: &[Object<'_>] = &[
        (A, "a", &["helm.sh/resource-group: one", "helm.sh/depends-on/resource-groups: '[tow]'"]),
        (A, "b", &["helm.sh/resource-group: two", "helm.sh/depends-on/resource-groups: two"]),
        (A, "c", &["werf.io/weight: heavy"]),
        (A, "d", &["werf.io/deploy-dependency-x: state=gone,name=a"]),
        (A, "e", &[r#"helm.sh/readiness-success: '["succeeded == 1"]'"#, "helm.sh/readiness-failure: '[]'"]),
    ];
    let expected = [
        "foo/templates/a.yaml (rendered):8:41: annotation `helm.sh/depends-on/resource-groups` of ConfigMap/b cannot be read: two",
        "foo/templates/a.yaml (rendered):7:21: annotation `werf.io/weight` of ConfigMap/c cannot be read: heavy",
        "foo/templates/a.yaml (rendered):7:34: annotation `werf.io/deploy-dependency-x` of ConfigMap/d cannot be read: state=gone,name=a",
        "foo/templates/a.yaml (rendered):7:32: annotation `helm.sh/readiness-success` of ConfigMap/e cannot be read: `succeeded == 1` does not begin with a path in braces; write it as {.path} OPERATOR VALUE",
        "foo/templates/a.yaml (rendered):8:41: ConfigMap/a depends on resource group `tow`, which no object of chart foo is in",
    ];
    check_refused(objects, &SubchartOrder::default(), &expected);
}

#[test]
fn one_readiness_annotation_alone_has_no_effect() {
    let idle =
        "`helm.sh/readiness-failure` of ConfigMap/a has no effect without `helm.sh/readiness-success`; kstatus says when it is ready";
    check(&[(A, "a", &["helm.sh/readiness-failure: '[]'"])], &SubchartOrder::default(), &["objects = a <"], &[idle]);
}
