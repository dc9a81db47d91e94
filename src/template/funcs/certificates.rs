//! sprig's functions on keys and certificates, and the certificate as templates see it.

use super::arguments::{Returned, any, bytes, int, string};
use super::encoding::decode_base64;
use super::memo::remembered;
use super::random::{Generator, random};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::limits::{HASH, RSA_KEY, STEP};
use crate::template::x509::{self, Authority, PrivateKey, Request};
use crate::value::{Map, Object, Str, Value, display};
use std::any::Any;
use std::net::IpAddr;
use std::sync::Arc;

const CERTIFICATE: Ty = Ty::Named("sprig.certificate");

/// The functions of this family.
pub static FAMILY: [Function; 8] = [
    Function::pure("buildCustomCert", &[Ty::Str, Ty::Str], build_custom_cert),
    random("genCA", &[Ty::Str, Ty::Int], |call, args| {
        let key = new_key(call, args)?;
        self_signed(call, &Arguments { ips: &Value::Nil, dns: &Value::Nil, ..Arguments::of(args, 1) }, &key, true)
    }),
    random("genCAWithKey", &[Ty::Str, Ty::Int, Ty::Str], |call, args| {
        let key = given_key(args, 2)?;
        self_signed(call, &Arguments { ips: &Value::Nil, dns: &Value::Nil, ..Arguments::of(args, 1) }, &key, true)
    }),
    random("genPrivateKey", &[Ty::Str], gen_private_key),
    random("genSelfSignedCert", &[Ty::Str, Ty::List, Ty::List, Ty::Int], |call, args| {
        let key = new_key(call, args)?;
        self_signed(call, &Arguments::of(args, 3), &key, false)
    }),
    random("genSelfSignedCertWithKey", &[Ty::Str, Ty::List, Ty::List, Ty::Int, Ty::Str], |call, args| {
        let key = given_key(args, 4)?;
        self_signed(call, &Arguments::of(args, 3), &key, false)
    }),
    random("genSignedCert", &[Ty::Str, Ty::List, Ty::List, Ty::Int, CERTIFICATE], |call, args| {
        let key = new_key(call, args)?;
        signed(call, args, &key)
    }),
    random("genSignedCertWithKey", &[Ty::Str, Ty::List, Ty::List, Ty::Int, CERTIFICATE, Ty::Str], |call, args| {
        let key = given_key(args, 5)?;
        signed(call, args, &key)
    }),
];

/// A `sprig.certificate`: the certificate and its private key, both as PEM.
#[derive(Debug)]
struct Certificate {
    certificate: String,
    key: String,
}

