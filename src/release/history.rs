//! What the revisions of a release mean together.

use super::codec::{decode, decode_summary, unpack};
use super::error::Error;
use super::name::is_system_label;
use super::record::Record;
use super::status::Status;
use super::summary::Summary;
use crate::cluster::StoredRecord;

/// The revisions of one release, oldest first. Revision and status come from labels, so that only what is looked at is unpacked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    entries: Vec<Entry>,
}

/// One revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The revision, from 1.
    pub revision: u32,
    /// Its status.
    pub status: Status,
    stored: StoredRecord,
}

impl From<StoredRecord> for Entry {
    fn from(stored: StoredRecord) -> Entry {
        Entry { revision: stored.revision(), status: Status::of_word(stored.status()), stored }
    }
}

impl Entry {
    /// Unpacks the record, with the user's labels.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn record(&self) -> Result<Record, Error> {
        let mut record = decode(&self.stored.payload).map_err(|error| self.damaged(&error))?;
        let own = self.stored.labels.iter().filter(|(label, _)| !is_system_label(label));
        record.labels = own.map(|(label, value)| (label.clone(), value.clone())).collect();
        Ok(record)
    }

    /// Unpacks what a list shows.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn summary(&self) -> Result<Summary, Error> {
        decode_summary(&self.stored.payload).map_err(|error| self.damaged(&error))
    }

    /// Unpacks the JSON of the record.
    ///
    /// # Errors
    /// The record is damaged.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        unpack(&self.stored.payload).map_err(|error| self.damaged(&error))
    }

    /// Returns the record as it is stored.
    pub fn stored(&self) -> &StoredRecord {
        &self.stored
    }

    /// Returns the error that names the object which holds the record.
    pub fn damaged(&self, error: &Error) -> Error {
        let reason = match error {
            Error::Damaged { reason } => reason.clone(),
            other => other.to_string(),
        };
        Error::DamagedObject {
            namespace: self.stored.namespace.clone(),
            object: format!("{} {}", self.stored.driver.kind(), self.stored.object),
            reason,
        }
    }
}

impl History {
    /// Orders the records of one release.
    pub fn of(records: impl IntoIterator<Item = StoredRecord>) -> History {
        let mut entries: Vec<Entry> = records.into_iter().map(Entry::from).collect();
        entries.sort_by_key(|entry| entry.revision);
        History { entries }
    }

    /// Returns the revisions, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns a revision.
    pub fn revision(&self, revision: u32) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.revision == revision)
    }

    /// Returns the highest revision.
    pub fn last(&self) -> Option<&Entry> {
        self.entries.last()
    }

    /// Returns the highest revision with status deployed.
    pub fn deployed(&self) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.status == Status::Deployed)
    }

    /// Returns what an upgrade starts from: the last revision if it is deployed, else the last deployed one, else the last one if it
    /// failed or was superseded.
    ///
    /// Rule: helm pkg/action/upgrade.go (`prepareUpgrade`).
    pub fn current(&self) -> Option<&Entry> {
        self.deployed().or_else(|| self.last().filter(|entry| matches!(entry.status, Status::Failed | Status::Superseded)))
    }

    /// Returns the last revision where it is pending: somebody is at work on the release, or was interrupted.
    pub fn pending(&self) -> Option<&Entry> {
        self.last().filter(|entry| entry.status.is_pending())
    }

    /// Says whether the release is installed: there is a revision, and the last is not uninstalled.
    pub fn is_installed(&self) -> bool {
        self.last().is_some_and(|entry| entry.status != Status::Uninstalled)
    }

    /// Says whether an apply installs the release: it is not there, or no revision of it was ever good. An install that failed or was
    /// cut off is continued as one, so that its hooks run.
    pub fn needs_install(&self) -> bool {
        !self.is_installed() || self.last_good().is_none()
    }

    /// Returns what a failed upgrade rolls back to: the highest revision that is or was deployed.
    ///
    /// Rule: helm pkg/action/upgrade.go (`failRelease`).
    pub fn last_good(&self) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| matches!(entry.status, Status::Superseded | Status::Deployed))
    }

    /// Returns the number of the next revision.
    pub fn next_revision(&self) -> u32 {
        self.last().map_or(1, |entry| entry.revision + 1)
    }

    /// Returns the revisions to delete so that, with the next one, no more than `limit` are kept: the oldest first, never the last
    /// deployed one. 0 is no limit.
    ///
    /// Rule: helm pkg/storage/storage.go (`removeLeastRecent`).
    pub fn to_prune(&self, limit: usize) -> Vec<u32> {
        if limit == 0 {
            return Vec::new();
        }
        let surplus = (self.entries.len() + 1).saturating_sub(limit);
        let deployed = self.deployed().map(|entry| entry.revision);
        let others = self.entries.iter().map(|entry| entry.revision).filter(|revision| Some(*revision) != deployed);
        others.take(surplus).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{History, StoredRecord};
    use crate::cluster::Driver;

    fn history(statuses: &[(u32, &str)]) -> History {
        let record = |(revision, status): &(u32, &str)| StoredRecord {
            driver: Driver::default(),
            namespace: "shop".to_owned(),
            object: format!("sh.helm.release.v1.web.v{revision}"),
            labels: [("version".to_owned(), revision.to_string()), ("status".to_owned(), (*status).to_owned())].into(),
            resource_version: String::new(),
            payload: Vec::new(),
        };
        History::of(statuses.iter().map(record))
    }

    #[test]
    fn revisions_are_ordered_by_number_not_by_name() {
        let history = history(&[(1, "superseded"), (10, "deployed"), (2, "superseded")]);
        assert_eq!(history.last().map(|entry| entry.revision), Some(10));
        assert_eq!(history.next_revision(), 11);
    }

    #[test]
    fn an_upgrade_starts_from_the_last_deployed_revision() {
        let current = |statuses: &[(u32, &str)]| history(statuses).current().map(|entry| entry.revision);
        assert_eq!(current(&[(1, "superseded"), (2, "deployed"), (3, "failed")]), Some(2));
        assert_eq!(current(&[(1, "superseded"), (2, "failed")]), Some(2));
        assert_eq!(current(&[(1, "uninstalled")]), None);
        assert_eq!(current(&[]), None);
    }

    #[test]
    fn a_pending_last_revision_is_noticed() {
        assert!(history(&[(1, "deployed"), (2, "pending-upgrade")]).pending().is_some());
        assert!(history(&[(1, "pending-install"), (2, "deployed")]).pending().is_none());
    }

    #[test]
    fn what_was_never_good_is_installed_again() {
        let needs_install = |statuses: &[(u32, &str)]| history(statuses).needs_install();
        assert!(needs_install(&[]));
        assert!(needs_install(&[(1, "failed"), (2, "pending-install")]));
        assert!(needs_install(&[(1, "uninstalled")]));
        assert!(!needs_install(&[(1, "superseded"), (2, "failed")]));
        assert!(!needs_install(&[(1, "deployed"), (2, "pending-upgrade")]));
    }

    #[test]
    fn pruning_keeps_the_deployed_revision_and_makes_room_for_the_next() {
        let many: Vec<(u32, &str)> = (1..=10).map(|revision| (revision, if revision == 2 { "deployed" } else { "failed" })).collect();
        assert_eq!(history(&many).to_prune(10), [1]);
        assert_eq!(history(&many).to_prune(8), [1, 3, 4]);
        assert_eq!(history(&many).to_prune(11), [0_u32; 0]);
        assert_eq!(history(&many).to_prune(0), [0_u32; 0]);
    }
}
