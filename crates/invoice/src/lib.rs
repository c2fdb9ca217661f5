//! The vocabulary of Chinese invoices (发票).
//!
//! Everything that the other crates say about an invoice is said in these types: its numbers, parties, money,
//! rates and kinds; the evidence behind each field; the faults found; and the stages an original passes through
//! ([`Received`] → [`Reading`] → [`Verdict`]).
//!
//! The crate is pure: no clock, no file, no socket, no randomness. What depends on the day takes an `as_of`.

mod cell;
mod date;
mod fault;
mod field;
mod kind;
mod line;
mod money;
mod number;
mod rate;
mod reading;
mod red_letter;
mod stage;
mod statement;
mod tax_code;
mod taxpayer;
mod text;
mod words;

pub use cell::{Cell, CellStatements};
pub use date::parse_date;
pub use fault::{Fault, FaultKind, Severity};
pub use field::{Agreement, Field, FieldName, Fields, Source, Witness};
pub use kind::{InvoiceKind, Medium, Scheme};
pub use line::{Line, LineNature, LineSet};
pub use money::{Cents, parse_cents};
pub use number::{InvoiceCode, InvoiceKey, InvoiceNumber};
pub use rate::Rate;
pub use reading::{
    CrcState, Extra, Format, Integrity, InvoiceReading, Member, QrCode, Reading, SealCheck, SignatureFacts,
    Signer,
};
pub use red_letter::RedLetterLink;
pub use stage::{Digest, Entity, Received, Verdict};
pub use statement::{Statement, StatementDirection, StatementInvoice, StatementLine};
pub use tax_code::{TaxCode, split_item_name};
pub use taxpayer::{TaxpayerNumber, TaxpayerNumberForm};
pub use text::{canonical_name, normalise, readable};
pub use words::{parse_words, print_words};

/// Calendar date without a zone (`YYYY-MM-DD`); invoices are dated in Chinese civil time.
pub use jiff::civil::Date;
/// Exact decimal for quantities, unit prices and rates. Money is [`Cents`].
pub use rust_decimal::Decimal;
