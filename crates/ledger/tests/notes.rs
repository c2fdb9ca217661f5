//! The published example note and keys of the signed-note format, and checkpoints in the C2SP form.

#![allow(clippy::unwrap_used)] // The lint spares test functions but not their helpers.

use ledger::checkpoint::Origin;
use ledger::{Checkpoint, CheckpointError, Hash, NoteError, SignedNote, SigningKey, VerifyingKey};

const VKEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SKEY: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const OTHER_VKEY: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n";
const LINE: &str = "— PeterNeumann \
    x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const OTHER_LINE: &str = "— EnochRoot \
    rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

#[test]
fn the_published_note_verifies_and_is_signed_the_same() {
    let note = format!("{TEXT}\n{LINE}");
    let key = VerifyingKey::parse(VKEY).unwrap();
    assert_eq!(key.to_string(), VKEY);
    assert_eq!(SignedNote::parse(&note).unwrap().verify(&key), Ok(()));
    let signing = SigningKey::parse(SKEY).unwrap();
    assert_eq!(signing.to_skey(), SKEY);
    assert_eq!(signing.verifying_key(), key);
    assert_eq!(signing.sign(TEXT).unwrap().to_string(), note);
}

#[test]
fn several_signatures_are_kept_and_each_key_verifies_its_own() {
    let note = format!("{TEXT}\n{LINE}{OTHER_LINE}");
    let parsed = SignedNote::parse(&note).unwrap();
    assert_eq!(parsed.signatures.len(), 2);
    assert_eq!(parsed.to_string(), note);
    for vkey in [VKEY, OTHER_VKEY] {
        assert_eq!(parsed.verify(&VerifyingKey::parse(vkey).unwrap()), Ok(()));
    }
    let only_peter = SignedNote::parse(&format!("{TEXT}\n{LINE}")).unwrap();
    let other = VerifyingKey::parse(OTHER_VKEY).unwrap();
    assert_eq!(only_peter.verify(&other), Err(NoteError::NoSignature));
}

#[test]
fn an_altered_note_does_not_verify() {
    let key = VerifyingKey::parse(VKEY).unwrap();
    let altered = SignedNote::parse(&format!("{}\n{LINE}", TEXT.replace("your", "my"))).unwrap();
    assert_eq!(altered.verify(&key), Err(NoteError::BadSignature));
}

#[test]
fn malformed_notes_are_refused() {
    for bad in [
        String::new(),
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        format!("{TEXT}{LINE}"),
        format!("{TEXT}\n{}", LINE.trim_end()),
        format!("{TEXT}\n- PeterNeumann x08go/ZJ\n"),
        format!("{TEXT}\n— Bad Name x08go/ZJkuBS\n"),
        format!("{TEXT}\n— PeterNeumann AAAA\n"),
        format!("{TEXT}\t\n{LINE}"),
        format!("{TEXT}\n{}", LINE.repeat(101)),
    ] {
        assert!(
            matches!(SignedNote::parse(&bad), Err(NoteError::Malformed(_))),
            "{bad:?}"
        );
    }
}

