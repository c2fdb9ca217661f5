//! Our tree and notes against two independent implementations, over random sizes.

#![allow(clippy::unwrap_used)] // The lint spares test functions but not their helpers.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::convert::Infallible;

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ledger::Hash;
use ledger::merkle::{
    Frontier, Tile, TileId, TileReader, consistency_proof, inclusion_proof, leaf_hash, root_at,
    verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use sha2::Sha256;

/// Keeps tiles and remembers which were asked for.
#[derive(Default)]
struct Tiles {
    kept: BTreeMap<(u8, u64), Vec<u8>>,
    asked: RefCell<Vec<TileId>>,
}

impl Tiles {
    fn keep(&mut self, tiles: Vec<Tile>) {
        for tile in tiles {
            self.kept.insert((tile.id.level, tile.id.index), tile.bytes);
        }
    }
}

impl TileReader for Tiles {
    type Error = Infallible;

    fn tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Infallible> {
        self.asked.borrow_mut().push(id);
        let bytes = self.kept.get(&(id.level, id.index));
        Ok(bytes
            .and_then(|b| b.get(..usize::from(id.width) * 32))
            .map(<[u8]>::to_vec))
    }
}

fn leaf(n: u64) -> [u8; 8] {
    n.to_be_bytes()
}

fn leaf_hashes(from: u64, to: u64) -> Vec<Hash> {
    (from..to).map(|n| leaf_hash(&leaf(n))).collect()
}

fn tree(size: u64) -> (Tiles, Frontier) {
    let (mut tiles, mut frontier) = (Tiles::default(), Frontier::default());
    tiles.keep(frontier.append(&leaf_hashes(0, size)).unwrap());
    (tiles, frontier)
}

fn config() -> ProptestConfig {
    // A fixed seed: a failure here is the same failure everywhere.
    ProptestConfig {
        cases: 48,
        rng_seed: proptest::test_runner::RngSeed::Fixed(0x70_69_61_6f),
        ..Default::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// However the leaves are cut into appends, tiles and roots come out the same, and the same as the oracle's.
    #[test]
    fn batches_do_not_matter(cuts in prop::collection::vec(0u64..700, 1..6)) {
        let (mut tiles, mut frontier) = (Tiles::default(), Frontier::default());
        let mut oracle = MemoryBackedTree::<Sha256, [u8; 8]>::new();
        for count in cuts {
            let size = frontier.size();
            tiles.keep(frontier.append(&leaf_hashes(size, size + count)).unwrap());
            (size..size + count).for_each(|n| oracle.push(leaf(n)));
            let theirs = oracle.root();
            prop_assert_eq!(&frontier.root().0[..], theirs.as_bytes().as_slice());
            prop_assert_eq!(&Frontier::load(&tiles, frontier.size()).unwrap(), &frontier);
            prop_assert_eq!(root_at(&tiles, frontier.size()).unwrap(), frontier.root());
        }
        let (whole, _) = tree(frontier.size());
        prop_assert_eq!(tiles.kept, whole.kept);
    }

    #[test]
    fn inclusion_agrees_with_ct_merkle(size in 1u64..1_500, at in any::<prop::sample::Index>()) {
        let index = at.index(size as usize) as u64;
        let (tiles, frontier) = tree(size);
        let mut oracle = MemoryBackedTree::<Sha256, [u8; 8]>::new();
        (0..size).for_each(|n| oracle.push(leaf(n)));
        let path = inclusion_proof(&tiles, size, index).unwrap();
        let theirs = oracle.prove_inclusion(index as usize);
        prop_assert_eq!(path.iter().flat_map(|h| h.0).collect::<Vec<_>>(), theirs.as_bytes());
        let hash = leaf_hash(&leaf(index));
        prop_assert!(verify_inclusion(&hash, index, size, &path, &frontier.root()));
        prop_assert!(!verify_inclusion(&hash, index + 1, size, &path, &frontier.root()));
        prop_assert!(!verify_inclusion(&leaf_hash(b"other"), index, size, &path, &frontier.root()));
    }

    #[test]
    fn consistency_agrees_with_ct_merkle(size in 1u64..1_500, at in any::<prop::sample::Index>()) {
        let old = at.index(size as usize) as u64 + 1;
        let (tiles, frontier) = tree(size);
        let mut oracle = MemoryBackedTree::<Sha256, [u8; 8]>::new();
        (0..size).for_each(|n| oracle.push(leaf(n)));
        let path = consistency_proof(&tiles, old, size).unwrap();
        if old < size {
            let theirs = oracle.prove_consistency((size - old) as usize);
            prop_assert_eq!(path.iter().flat_map(|h| h.0).collect::<Vec<_>>(), theirs.as_bytes());
        }
        let old_root = root_at(&tiles, old).unwrap();
        prop_assert!(verify_consistency(old, &old_root, size, &frontier.root(), &path));
        // A frontier and the tiles it changed suffice to prove from the size it had.
        let mut longer = path.clone();
        longer.push(Hash([0; 32]));
        prop_assert!(!verify_consistency(old, &old_root, size, &frontier.root(), &longer));
        if let Some(first) = path.first() {
            prop_assert!(!verify_consistency(old, &leaf_hash(&first.0), size, &frontier.root(), &path));
        }
    }

    /// The other implementation checks our proofs, we check theirs, and both name the same tiles.
    #[test]
    fn tiles_and_proofs_agree_with_tlog_tiles(old in 1u64..900, more in 1u64..900) {
        let size = old + more;
        let (tiles, frontier) = tree(size);
        let theirs = |hash: Hash| tlog_tiles::tlog::Hash(hash.0);
        let index = old - 1;
        let path = inclusion_proof(&tiles, size, index).unwrap().into_iter().map(theirs).collect::<Vec<_>>();
        let leaf = theirs(leaf_hash(&leaf(index)));
        prop_assert!(
            tlog_tiles::tlog::check_record(&path, size, theirs(frontier.root()), index, leaf).is_ok()
        );
        let path = consistency_proof(&tiles, old, size).unwrap().into_iter().map(theirs).collect::<Vec<_>>();
        let old_root = theirs(root_at(&tiles, old).unwrap());
        prop_assert!(
            tlog_tiles::tlog::check_tree(&path, size, theirs(frontier.root()), old, old_root).is_ok()
        );

        let mut grown = tree(old).1;
        let changed = grown.append(&leaf_hashes(old, size)).unwrap();
        let mut ours: Vec<_> = changed.iter().map(|t| t.id).collect();
        ours.sort();
        let mut named: Vec<_> = tlog_tiles::tile::Tile::new_tiles(8, old, size)
            .iter()
            .map(|t| TileId { level: t.level(), index: t.level_index(), width: t.width() as u16 })
            .collect();
        named.sort();
        prop_assert_eq!(ours, named);
    }

    /// Every tile asked for is one that a tree of that size has: a plain web server of tiles can answer.
    #[test]
    fn only_tiles_of_the_size_are_asked_for(size in 1u64..70_000, later in 0u64..300, at in any::<prop::sample::Index>()) {
        let (mut tiles, mut frontier) = tree(size);
        tiles.keep(frontier.append(&leaf_hashes(size, size + later)).unwrap());
        tiles.asked.borrow_mut().clear();
        let index = at.index(size as usize) as u64;
        let path = inclusion_proof(&tiles, size, index).unwrap();
        prop_assert!(verify_inclusion(&leaf_hash(&leaf(index)), index, size, &path, &root_at(&tiles, size).unwrap()));
        let has: Vec<_> = tlog_tiles::tile::Tile::new_tiles(8, 0, size)
            .iter()
            .map(|t| (t.level(), t.level_index(), t.width() as u16))
            .collect();
        for id in tiles.asked.borrow().iter() {
            prop_assert!(has.contains(&(id.level, id.index, id.width)), "{} at size {}", id, size);
        }
    }

    #[test]
    fn notes_agree_with_signed_note(seed: [u8; 32], text in "[ -~票]{1,40}\n", name in "[a-z.]{1,20}/e[1-9]") {
        use signed_note::{StandardSigner, StandardVerifier};
        let key = ledger::SigningKey::from_seed(&name, &seed).unwrap();
        let ours = key.sign(&text).unwrap();
        let signer = StandardSigner::new(&key.to_skey()).unwrap();
        let mut theirs = signed_note::Note::new(text.as_bytes(), &[]).unwrap();
        theirs.add_sigs(&[&signer]).unwrap();
        prop_assert_eq!(ours.to_string().into_bytes(), theirs.to_bytes());
        let verifier = StandardVerifier::new(&key.verifying_key().to_string()).unwrap();
        let list = signed_note::VerifierList::new(vec![Box::new(verifier)]);
        prop_assert!(theirs.verify(&list).is_ok());
        let parsed = ledger::SignedNote::parse(&ours.to_string()).unwrap();
        prop_assert_eq!(parsed.verify(&key.verifying_key()), Ok(()));
    }

    #[test]
    fn any_text_is_refused_or_round_trips_as_a_note(note in "(\\PC|\n|— ){0,80}") {
        if let Ok(parsed) = ledger::SignedNote::parse(&note) {
            prop_assert_eq!(ledger::SignedNote::parse(&parsed.to_string()), Ok(parsed));
        }
        let _ = ledger::Checkpoint::parse(&note);
        let _ = ledger::VerifyingKey::parse(&note);
        let _ = note.parse::<TileId>();
    }
}
