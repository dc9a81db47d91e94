//! Certificates against Go's crypto/x509, byte for byte: `tests/oracle/certificates/main.go` makes the expectations.

use serde_json::Value as Json;
use stackwright::template::x509::{self, Authority, PrivateKey, Request};
use std::fs;
use std::path::Path;

fn read(name: &str) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/certificates").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn texts(list: &Json) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

fn serial(text: &str) -> [u8; 16] {
    let bytes: Vec<u8> = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    bytes.try_into().unwrap()
}

#[test]
fn certificates_are_those_that_go_makes() {
    let (requests, expected) = (read("requests.json"), read("expected.json"));
    assert_eq!(requests.len(), expected.len());
    for (index, wanted) in requests.iter().enumerate() {
        let request = Request {
            common_name: wanted["name"].as_str().unwrap(),
            addresses: texts(&wanted["ips"]).iter().map(|ip| ip.parse().unwrap()).collect(),
            dns_names: texts(&wanted["dns"]),
            days_valid: wanted["days"].as_i64().unwrap(),
            is_authority: wanted["authority"].as_bool().unwrap(),
            serial: serial(wanted["serial"].as_str().unwrap()),
            now: i128::from(wanted["now"].as_i64().unwrap()) * 1_000_000_000,
        };
        let key = PrivateKey::parse_pem(wanted["key"].as_str().unwrap()).unwrap();
        let made = match wanted["signer"].as_u64() {
            None => x509::self_signed(&request, &key),
            Some(signer) => {
                let signer = signer as usize;
                let authority =
                    Authority { certificate: expected[signer].as_str().unwrap(), key: requests[signer]["key"].as_str().unwrap() };
                x509::signed(&request, &key, authority)
            }
        };
        assert_eq!(made.unwrap(), expected[index].as_str().unwrap(), "request {index}");
    }
}