#[test]
fn malformed_keys_are_refused() {
    for bad in [
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+AhpcQcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWA",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann++74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert!(VerifyingKey::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_checkpoint_is_bound_to_its_origin() {
    let key = SigningKey::from_seed("piaoku.example/beijing/e7", &[1; 32]).unwrap();
    let origin = Origin::new("piaoku.example/beijing", 7).unwrap();
    let checkpoint = Checkpoint {
        origin,
        size: 20_852_163,
        root: Hash([0; 32]),
    };
    let note = checkpoint.sign(&key).unwrap();
    assert!(note.starts_with(
        "piaoku.example/beijing/e7\n20852163\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— "
    ));
    assert_eq!(
        Checkpoint::verify(&note, &key.verifying_key()),
        Ok(checkpoint.clone())
    );

    let next = key.renamed("piaoku.example/beijing/e8").unwrap();
    assert_eq!(checkpoint.sign(&next), Err(CheckpointError::OtherOrigin));
    // Signed by a key of another epoch, around this epoch's text.
    let forged = next.sign(&checkpoint.text()).unwrap().to_string();
    assert_eq!(
        Checkpoint::verify(&forged, &next.verifying_key()),
        Err(CheckpointError::OtherOrigin)
    );
}

#[test]
fn checkpoint_texts_are_read_as_the_specification_says() {
    const ROOT: &str = "TszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=";
    for good in [
        format!("example.com/e1\n123\n{ROOT}\n"),
        format!("e/e0\n0\n{ROOT}\nextension\nlines\n"),
    ] {
        assert!(Checkpoint::parse(&good).is_ok(), "{good}");
    }
    for bad in [
        format!("\n123\n{ROOT}\n"),
        format!("/e1\n123\n{ROOT}\n"),
        format!("example.com/origin\n123\n{ROOT}\n"),
        format!("example.com/e01\n123\n{ROOT}\n"),
        format!("example.com/e1\n0123\n{ROOT}\n"),
        format!("example.com/e1\n+123\n{ROOT}\n"),
        format!("example.com/e1\n18446744073709551616\n{ROOT}\n"),
        format!("example.com/e1\n123\n{}\n", ROOT.trim_end_matches('=')),
        "example.com/e1\n123\nQUJD\n".to_owned(),
        format!("example.com/e1\n123\n{ROOT}\nextension\n\n"),
        format!("example.com/e1\n123\n{ROOT}"),
    ] {
        assert!(
            matches!(Checkpoint::parse(&bad), Err(CheckpointError::Malformed(_))),
            "{bad:?}"
        );
    }
}

/// The examples of the C2SP specifications: signed-note §Format and tlog-cosignature. Their keys are not published, so
/// what can be held is that they are read, kept byte for byte, and named.
#[test]
fn the_examples_of_the_specifications_are_read() {
    const NOTE: &str = "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\n\u{e8} subito sera.\n\n\
        \u{2014} quasimodo.example/salvatore \
        NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
    const COSIGNED: &str = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
        \u{2014} example.com/behind-the-sofa \
        Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
        \u{2014} witness.example.com/w1 \
        jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    for (note, names, lengths) in [
        (NOTE, &["quasimodo.example/salvatore"][..], &[64][..]),
        // A cosignature/v1 is eight bytes of time and the signature.
        (
            COSIGNED,
            &["example.com/behind-the-sofa", "witness.example.com/w1"],
            &[64, 72],
        ),
    ] {
        let parsed = SignedNote::parse(note).unwrap();
        assert_eq!(parsed.to_string(), note);
        assert_eq!(
            parsed
                .signatures
                .iter()
                .map(|s| s.name.as_str())
                .collect::<Vec<_>>(),
            names
        );
        assert_eq!(
            parsed
                .signatures
                .iter()
                .map(|s| s.signature.len())
                .collect::<Vec<_>>(),
            lengths
        );
    }
    // A checkpoint of a foreign log has no epoch in its origin, and is none of ours.
    let foreign = SignedNote::parse(COSIGNED).unwrap();
    assert_eq!(
        Checkpoint::parse(&foreign.text),
        Err(CheckpointError::Malformed("origin has no epoch"))
    );
}

/// A line of ours beside cosignatures of witnesses verifies all the same, and a witness alone is not enough.
#[test]
fn cosignatures_beside_ours_change_nothing() {
    let key = SigningKey::from_seed("test.example/e1", &[3; 32]).unwrap();
    let checkpoint = Checkpoint {
        origin: Origin::new("test.example", 1).unwrap(),
        size: 9,
        root: Hash([7; 32]),
    };
    let note = checkpoint.sign(&key).unwrap();
    let witness = "\u{2014} witness.example.com/w1 \
        jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";
    let cosigned = format!("{note}{witness}");
    assert_eq!(
        Checkpoint::verify(&cosigned, &key.verifying_key()),
        Ok(checkpoint.clone())
    );
    let alone = format!("{}\n{witness}", checkpoint.text());
    assert_eq!(
        Checkpoint::verify(&alone, &key.verifying_key()),
        Err(CheckpointError::Note(NoteError::NoSignature))
    );
}
