//! Every limit of the readers, in one place.
//!
//! A file beyond a limit is not an error of the machine but a fault of the file (`F003`).

/// The largest file that is read, in bytes.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// How much larger than its compressed form an archive may be when unpacked.
pub const ARCHIVE_RATIO_MAX: u64 = 100;
/// The largest sum of unpacked sizes of one archive, in bytes.
pub const ARCHIVE_BYTES_MAX: u64 = 256 << 20;
/// The most entries in one archive.
pub const ARCHIVE_ENTRIES_MAX: usize = 10_000;
/// How deep zips may lie in zips.
pub const ARCHIVE_DEPTH_MAX: usize = 3;
/// How deep XML elements may be nested.
pub const XML_DEPTH_MAX: usize = 64;
/// The most pages that are read of one document.
pub const PAGES_MAX: usize = 2_000;
/// The most pixels of one picture: 40 million, a scan of A3 at 600 dpi.
pub const PICTURE_PIXELS_MAX: u64 = 40_000_000;
/// The most bytes of one picture's pixels: as many pixels in four channels of 8 bits. Deeper ones must be smaller.
pub const PICTURE_BYTES_MAX: u64 = PICTURE_PIXELS_MAX * 4;
/// The most lines of one invoice; the bureau allows 2,000.
pub const LINES_MAX: usize = 20_000;
/// The most texts without a field of their own that are kept of one invoice.
pub const EXTRAS_MAX: usize = 2_000;
/// The most invoices in one file.
pub const INVOICES_MAX: usize = 2_000;
/// The most rows of one spreadsheet.
pub const SHEET_ROWS_MAX: usize = 200_000;
/// The most sheets of one workbook; a bureau's export has a dozen.
pub const SHEETS_MAX: usize = 200;
