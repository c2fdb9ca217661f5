//! Signed notes (C2SP signed-note): a text, an empty line, and one line per signature.
//!
//! Keys are Ed25519 (signature type 0x01). A note may carry more signatures than ours: witness cosignatures, other
//! algorithms. They are kept and given back as they came; only a line of the key asked for is verified.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::Signer as _;
use sha2::{Digest as _, Sha256};

use crate::limits::{NOTE_BYTES_MAX, NOTE_SIGNATURES_MAX, ORIGIN_BYTES_MAX};

/// Signature type of plain Ed25519 in a key's encoding.
const ED25519: u8 = 0x01;
/// What a signature line begins with: em dash and space.
const LINE_START: &str = "\u{2014} ";

/// A signed note (签名文本).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedNote {
    /// What is signed; ends with a newline.
    pub text: String,
    /// The signatures, in the order of the note.
    pub signatures: Vec<NoteSignature>,
}

/// One signature line. Whether it verifies is not known until a key is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key.
    pub name: String,
    /// First four bytes of the key's hash.
    pub key_id: u32,
    /// The signature, in the form its algorithm has.
    pub signature: Vec<u8>,
}

/// Why a note or a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text breaks the format.
    #[error("not a signed note: {0}")]
    Malformed(&'static str),
    /// The key's text breaks the format.
    #[error("not a note key: {0}")]
    MalformedKey(&'static str),
    /// No line is of the key asked for.
    #[error("the note carries no signature of this key")]
    NoSignature,
    /// A line of this key does not verify.
    #[error("the signature does not verify")]
    BadSignature,
}

impl SignedNote {
    /// Reads a note.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] with what is wrong.
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteError::Malformed("too long"));
        }
        if note.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Malformed("control character"));
        }
        // The last empty line divides: the text itself may hold empty lines.
        let at = note
            .rfind("\n\n")
            .ok_or(NoteError::Malformed("no empty line before the signatures"))?;
        let (text, lines) = (note.get(..=at), note.get(at + 2..));
        let (Some(text), Some(lines)) = (text, lines) else {
            return Err(NoteError::Malformed("no signatures"));
        };
        let lines = lines
            .strip_suffix('\n')
            .ok_or(NoteError::Malformed("last line is not ended"))?;
        let signatures = lines
            .split('\n')
            .map(NoteSignature::parse)
            .collect::<Result<Vec<_>, _>>()?;
        if signatures.len() > NOTE_SIGNATURES_MAX {
            return Err(NoteError::Malformed("too many signatures"));
        }
        Ok(Self {
            text: text.to_owned(),
            signatures,
        })
    }

    /// Verifies every line of `key`; there must be one at least.
    ///
    /// # Errors
    /// [`NoteError::NoSignature`] or [`NoteError::BadSignature`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), NoteError> {
        let mut lines = self
            .signatures
            .iter()
            .filter(|s| s.name == key.name && s.key_id == key.id())
            .peekable();
        if lines.peek().is_none() {
            return Err(NoteError::NoSignature);
        }
        lines.try_for_each(|line| key.verify(self.text.as_bytes(), &line.signature))
    }
}

/// The note's own form.
impl std::fmt::Display for SignedNote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        for line in &self.signatures {
            let mut blob = line.key_id.to_be_bytes().to_vec();
            blob.extend(&line.signature);
            writeln!(f, "{LINE_START}{} {}", line.name, BASE64.encode(blob))?;
        }
        Ok(())
    }
}

impl NoteSignature {
    fn parse(line: &str) -> Result<Self, NoteError> {
        let rest = line
            .strip_prefix(LINE_START)
            .ok_or(NoteError::Malformed("not a signature line"))?;
        let (name, blob) = rest.split_once(' ').ok_or(NoteError::Malformed("no key name"))?;
        if !is_key_name(name) {
            return Err(NoteError::Malformed("bad key name"));
        }
        let blob = BASE64
            .decode(blob)
            .map_err(|_| NoteError::Malformed("bad base64"))?;
        let Some((id, signature)) = blob.split_first_chunk::<4>() else {
            return Err(NoteError::Malformed("signature too short"));
        };
        if signature.is_empty() {
            return Err(NoteError::Malformed("signature too short"));
        }
        Ok(Self {
            name: name.to_owned(),
            key_id: u32::from_be_bytes(*id),
            signature: signature.to_vec(),
        })
    }
}

/// Whether a text can name a key: not empty, no space of any script, no plus sign, no control character.
pub fn is_key_name(name: &str) -> bool {
    let has_bad = name
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || c == '+');
    !name.is_empty() && name.len() <= ORIGIN_BYTES_MAX && !has_bad
}

