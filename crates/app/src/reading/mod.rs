//! Reading originals, hostile ones included.
//!
//! [`Readers`] turns bytes into a [`ReadTree`]: the reading of the file and, for a zip, of everything inside it. In
//! service the work is done in child processes that have no more memory and time than `limits` allow and can be
//! killed; tests may read in process. A child that dies or is killed is a fault of the file (`F011`), never an error
//! of the caller: only a machine that cannot start a child is an error.

mod child;
mod pool;
mod sandbox;
mod tree;

pub use child::serve_child;
pub use pool::{ReaderError, Readers, TRY_TO_ESCAPE};
pub use sandbox::{Attempt, Layer, Sandbox, try_to_escape};
pub use tree::{ReadNode, ReadTree, read_tree};
