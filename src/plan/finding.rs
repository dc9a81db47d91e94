//! What is found out about a plan before it is carried out.

use crate::manifest::ObjectId;
use serde::Serialize;
use std::fmt;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Worth knowing.
    Note,
    /// Probably not meant, but it can be done.
    Warning,
    /// It will fail: nothing is written unless the finding is allowed.
    Error,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $weight:ident;)*) => {
        /// What kind of finding it is. Codes are stable: scripts name them in `--allow` and `--fail-on`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// All codes, in the order of docs/consequences.md.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// Returns the code as it is written.
            pub fn text(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// Returns how much findings of this code weigh.
            pub fn weight(self) -> Weight {
                match self { $(Code::$name => Weight::$weight,)* }
            }
        }
    };
}

codes! {
    /// The API server refuses the object: a field is wrong or unknown, or a rule of the cluster forbids it.
    Refused = "refused", Error;
    /// The API server refuses a hook that this run does not make: a test, or what a removal or rollback runs.
    RefusedLater = "refused-later", Warning;
    /// A field was to change that cannot change once the object is there.
    Immutable = "immutable", Error;
    /// The object is deleted and made again, for a field of it cannot change.
    Recreated = "recreated", Note;
    /// The namespace does not exist, and nothing in the plan makes it.
    NoNamespace = "no-namespace", Error;
    /// The object exists and belongs to somebody else.
    Owned = "owned", Error;
    /// Another field manager owns a field that would change.
    Conflict = "conflict", Error;
    /// Another field manager owns a field that would change; a rule leaves it to the manager.
    KeptField = "kept-field", Note;
    /// Another field manager owns a field that would change; a rule takes it over.
    TakenField = "taken-field", Note;
    /// An autoscaler sets the number of replicas, which is left to it.
    Autoscaled = "autoscaled", Note;
    /// Whoever runs this may not do something that the plan does.
    Forbidden = "forbidden", Error;
    /// The cluster serves no such kind, and nothing in the plan brings it.
    UnknownKind = "unknown-kind", Error;
    /// A pod refers to something that neither the plan nor the cluster has.
    MissingReference = "missing-reference", Warning;
    /// A pod waits for what neither the plan nor the cluster makes, so that it never starts.
    NeverStarts = "never-starts", Error;
    /// The same, where a controller that is at work in the namespace may make it.
    UnmadeWait = "unmade-wait", Warning;
    /// No node meets a pod's node selector.
    NoNode = "no-node", Warning;
    /// A quota of the namespace leaves no room.
    Quota = "quota", Error;
    /// A custom resource definition changes its scope, or drops a version in which objects are stored.
    UnsafeCrd = "unsafe-crd", Error;
    /// An API that a later Kubernetes version no longer serves.
    RemovedApi = "removed-api", Warning;
    /// The server warns of something in an object that it takes.
    ServerWarning = "server-warning", Warning;
    /// The release's record would be larger than the API server takes.
    RecordTooLarge = "record-too-large", Error;
    /// An annotation asks for an order and has no effect.
    OrderIgnored = "order-ignored", Warning;
    /// A webhook does not allow dry runs, so the object could not be tried.
    NotTried = "not-tried", Note;
    /// A rule of a custom resource definition that the plan brings could not be worked out here.
    UncheckedRule = "unchecked-rule", Note;
    /// The object was tried in another namespace, for its own is made by the plan.
    StandIn = "stand-in", Note;
    /// The pods of a workload are replaced.
    Rolls = "rolls", Note;
    /// Data goes, or is left behind.
    DataLoss = "data-loss", Warning;
    /// Something is no longer reachable, no longer runs, or can no longer be moved.
    Outage = "outage", Warning;
    /// An image or a chart becomes older.
    Downgrade = "downgrade", Warning;
}

impl Code {
    /// Returns the code of this text.
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.text() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text())
    }
}

/// Something that was found out about a plan. No text of it holds the value of a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of finding it is.
    pub code: Code,
    /// The release, by its index in the plan.
    pub release: usize,
    /// The object that it is about.
    pub object: Option<ObjectId>,
    /// The field, as `spec.template.spec.nodeSelector`.
    pub field: Option<String>,
    /// The template file that made the object.
    pub template: Option<String>,
    /// Where the field was made, as `templates/x.yaml:12`, and from which value; filled in where that is known.
    pub place: Option<String>,
    /// What of another object made the field another, where it is a checksum.
    pub cause: Option<Box<Cause>>,
    /// What was found.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// What of another object explains a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// The object.
    pub object: ObjectId,
    /// The template that makes it.
    pub template: String,
    /// Its field, as `explain` takes it: `data.web\.conf`.
    pub field: String,
    /// The lines of the field that are new; none where all of it counts, as in a Secret.
    pub lines: Vec<String>,
}

impl Finding {
    /// Makes a finding about a release.
    pub fn new(code: Code, release: usize, message: impl Into<String>) -> Finding {
        Finding { code, release, object: None, field: None, template: None, place: None, cause: None, message: message.into(), help: None }
    }

    /// Names the object that it is about, and the template that made it.
    #[must_use]
    pub fn of_object(self, object: &ObjectId, template: &str) -> Finding {
        Finding { object: Some(object.clone()), template: (!template.is_empty()).then(|| template.to_owned()), ..self }
    }

    /// Names the field that it is about.
    #[must_use]
    pub fn of_field(self, field: impl Into<String>) -> Finding {
        Finding { field: Some(field.into()), ..self }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Finding {
        Finding { help: Some(help.into()), ..self }
    }
}