impl Object for Certificate {
    fn type_name(&self) -> String {
        "sprig.certificate".into()
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(self.certificate.as_str().into()),
            "Key" => Some(self.key.as_str().into()),
            _ => None,
        }
    }

    fn display(&self) -> String {
        format!("{{{} {}}}", self.certificate, self.key)
    }

    fn json(&self) -> Value {
        [("Cert", self.certificate.as_str()), ("Key", self.key.as_str())].into_iter().collect::<Map>().into()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Returns a certificate with the parts that `settle` has others for; nothing where that is none, or where it is something else.
pub fn settled(object: &dyn Object, settle: impl Fn(&'static str, &Str) -> Option<Str>) -> Option<Value> {
    let Certificate { certificate, key } = object.as_any().downcast_ref()?;
    let (other_certificate, other_key) = (settle("Cert", &certificate.as_str().into()), settle("Key", &key.as_str().into()));
    if other_certificate.is_none() && other_key.is_none() {
        return None;
    }
    let or = |other: Option<Str>, own: &String| other.map_or_else(|| own.clone(), |text| text.to_text().into_owned());
    let settled = Certificate { certificate: or(other_certificate, certificate), key: or(other_key, key) };
    Some(Value::Object(Arc::new(settled)))
}

/// A kind of key that nobody knows is told as the result.
fn gen_private_key(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    const BITS: usize = 4096;
    let kind = bytes(args, 0);
    let make: fn(&mut Generator) -> Result<PrivateKey, x509::Error> = match kind {
        b"" | b"rsa" => |generator| PrivateKey::generate_rsa(&mut generator.0, BITS),
        b"dsa" => |generator| Ok(PrivateKey::generate_dsa(&mut generator.0)),
        b"ecdsa" => |generator| Ok(PrivateKey::generate_p256(&mut generator.0)),
        b"ed25519" => |generator| Ok(PrivateKey::generate_ed25519(&mut generator.0)),
        _ => return string([b"Unknown type ", kind].concat()),
    };
    call.spend(if matches!(kind, b"ecdsa" | b"ed25519") { STEP } else { 8 * RSA_KEY })?;
    let seed = call.draw("", args);
    let made = remembered(&[b"genPrivateKey", &seed, kind], || make(&mut Generator::seeded(seed)).map(|key| key.to_pem()));
    string(made.unwrap_or_else(|error| error.to_string()))
}

/// Makes the RSA key of a certificate.
fn new_key(call: &mut Call<'_, '_>, args: &[Value]) -> Result<PrivateKey, Fault> {
    const BITS: usize = 2048;
    call.spend(RSA_KEY)?;
    let seed = call.draw("key", args);
    let pem = remembered(&[b"certificate", &seed], || {
        let key = PrivateKey::generate_rsa(&mut Generator::seeded(seed).0, BITS);
        key.map(|key| key.to_pem()).map_err(|error| Fault::new(format!("error generating rsa key: {error}")))
    })?;
    PrivateKey::parse_pem(&pem).map_err(fault)
}

fn given_key(args: &[Value], at: usize) -> Result<PrivateKey, Fault> {
    let pem = String::from_utf8_lossy(bytes(args, at));
    PrivateKey::parse_pem(&pem).map_err(|error| Fault::new(format!("parsing private key: {error}")))
}

fn fault(error: x509::Error) -> Fault {
    Fault::new(error.to_string())
}

/// The arguments that say what goes into a certificate.
struct Arguments<'a> {
    all: &'a [Value],
    name: &'a [u8],
    ips: &'a Value,
    dns: &'a Value,
    days: i64,
}

impl<'a> Arguments<'a> {
    fn of(args: &'a [Value], days_at: usize) -> Arguments<'a> {
        Arguments { all: args, name: bytes(args, 0), ips: any(args, 1), dns: any(args, 2), days: int(args, days_at) }
    }

    fn request<T>(
        &self,
        call: &mut Call<'_, '_>,
        is_authority: bool,
        make: impl FnOnce(&Request<'_>) -> Result<T, x509::Error>,
    ) -> Result<T, Fault> {
        let addresses = items(self.ips).map(address).collect::<Result<_, _>>()?;
        let dns_names: Vec<String> = items(self.dns).map(dns_name).collect::<Result<_, _>>()?;
        let common_name =
            std::str::from_utf8(self.name).map_err(|_| Fault::new("error creating certificate: asn1: string not valid UTF-8"))?;
        // Signing with a large key takes about as long as hashing a password.
        call.spend(HASH)?;
        let request = Request {
            common_name,
            addresses,
            dns_names: dns_names.iter().map(String::as_str).collect(),
            days_valid: self.days,
            is_authority,
            serial: Generator::seeded(call.draw("serial number", self.all)).bytes(),
            now: call.effects().now(),
        };
        make(&request).map_err(fault)
    }
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_list().map_or(&[][..], |list| list.items()).iter()
}

fn address(item: &Value) -> Result<IpAddr, Fault> {
    let Value::Str(text) = item else {
        return Err(Fault::new(format!("error parsing ip: {} is not a string", display(item))));
    };
    let text = text.to_text();
    text.parse().map_err(|_| Fault::new(format!("error parsing ip: {text}")))
}

fn dns_name(item: &Value) -> Result<String, Fault> {
    match item {
        Value::Str(text) => Ok(text.to_text().into_owned()),
        other => Err(Fault::new(format!("error processing alternate dns name: {} is not a string", display(other)))),
    }
}

fn object(certificate: String, key: &PrivateKey) -> Value {
    Value::Object(Arc::new(Certificate { certificate, key: key.to_pem() }))
}

fn self_signed(call: &mut Call<'_, '_>, arguments: &Arguments<'_>, key: &PrivateKey, is_authority: bool) -> Returned {
    arguments.request(call, is_authority, |request| x509::self_signed(request, key)).map(|certificate| object(certificate, key))
}

fn signed(call: &mut Call<'_, '_>, args: &[Value], key: &PrivateKey) -> Returned {
    let authority = match any(args, 4) {
        Value::Object(object) => object.as_any().downcast_ref::<Certificate>(),
        _ => None,
    };
    let (certificate, own_key) = authority.map_or(("", ""), |authority| (&authority.certificate, &authority.key));
    let authority = Authority { certificate, key: own_key };
    let made = Arguments::of(args, 3).request(call, false, |request| x509::signed(request, key, authority))?;
    Ok(object(made, key))
}

/// Takes a certificate and its key in base 64.
fn build_custom_cert(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let decode = |at, what: &str| {
        let decoded = decode_base64(bytes(args, at)).map_err(|_| Fault::new(format!("unable to decode base64 {what}")))?;
        Ok::<_, Fault>(String::from_utf8_lossy(&decoded).into_owned())
    };
    let (certificate, key) = (decode(0, "certificate")?, decode(1, "private key")?);
    x509::check_certificate(&certificate).map_err(fault)?;
    PrivateKey::parse_pem(&key).map_err(|error| Fault::new(format!("error parsing private key: {error}")))?;
    Ok(Value::Object(Arc::new(Certificate { certificate, key })))
}
