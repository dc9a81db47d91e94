//! The nodes of a sandbox: how many of which class, with which labels.

use super::error::Error;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The largest number of nodes.
pub(super) const MOST_NODES: usize = 2000;

/// Says of which class a node is.
pub const CLASS_LABEL: &str = "sandbox.stackwright.dev/class";

/// Classes whose nodes carry labels by which charts choose nodes; the `enabled` ones are those of openstack-helm.
const CLASSES: [(&str, &[&str]); 4] = [
    ("control", &["openstack-control-plane", "openvswitch", "linuxbridge", "ceph-mon", "ceph-mgr", "ceph-mds", "ceph-rgw"]),
    ("compute", &["openstack-compute-node", "openstack-node", "openvswitch", "linuxbridge", "sriov"]),
    ("network", &["openstack-network-node", "openvswitch", "linuxbridge", "l3-agent", "dhcp-agent", "ovn-gateway"]),
    ("storage", &["ceph-osd", "ceph-rbd-mirror", "rook-ceph"]),
];

/// The class that does the work of classes that are not there.
const CONTROL: &str = "control";

/// How many nodes of which class: `3` for nodes that do everything, or `control=3,compute=190,network=4`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nodes(Vec<Group>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Group {
    /// Nothing for nodes that do everything.
    class: Option<String>,
    count: usize,
}

/// A node to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NodePlan {
    /// `node-1`, or the class and a number.
    pub(super) name: String,
    /// The class, where it has one.
    pub(super) class: Option<String>,
    /// Labels that are `enabled`.
    pub(super) enabled: Vec<&'static str>,
    /// Whether it is called a node of the control plane.
    pub(super) is_control_plane: bool,
}

impl Nodes {
    /// Asks for nodes that do everything.
    pub fn all_in_one(count: usize) -> Self {
        Nodes(vec![Group { class: None, count }])
    }

    /// Returns how many there are.
    pub fn count(&self) -> usize {
        self.0.iter().map(|group| group.count).sum()
    }

    /// Checks what the types cannot say.
    pub(super) fn check(&self) -> Result<(), Error> {
        let nodes = self.count();
        if (1..=MOST_NODES).contains(&nodes) { Ok(()) } else { Err(Error::InvalidNodes { nodes, most: MOST_NODES }) }
    }

    /// Returns the nodes, those of a class after another.
    pub(super) fn plans(&self) -> Vec<NodePlan> {
        let has = |class: &str| self.0.iter().any(|group| group.count > 0 && group.class.as_deref() == Some(class));
        let plans = |group: &Group| {
            let enabled = enabled(group.class.as_deref(), &has);
            let name = group.class.clone().unwrap_or_else(|| "node".to_owned());
            let is_control = |number: usize| group.class.as_deref().map_or(number == 1, |class| class == CONTROL);
            let plan = |number: usize| NodePlan {
                name: format!("{name}-{number}"),
                class: group.class.clone(),
                enabled: enabled.clone(),
                is_control_plane: is_control(number),
            };
            (1..=group.count).map(plan).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(plans).collect()
    }
}

/// Returns the labels of a class. Nodes without a class do everything, and those of the control plane what no class is there for.
fn enabled(class: Option<&str>, has: &impl Fn(&str) -> bool) -> Vec<&'static str> {
    let is_of = |name: &str| match class {
        None => true,
        Some(CONTROL) => name == CONTROL || !has(name),
        Some(class) => name == class,
    };
    let mut labels: Vec<&str> = CLASSES.iter().filter(|(name, _)| is_of(name)).flat_map(|(_, labels)| labels.iter().copied()).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

impl FromStr for Nodes {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let invalid = || Error::InvalidNodeList { text: text.to_owned() };
        if let Ok(count) = text.parse() {
            let nodes = Nodes::all_in_one(count);
            return nodes.check().map(|()| nodes);
        }
        let mut groups: Vec<Group> = Vec::new();
        for part in text.split(',') {
            let (class, count) = part.split_once('=').ok_or_else(invalid)?;
            let is_word = class.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
            let is_label = is_word && class.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase()) && !class.ends_with('-');
            let is_new = groups.iter().all(|group| group.class.as_deref() != Some(class));
            if !is_label || class.len() > 40 || !is_new {
                return Err(invalid());
            }
            groups.push(Group { class: Some(class.to_owned()), count: count.parse().map_err(|_| invalid())? });
        }
        let nodes = Nodes(groups);
        nodes.check().map(|()| nodes)
    }
}

impl fmt::Display for Nodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, group) in self.0.iter().enumerate() {
            let comma = if at > 0 { "," } else { "" };
            match &group.class {
                Some(class) => write!(f, "{comma}{class}={}", group.count)?,
                None => write!(f, "{comma}{}", group.count)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&[&str]>) {
        let nodes: Option<Nodes> = text.parse().ok();
        assert_eq!(nodes.as_ref().map(ToString::to_string).as_deref(), expected.map(|_| text));
        let names: Option<Vec<String>> = nodes.map(|nodes| nodes.plans().into_iter().map(|plan| plan.name).collect());
        assert_eq!(names.as_deref(), expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).as_deref());
    }

    #[test]
    fn a_number_or_classes_with_numbers() {
        check("2", Some(&["node-1", "node-2"]));
        check("control=1,compute=2,gpu=1", Some(&["control-1", "compute-1", "compute-2", "gpu-1"]));
        check("0", None);
        check("control=0", None);
        check("2001", None);
        check("control", None);
        check("control=x", None);
        check("control=1,control=2", None);
        check("Control=1", None);
        check("a_b=1", None);
        check("=1", None);
        check("", None);
    }

    #[test]
    fn the_control_plane_does_what_no_class_is_there_for() {
        let labels = |text: &str, name: &str| {
            let nodes: Nodes = text.parse().expect("it is a list");
            nodes.plans().into_iter().find(|plan| plan.name == name).expect("it is there").enabled
        };
        assert!(labels("3", "node-2").contains(&"openstack-compute-node"));
        let control = labels("control=1,compute=1", "control-1");
        assert!(
            control.contains(&"l3-agent") && control.contains(&"ceph-osd") && !control.contains(&"openstack-compute-node"),
            "{control:?}"
        );
        assert!(!labels("control=1,network=1", "control-1").contains(&"l3-agent"));
        assert_eq!(labels("control=1,gpu=1", "gpu-1"), [""; 0]);
        let compute = labels("control=1,compute=1", "compute-1");
        assert_eq!(compute, ["linuxbridge", "openstack-compute-node", "openstack-node", "openvswitch", "sriov"]);
    }
}
