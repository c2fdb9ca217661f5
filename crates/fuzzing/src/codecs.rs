//! Bodies over the ledger's codecs and over texts that stand on invoices. What decodes must encode to what it came from,
//! or to something that decodes to the same.

use invoice::{Cents, InvoiceNumber, Rate, RedLetterLink, TaxpayerNumber};
use ledger::fact::Fact;
use ledger::{Checkpoint, Commitment, Entry, Proof, SignedNote, SigningKey, SubjectId, VerifyingKey};

pub(crate) fn entry(data: &[u8]) {
    if let Ok(entry) = Entry::decode(data) {
        assert_eq!(entry.encode().as_deref(), Ok(data), "one entry has one form");
    }
}

fn some_entry() -> Entry {
    Entry {
        fact_kind: "original_stored".to_owned(),
        fact_version: 1,
        time_claimed: 1_767_196_800_000_000,
        time_received: 1_767_196_800_000_001,
        actor: "take-in".to_owned(),
        entity: "e1".to_owned(),
        subject: SubjectId([7; 16]),
        commitment: Commitment([9; 32]),
        originals: vec![invoice::Digest([3; 32])],
    }
}

pub(crate) fn entry_seeds() -> Vec<Vec<u8>> {
    let later = Entry {
        originals: vec![invoice::Digest([4; 32]); 30],
        fact_kind: "later_kind".to_owned(),
        time_claimed: -1,
        ..some_entry()
    };
    let entries = [some_entry(), later];
    entries.iter().filter_map(|entry| entry.encode().ok()).collect()
}

fn key() -> Option<SigningKey> {
    SigningKey::from_seed("site.example/e1", &[5; 32]).ok()
}

fn some_checkpoint() -> Option<String> {
    let text = format!(
        "site.example/e1\n7\n{}\n",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    );
    key()?.sign(&text).ok().map(|note| note.to_string())
}

pub(crate) fn note(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(note) = SignedNote::parse(text) {
        assert_eq!(note.to_string(), text, "one note has one form");
    }
    // Lines that a later format adds are passed over, so a text need not come back whole; what is read does.
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(Checkpoint::parse(&checkpoint.text()), Ok(checkpoint));
    }
    if let Some(key) = key() {
        let verified = Checkpoint::verify(text, &key.verifying_key());
        assert!(
            verified.is_err() || some_checkpoint().is_some_and(|made| made == text),
            "only what was signed verifies"
        );
    }
    let _parsed = (VerifyingKey::parse(text).is_ok(), SigningKey::parse(text).is_ok());
}

pub(crate) fn note_seeds() -> Vec<Vec<u8>> {
    let texts = [
        some_checkpoint(),
        key().map(|key| key.verifying_key().to_string()),
        key().map(|key| key.to_skey()),
        some_checkpoint().and_then(|note| note.split("\n\n").next().map(|text| format!("{text}\n"))),
    ];
    texts.into_iter().flatten().map(String::into_bytes).collect()
}

pub(crate) fn proof(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(proof) = Proof::from_json(text) else { return };
    assert_eq!(
        Proof::from_json(&proof.to_json()).as_ref(),
        Ok(&proof),
        "a proof reads back"
    );
    if let Some(key) = key() {
        assert!(
            proof.verify(&key.verifying_key()).is_err(),
            "the seed does not verify, and so nothing near it does"
        );
    }
}

pub(crate) fn proof_seeds() -> Vec<Vec<u8>> {
    let Ok(entry) = some_entry().encode() else {
        return Vec::new();
    };
    let leaf_hash = Entry::leaf_hash(&entry);
    let proof = Proof {
        piaoku_proof: 1,
        index: 3,
        entry,
        leaf_hash,
        inclusion: vec![leaf_hash, leaf_hash],
        checkpoint: some_checkpoint().unwrap_or_default(),
        opening: None,
    };
    vec![proof.to_json().into_bytes()]
}

/// The golden payloads of the first version: a kind, a tab, the payload.
const GOLDEN: &str = include_str!("../../ledger/src/fact/v1.golden.jsonl");

pub(crate) fn fact(data: &[u8]) {
    let Some(tab) = data.iter().position(|byte| *byte == b'\t') else {
        return;
    };
    let (kind, payload) = (String::from_utf8_lossy(&data[..tab]), &data[tab + 1..]);
    let Ok(fact) = Fact::decode(&kind, 1, payload) else {
        return;
    };
    let Ok(encoded) = fact.encode() else { return };
    let again = Fact::decode(&kind, 1, &encoded).expect("what was encoded decodes");
    assert_eq!(again, fact, "a fact reads back");
    assert_eq!(again.encode().ok(), Some(encoded), "one fact has one form");
}

pub(crate) fn fact_seeds() -> Vec<Vec<u8>> {
    GOLDEN.lines().map(|line| line.as_bytes().to_vec()).collect()
}

pub(crate) fn words(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Some(amount) = invoice::parse_words(text) {
        let printed = invoice::print_words(amount);
        assert_eq!(
            invoice::parse_words(&printed),
            Some(amount),
            "{text} is printed as {printed}"
        );
    }
    if let Some(amount) = invoice::parse_cents(text) {
        assert_eq!(invoice::parse_cents(&amount.to_string()), Some(amount), "{text}");
        assert_eq!(Cents::from_decimal(amount.to_decimal()), Some(amount), "{text}");
    }
    if let Some(rate) = Rate::parse(text) {
        let _fraction = rate.fraction();
    }
}

pub(crate) fn words_seeds() -> Vec<Vec<u8>> {
    [
        "壹佰贰拾叁圆肆角伍分",
        "（负数）玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖圆玖角玖分",
        "零圆整",
        "壹万零壹圆整",
        "¥1,234,567.89",
        "-0.01",
        "999999999999.99",
        "13%",
        "免税",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

pub(crate) fn number(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (code, number) = match text.split_once(' ') {
        Some((code, number)) => (Some(code), number),
        None => (None, text),
    };
    if let Some(number) = InvoiceNumber::new(code, number) {
        assert_eq!(
            number.key().to_number().as_ref(),
            Some(&number),
            "a key leads back to its number"
        );
    }
    if let Some(taxpayer) = TaxpayerNumber::new(text) {
        let _checked = (taxpayer.form(), taxpayer.check_holds(), taxpayer.masked());
        assert_eq!(
            TaxpayerNumber::new(taxpayer.as_str()),
            Some(taxpayer),
            "normal form is normal"
        );
    }
    if let Some(date) = invoice::parse_date(text) {
        assert_eq!(invoice::parse_date(&date.to_string()), Some(date), "{text}");
    }
    let _link = RedLetterLink::parse(text);
    let normal = invoice::normalise(text);
    assert_eq!(invoice::normalise(&normal), normal, "normal form is normal");
    let _shown = (invoice::readable(text), invoice::canonical_name(text));
}

pub(crate) fn number_seeds() -> Vec<Vec<u8>> {
    [
        "26110000000100000001",
        "033002200211 99934328",
        "91110000MA0000000X",
        "2026年03月09日",
        "2026-03-09",
        "20260309",
        "被红冲蓝字数电票号码：25110000000100000001 红字发票信息确认单编号：11000000000000000001",
        "票库（示例）有限公司　Ａ１",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}
