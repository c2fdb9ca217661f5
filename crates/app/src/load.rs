//! Files on their way in, never more of them in memory than the limit of one file.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use invoice::Fault;

use crate::FILE_BYTES_MAX;
use crate::error::SiteError;

/// Reads a file that is to be read or taken in. One that is too large is refused by its size alone, and one that grows
/// or has no size (a pipe, a device) as soon as it has given too much.
///
/// # Errors
/// When it cannot be read, or [`SiteError::TooLarge`].
pub fn load(path: &Path) -> Result<Vec<u8>, SiteError> {
    let name = path.display().to_string();
    let failed = |source| SiteError::ReadFile {
        path: name.clone(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.len() > most() {
        return Err(SiteError::TooLarge { path: name });
    }
    load_from(file, &name)
}

/// Reads what comes by a stream, such as the standard input.
///
/// # Errors
/// When it cannot be read, or [`SiteError::TooLarge`].
pub fn load_from(input: impl Read, name: &str) -> Result<Vec<u8>, SiteError> {
    let mut bytes = Vec::new();
    let read = input.take(most().saturating_add(1)).read_to_end(&mut bytes);
    read.map_err(|source| SiteError::ReadFile {
        path: name.to_owned(),
        source,
    })?;
    if bytes.len() as u64 > most() {
        return Err(SiteError::TooLarge {
            path: name.to_owned(),
        });
    }
    Ok(bytes)
}

/// What is wrong with a file that was too large to be loaded, for those who tell faults of files.
pub fn too_large() -> Fault {
    let message = format!("文件超过 {} MiB，未读取", FILE_BYTES_MAX >> 20);
    reader::faults::BEYOND_LIMIT.at("file", message)
}

fn most() -> u64 {
    if twin::is_on("file_size_limit_off") {
        u64::MAX
    } else {
        FILE_BYTES_MAX
    }
}
