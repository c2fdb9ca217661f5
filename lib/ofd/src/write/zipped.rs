//! Parts into a zip package with fixed dates, in the plain form or with oddities.

use std::io::{Cursor, Seek, Write};

use encoding_rs::GB18030;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::parts::Part;
use super::{Oddities, WriteError};

pub(super) fn pack(parts: &[Part], oddities: &Oddities) -> Result<Vec<u8>, WriteError> {
    let mut bytes = if oddities.data_descriptors {
        fill(ZipWriter::new_stream(Vec::new()), parts, oddities)?.into_inner()
    } else {
        fill(ZipWriter::new(Cursor::new(Vec::new())), parts, oddities)?.into_inner()
    };
    if oddities.invalid_dates {
        spoil_dates(&mut bytes);
    }
    Ok(bytes)
}

fn fill<W: Write + Seek>(
    mut zip: ZipWriter<W>,
    parts: &[Part],
    oddities: &Oddities,
) -> Result<W, WriteError> {
    // System and date would otherwise depend on where this runs.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .system(System::Unix)
        .unix_permissions(0o644);
    if oddities.directory_entries {
        for folder in folders(parts) {
            zip.add_directory(folder, options)
                .map_err(|error| refused(folder, &error))?;
        }
    }
    for part in parts {
        let name = if oddities.backslash_names {
            part.name.replace('/', "\\")
        } else {
            part.name.clone()
        };
        let raw_name = if oddities.gb18030_names {
            GB18030.encode(&name).0.into_owned()
        } else {
            name.into_bytes()
        };
        zip.start_file_with_options(options.name(&raw_name))
            .map_err(|error| refused(&part.name, &error))?;
        zip.write_all(&part.bytes)
            .map_err(|error| refused(&part.name, &error))?;
    }
    zip.finish().map_err(|error| WriteError::Finish {
        reason: error.to_string(),
    })
}

fn refused(name: &str, reason: &dyn std::fmt::Display) -> WriteError {
    WriteError::Entry {
        name: name.to_owned(),
        reason: reason.to_string(),
    }
}

/// Every folder of the parts, outer ones first, each once.
fn folders(parts: &[Part]) -> std::collections::BTreeSet<&str> {
    let ends = parts
        .iter()
        .flat_map(|part| part.name.match_indices('/').map(|(end, _)| (&part.name, end)));
    ends.filter_map(|(name, end)| name.get(..end)).collect()
}

/// Sets the date of every local and central header to bits that are no date. The layout is that of the bytes
/// just written: no comment, so the end record is the last 22 bytes.
fn spoil_dates(bytes: &mut [u8]) {
    const END_RECORD: usize = 22;
    const NO_DATE: [u8; 2] = [0xff, 0xff];
    let end = bytes.len().saturating_sub(END_RECORD);
    let mut header = read_u32(bytes, end + 16);
    while header < end && bytes.get(header..header + 4) == Some(b"PK\x01\x02") {
        let local = read_u32(bytes, header + 42);
        for date in [header + 14, local + 12] {
            if let Some(place) = bytes.get_mut(date..date + 2) {
                place.copy_from_slice(&NO_DATE);
            }
        }
        let lengths = [28, 30, 32].map(|offset| read_u32(bytes, header + offset) & 0xffff);
        header += 46 + lengths.iter().sum::<usize>();
    }
}

fn read_u32(bytes: &[u8], offset: usize) -> usize {
    let field = bytes
        .get(offset..offset + 4)
        .and_then(|field| field.try_into().ok());
    u32::from_le_bytes(field.unwrap_or_default()) as usize
}
