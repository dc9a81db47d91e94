//! Lives of pods, without a cluster.