/// First four bytes of SHA-256(name ‖ "\n" ‖ type and public key).
fn key_id(name: &str, typed_key: &[u8]) -> u32 {
    let hash: [u8; 32] = Sha256::new()
        .chain_update(name)
        .chain_update("\n")
        .chain_update(typed_key)
        .finalize()
        .into();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

fn typed(key: &[u8; 32]) -> Vec<u8> {
    [&[ED25519], key.as_slice()].concat()
}

/// The public half of a note key (验签公钥).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifyingKey {
    /// A key under a name.
    ///
    /// # Errors
    /// The name cannot name a key, or the bytes are no Ed25519 public key.
    pub fn new(name: &str, public: &[u8; 32]) -> Result<Self, NoteError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(public)
            .map_err(|_| NoteError::MalformedKey("not an Ed25519 public key"))?;
        Ok(Self {
            name: checked_name(name)?,
            key,
        })
    }

    /// Reads the `vkey` form: `name+id+base64`.
    ///
    /// # Errors
    /// [`NoteError::MalformedKey`] with what is wrong.
    pub fn parse(vkey: &str) -> Result<Self, NoteError> {
        let (name, id, public) = split_key(vkey)?;
        let key = Self::new(name, &public)?;
        if key.id() == id {
            Ok(key)
        } else {
            Err(NoteError::MalformedKey("key id does not fit the key"))
        }
    }

    /// Name of the key: for a ledger, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same public key under another name, such as the next epoch's origin.
    ///
    /// # Errors
    /// The name cannot name a key.
    pub fn renamed(&self, name: &str) -> Result<Self, NoteError> {
        Ok(Self {
            name: checked_name(name)?,
            key: self.key,
        })
    }

    /// The 32 public bytes.
    pub fn public(&self) -> [u8; 32] {
        self.key.to_bytes()
    }

    /// Key id, as in signature lines.
    pub fn id(&self) -> u32 {
        key_id(&self.name, &typed(&self.public()))
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> Result<(), NoteError> {
        let signature =
            ed25519_dalek::Signature::from_slice(signature).map_err(|_| NoteError::BadSignature)?;
        // Strict: refuses keys and signatures of small order, which would fit more than one text.
        self.key
            .verify_strict(text, &signature)
            .map_err(|_| NoteError::BadSignature)
    }
}

/// The `vkey` form.
impl std::fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}+{:08x}+{}",
            self.name,
            self.id(),
            BASE64.encode(typed(&self.public()))
        )
    }
}

/// A note key that can sign (签名私钥). It is not printed by accident; [`SigningKey::to_skey`] gives the secret text.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// The key that 32 secret random bytes stand for, under a name.
    ///
    /// # Errors
    /// The name cannot name a key.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, NoteError> {
        Ok(Self {
            name: checked_name(name)?,
            key: ed25519_dalek::SigningKey::from_bytes(seed),
        })
    }

    /// Reads the `skey` form: `PRIVATE+KEY+name+id+base64`.
    ///
    /// # Errors
    /// [`NoteError::MalformedKey`] with what is wrong.
    pub fn parse(skey: &str) -> Result<Self, NoteError> {
        let rest = skey
            .strip_prefix("PRIVATE+KEY+")
            .ok_or(NoteError::MalformedKey("not a private key"))?;
        let (name, id, seed) = split_key(rest)?;
        let key = Self::from_seed(name, &seed)?;
        if key.verifying_key().id() == id {
            Ok(key)
        } else {
            Err(NoteError::MalformedKey("key id does not fit the key"))
        }
    }

    /// The `skey` form: the secret itself.
    pub fn to_skey(&self) -> String {
        let id = self.verifying_key().id();
        format!(
            "PRIVATE+KEY+{}+{id:08x}+{}",
            self.name,
            BASE64.encode(typed(&self.key.to_bytes()))
        )
    }

    /// Name of the key: for a ledger, its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same secret under another name, such as the next epoch's origin.
    ///
    /// # Errors
    /// The name cannot name a key.
    pub fn renamed(&self, name: &str) -> Result<Self, NoteError> {
        Ok(Self {
            name: checked_name(name)?,
            key: self.key.clone(),
        })
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey {
            name: self.name.clone(),
            key: self.key.verifying_key(),
        }
    }

    /// Signs a text that ends with a newline. Ed25519 is deterministic: the same text gives the same note.
    ///
    /// # Errors
    /// [`NoteError::Malformed`] when the text cannot be a note's.
    pub fn sign(&self, text: &str) -> Result<SignedNote, NoteError> {
        if text.is_empty() || !text.ends_with('\n') {
            return Err(NoteError::Malformed("text is not ended by a newline"));
        }
        if text.chars().any(|c| c < ' ' && c != '\n') {
            return Err(NoteError::Malformed("control character"));
        }
        let signature = NoteSignature {
            name: self.name.clone(),
            key_id: self.verifying_key().id(),
            signature: self.key.sign(text.as_bytes()).to_bytes().to_vec(),
        };
        Ok(SignedNote {
            text: text.to_owned(),
            signatures: vec![signature],
        })
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({})", self.name)
    }
}

fn checked_name(name: &str) -> Result<String, NoteError> {
    if is_key_name(name) {
        Ok(name.to_owned())
    } else {
        Err(NoteError::MalformedKey("bad key name"))
    }
}

fn split_key(text: &str) -> Result<(&str, u32, [u8; 32]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::MalformedKey("not of three parts"));
    };
    if id.len() != 8 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(NoteError::MalformedKey("key id is not eight hexadecimal digits"));
    }
    let id = u32::from_str_radix(id, 16).map_err(|_| NoteError::MalformedKey("key id"))?;
    let bytes = BASE64
        .decode(key)
        .map_err(|_| NoteError::MalformedKey("bad base64"))?;
    match bytes.split_first() {
        Some((&ED25519, key)) => {
            let key = key
                .try_into()
                .map_err(|_| NoteError::MalformedKey("wrong length"))?;
            Ok((name, id, key))
        }
        _ => Err(NoteError::MalformedKey("not an Ed25519 key")),
    }
}
