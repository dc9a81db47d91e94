//! sprig's functions on passwords and secret texts.

use super::arguments::{Returned, bytes, string};
use super::encoding::decode_base64;
use super::memo::remembered;
use super::random::{Generator, random};
use crate::template::function::{Call, Fault, Function, Ty};
use crate::template::limits::HASH;
use crate::value::Value;
use aes::Aes256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bcrypt::Version;
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The functions of this family.
pub static FAMILY: [Function; 5] = [
    random("bcrypt", &[Ty::Str], |call, args| hashed(call, args, 0).map(Value::from)),
    Function::pure("decryptAES", &[Ty::Str, Ty::Str], decrypt_aes),
    Function::pure("derivePassword", &[Ty::Uint32, Ty::Str, Ty::Str, Ty::Str, Ty::Str], derive_password),
    random("encryptAES", &[Ty::Str, Ty::Str], encrypt_aes),
    random("htpasswd", &[Ty::Str, Ty::Str], htpasswd),
];

/// Hashes one of the arguments with bcrypt at Go's default cost. A mistake is the result.
fn hashed(call: &mut Call<'_, '_>, args: &[Value], password: usize) -> Result<String, Fault> {
    const COST: u32 = 10;
    /// bcrypt takes no more.
    const LONGEST: usize = 72;
    let password = bytes(args, password);
    if password.len() > LONGEST {
        return Ok("failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".into());
    }
    call.spend(HASH)?;
    let seed = call.draw("", args);
    remembered(&[b"bcrypt", &seed, password], || {
        let salt = Generator::seeded(seed).bytes();
        let parts = bcrypt::hash_with_salt(password, COST, salt).map_err(|error| Fault::new(error.to_string()))?;
        Ok(parts.format_for_version(Version::TwoA))
    })
}

fn htpasswd(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let user = bytes(args, 0);
    if user.contains(&b':') {
        return string([b"invalid username: ", user].concat());
    }
    string([user, b":", hashed(call, args, 1)?.as_bytes()].concat())
}

const BLOCK: usize = 16;

/// The password itself is the key, cut or filled with zeros.
fn key(password: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    let length = password.len().min(key.len());
    key[..length].copy_from_slice(&password[..length]);
    key
}

/// The result is the initial vector and the encrypted text, in base 64.
fn encrypt_aes(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let text = bytes(args, 1);
    if text.is_empty() {
        return string("");
    }
    let vector: [u8; BLOCK] = Generator::of(call, args).bytes();
    let encrypted = cbc::Encryptor::<Aes256>::new(&key(bytes(args, 0)).into(), &vector.into()).encrypt_padded_vec::<Pkcs7>(text);
    string(STANDARD.encode([&vector[..], &encrypted].concat()))
}

/// Go does not check the padding: its last byte says how much is cut off.
fn decrypt_aes(_: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let encoded = bytes(args, 1);
    if encoded.is_empty() {
        return string("");
    }
    let data = decode_base64(encoded).map_err(|at| Fault::new(format!("illegal base64 data at input byte {at}")))?;
    let Some((vector, encrypted)) = data.split_first_chunk::<BLOCK>() else {
        return Err(Fault::new(format!("runtime error: slice bounds out of range [:{BLOCK}] with capacity {}", data.len())));
    };
    if encrypted.len() % BLOCK != 0 {
        return Err(Fault::new("crypto/cipher: input not full blocks"));
    }
    let decryptor = cbc::Decryptor::<Aes256>::new(&key(bytes(args, 0)).into(), vector.into());
    let text = decryptor.decrypt_padded_vec::<NoPadding>(encrypted).map_err(|error| Fault::new(error.to_string()))?;
    let Some(padding) = text.last() else { return Err(Fault::new("runtime error: index out of range [-1]")) };
    match text.len().checked_sub(usize::from(*padding)) {
        Some(length) => string(&text[..length]),
        None => Err(Fault::new(format!("runtime error: slice bounds out of range [:{}]", text.len() as i64 - i64::from(*padding)))),
    }
}

/// Derives a password as Master Password does: the same arguments give the same password.
fn derive_password(call: &mut Call<'_, '_>, args: &[Value]) -> Returned {
    let Some(Value::Int(counter, _)) = args.first() else { return Err(Fault::new("no counter")) };
    let counter = (*counter as u32).to_be_bytes();
    let (kind, password, user, site) = (bytes(args, 1), bytes(args, 2), bytes(args, 3), bytes(args, 4));
    let Some((_, templates)) = TEMPLATES.iter().find(|(name, _)| name.as_bytes() == kind) else {
        return string([b"cannot find password template ", kind].concat());
    };
    call.spend(HASH)?;
    let parts = [b"derivePassword", &counter[..], kind, password, user, site];
    remembered(&parts, || {
        let master = master_key(password, user)?;
        let seed = site_seed(&master, site, counter)?;
        let template = templates[usize::from(seed[0]) % templates.len()];
        Ok(template.bytes().zip(&seed[1..]).map(|(class, drawn)| character(class, *drawn)).collect())
    })
    .map(Value::from)
}

const NAMESPACE: &[u8] = b"com.lyndir.masterpassword";

fn salted(text: &[u8]) -> Vec<u8> {
    [NAMESPACE, &(text.len() as u32).to_be_bytes(), text].concat()
}

fn master_key(password: &[u8], user: &[u8]) -> Result<[u8; 64], Fault> {
    let mut key = [0; 64];
    let params = scrypt::Params::new(15, 8, 2).map_err(|error| Fault::new(error.to_string()))?;
    scrypt::scrypt(password, &salted(user), &params, &mut key).map_err(|error| Fault::new(error.to_string()))?;
    Ok(key)
}

fn site_seed(master: &[u8; 64], site: &[u8], counter: [u8; 4]) -> Result<[u8; 32], Fault> {
    let mut mac = Hmac::<Sha256>::new_from_slice(master).map_err(|error| Fault::new(error.to_string()))?;
    mac.update(&salted(site));
    mac.update(&counter);
    Ok(mac.finalize().into_bytes().into())
}

/// The kinds of passwords, and what each may look like.
const TEMPLATES: [(&str, &[&str]); 6] = [
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("short", &["Cvcn"]),
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    ("pin", &["nnnn"]),
];

fn character(class: u8, drawn: u8) -> char {
    let characters: &[u8] = match class {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    };
    char::from(characters[usize::from(drawn) % characters.len()])
}
