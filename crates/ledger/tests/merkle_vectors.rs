//! The published vectors of the reference tree of Certificate Transparency: eight leaves, all their roots, four audit
//! paths and three consistency proofs.

#![allow(clippy::unwrap_used)] // The lint spares test functions but not their helpers.

use std::collections::BTreeMap;
use std::convert::Infallible;

use ledger::Hash;
use ledger::merkle::{
    Frontier, TileId, TileReader, append, consistency_proof, empty_root, inclusion_proof, leaf_hash, root_at,
    verify_consistency, verify_inclusion,
};

const LEAVES: [&str; 8] = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
];

const ROOTS: [&str; 8] = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

#[derive(Default)]
struct Tiles(BTreeMap<(u8, u64), Vec<u8>>);

impl TileReader for Tiles {
    type Error = Infallible;

    fn tile(&self, id: TileId) -> Result<Option<Vec<u8>>, Infallible> {
        let bytes = self.0.get(&(id.level, id.index));
        Ok(bytes
            .and_then(|b| b.get(..usize::from(id.width) * 32))
            .map(<[u8]>::to_vec))
    }
}

fn leaves() -> Vec<Hash> {
    LEAVES
        .iter()
        .map(|leaf| leaf_hash(&hex::decode(leaf).unwrap()))
        .collect()
}

fn reference_tree() -> Tiles {
    let mut tiles = Tiles::default();
    for (size, leaf) in (0..).zip(leaves()) {
        let (root, changed) = append(&tiles, size, &[leaf]).unwrap();
        assert_eq!(root, hash(ROOTS[size as usize]), "root of {}", size + 1);
        for tile in changed {
            tiles.0.insert((tile.id.level, tile.id.index), tile.bytes);
        }
    }
    tiles
}

fn hash(text: &str) -> Hash {
    text.parse().unwrap()
}

#[test]
fn roots_of_all_sizes_are_the_published_ones() {
    let tiles = reference_tree();
    assert_eq!(
        empty_root(),
        hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    );
    assert_eq!(root_at(&tiles, 0).unwrap(), empty_root());
    for (size, root) in (1..).zip(ROOTS) {
        assert_eq!(root_at(&tiles, size).unwrap(), hash(root));
        assert_eq!(Frontier::load(&tiles, size).unwrap().root(), hash(root));
    }
}

#[track_caller]
fn check_inclusion(index: u64, size: u64, want: &[&str]) {
    let path = inclusion_proof(&reference_tree(), size, index).unwrap();
    assert_eq!(path, want.iter().map(|h| hash(h)).collect::<Vec<_>>());
    let root = hash(ROOTS[size as usize - 1]);
    assert!(verify_inclusion(
        &leaves()[index as usize],
        index,
        size,
        &path,
        &root
    ));
}

#[test]
fn audit_paths_are_the_published_ones() {
    check_inclusion(0, 1, &[]);
    check_inclusion(
        0,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    );
    check_inclusion(
        5,
        8,
        &[
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    );
    check_inclusion(
        2,
        3,
        &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    );
    check_inclusion(
        1,
        5,
        &[
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    );
}

#[track_caller]
fn check_consistency(old: u64, size: u64, want: &[&str]) {
    let path = consistency_proof(&reference_tree(), old, size).unwrap();
    assert_eq!(path, want.iter().map(|h| hash(h)).collect::<Vec<_>>());
    let (old_root, root) = (hash(ROOTS[old as usize - 1]), hash(ROOTS[size as usize - 1]));
    assert!(verify_consistency(old, &old_root, size, &root, &path));
    assert!(!verify_consistency(old, &root, size, &root, &path) || old == size);
}

#[test]
fn consistency_proofs_are_the_published_ones() {
    check_consistency(1, 1, &[]);
    check_consistency(
        1,
        8,
        &[
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    );
    check_consistency(
        6,
        8,
        &[
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    );
    check_consistency(
        2,
        5,
        &[
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    );
}

/// Of all pairs of sizes and leaves of the reference tree, with the definition of RFC 6962 §2.1 written out beside ours.
#[test]
fn every_path_and_proof_of_the_reference_tree_is_that_of_the_definition() {
    let (tiles, leaves) = (reference_tree(), leaves());
    for size in 1..=8 {
        let root = hash(ROOTS[size - 1]);
        assert_eq!(defined_root(&leaves[..size]), root);
        for index in 0..size {
            let path = inclusion_proof(&tiles, size as u64, index as u64).unwrap();
            assert_eq!(path, defined_path(index, &leaves[..size]), "{index} of {size}");
            assert!(verify_inclusion(
                &leaves[index],
                index as u64,
                size as u64,
                &path,
                &root
            ));
            for other in (0..size).filter(|other| *other != index) {
                assert!(!verify_inclusion(
                    &leaves[other],
                    index as u64,
                    size as u64,
                    &path,
                    &root
                ));
                assert!(!verify_inclusion(
                    &leaves[index],
                    other as u64,
                    size as u64,
                    &path,
                    &root
                ));
            }
        }
        for old in 1..=size {
            let proof = consistency_proof(&tiles, old as u64, size as u64).unwrap();
            assert_eq!(
                proof,
                defined_proof(old, &leaves[..size], true),
                "{old} to {size}"
            );
        }
    }
}

/// MTH of RFC 6962 §2.1.
fn defined_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [one] => *one,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            ledger::merkle::node_hash(&defined_root(left), &defined_root(right))
        }
    }
}

/// PATH of §2.1.1.
fn defined_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut path, sibling) = if index < left.len() {
        (defined_path(index, left), defined_root(right))
    } else {
        (defined_path(index - left.len(), right), defined_root(left))
    };
    path.push(sibling);
    path
}

/// SUBPROOF of §2.1.2.
fn defined_proof(old: usize, leaves: &[Hash], is_whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if is_whole {
            Vec::new()
        } else {
            vec![defined_root(leaves)]
        };
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    let (mut proof, sibling) = if old <= left.len() {
        (defined_proof(old, left, is_whole), defined_root(right))
    } else {
        (defined_proof(old - left.len(), right, false), defined_root(left))
    };
    proof.push(sibling);
    proof
}
