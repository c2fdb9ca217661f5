//! How long the disk takes to make 4 KiB durable: the figure beside which all others must be read.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::Instant;

use anyhow::Result;

use crate::percentile;

/// Measures and answers a table.
pub(crate) fn section() -> Result<String> {
    let intro = "## The disk\n\n";
    Ok(format!("{intro}{}", table()?))
}

fn table() -> Result<String> {
    let folder = tempfile::tempdir_in(".")?;
    let mut file = File::create(folder.path().join("sync"))?;
    let mut micros = Vec::new();
    for _ in 0..500 {
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&[1; 4096])?;
        let start = Instant::now();
        file.sync_data()?;
        micros.push(start.elapsed().as_secs_f64() * 1e6);
    }
    micros.sort_by(f64::total_cmp);
    Ok(format!(
        "`fdatasync` of 4 KiB: p50 {:.0} µs, p99 {:.0} µs.\n",
        percentile(&micros, 50),
        percentile(&micros, 99)
    ))
}
