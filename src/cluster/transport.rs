//! What a failed connection means, read from the chain of errors of HTTP, TLS and sockets.

use super::connect::Target;
use super::error::Error;
use std::error::Error as StdError;
use std::io;

/// Returns what a failure of the transport means to the one who asked.
pub(super) fn failure(error: &kube::Error, doing: &str, target: &Target) -> Error {
    let target = target.clone();
    if let kube::Error::Auth(error) = error {
        return Error::Settings { target, reason: innermost(error) };
    }
    let reason = innermost(error);
    if find::<rustls::Error>(error).is_some() {
        return Error::Tls { target, reason };
    }
    let never_sent = find::<hyper_util::client::legacy::Error>(error).is_some_and(hyper_util::client::legacy::Error::is_connect);
    if never_sent { Error::Unreachable { target, reason } } else { Error::Broken { doing: doing.to_owned(), target, reason } }
}

/// Returns the text of the last error of the chain: the one that says what really happened.
pub(super) fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut last = error;
    while let Some(next) = below(last) {
        last = next;
    }
    let text = last.to_string();
    text.strip_suffix(')').and_then(|text| text.rsplit_once(" (os error ")).map_or(text.clone(), |(words, _)| words.to_lowercase())
}

fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut current = Some(error);
    while let Some(error) = current {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        current = below(error);
    }
    None
}

/// `io::Error::source` skips the error that it wraps, which is the one that matters here.
fn below<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    if let Some(wrapped) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return Some(wrapped);
    }
    error.source()
}
