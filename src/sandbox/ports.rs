//! Free ports on loopback.

use super::error::Error;
use std::net::{Ipv4Addr, TcpListener};

/// Ports below the ranges from which operating systems take the ports of outgoing connections: those can be taken between our look and
/// the server's start, by the servers' own connections to each other.
const FIRST: u16 = 20_000;
const LAST: u16 = 31_999;

/// The ports of one sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// etcd for its clients.
    pub etcd: u16,
    /// etcd for its peers, of which there are none.
    pub etcd_peer: u16,
    /// kube-apiserver.
    pub api_server: u16,
}

impl Ports {
    /// Finds free ports; a random start keeps sandboxes that come up at the same moment apart.
    ///
    /// # Errors
    /// `NoPort` when there are none.
    pub fn find() -> Result<Self, Error> {
        let random = getrandom::u32().unwrap_or_else(|_| std::process::id());
        let count = u32::from(LAST - FIRST) + 1;
        let candidates = (0..count).map(|step| FIRST + ((random.wrapping_add(step)) % count) as u16);
        // Every listener is held until all ports are found, so that none is found twice.
        let mut held = Vec::new();
        for port in candidates {
            if let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
                held.push((port, listener));
                if let [etcd, etcd_peer, api_server] = &held[..] {
                    return Ok(Ports { etcd: etcd.0, etcd_peer: etcd_peer.0, api_server: api_server.0 });
                }
            }
        }
        Err(Error::NoPort)
    }
}
