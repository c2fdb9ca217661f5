//! QR codes (二维码): the text that invoices carry, its check and its picture as modules.
//!
//! Written apart from any reader on purpose: a mistake made twice would otherwise stay hidden.

use invoice::{Cents, InvoiceKind};
use qrcode::{Color, EcLevel, QrCode};

use crate::specimen::Specimen;

/// The text of a specimen's code.
///
/// Legacy codes state the amount without tax and end in a comma; 数电 codes state the total. Issuers connected by 乐企
/// write the date with hyphens and leave the check empty; rail and air tickets carry four hex digits that do not
/// follow the check.
pub(crate) fn text(specimen: &Specimen) -> String {
    let date = specimen.date.to_string();
    let compact = date.replace('-', "");
    let number = &specimen.number;
    match specimen.kind {
        InvoiceKind::Rail => format!(
            "01,51,,{number},{},{compact},,{}",
            specimen.total,
            odd_check(number)
        ),
        InvoiceKind::Air => format!(
            "01,61,,{number},{},{compact},,{}",
            specimen.total,
            odd_check(number)
        ),
        InvoiceKind::DigitalSpecial | InvoiceKind::DigitalOrdinary | InvoiceKind::DigitalUnstated => {
            let kind = if specimen.kind == InvoiceKind::DigitalSpecial {
                "31"
            } else {
                "32"
            };
            if specimen.is_direct_connection() {
                return format!("01,{kind},,{number},{},{date},,", specimen.total);
            }
            let body = format!("01,{kind},,{number},{},{compact},,", specimen.total);
            let check = crc(body.as_bytes());
            format!("{body}{check:04X}")
        }
        kind => {
            let kind = match kind {
                InvoiceKind::ElectronicSpecial => "20",
                InvoiceKind::Special => "01",
                InvoiceKind::Ordinary => "04",
                InvoiceKind::Roll => "11",
                _ => "10",
            };
            // Half of the legacy systems cut trailing zeros, and half leave the last comma out of the check.
            let cut = number.ends_with(['0', '2', '4', '6', '8']);
            let amount = if cut {
                cut_zeros(specimen.amount)
            } else {
                specimen.amount.to_string()
            };
            let (code, check_code) = (&specimen.code, &specimen.check_code);
            let body = format!("01,{kind},{code},{number},{amount},{compact},{check_code}");
            let check = match cut {
                true => crc(body.as_bytes()),
                false => crc(format!("{body},").as_bytes()),
            };
            format!("{body},{check:04X},")
        }
    }
}

fn cut_zeros(amount: Cents) -> String {
    let text = amount.to_string();
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Four lower-case hex digits without meaning, as rail and air tickets have.
fn odd_check(number: &str) -> String {
    format!("{:04x}", crc(number.as_bytes()) ^ 0x5a5a)
}

/// CRC-16/BUYPASS: polynomial 0x8005, initial 0, not reflected, no final xor.
pub(crate) fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |register, byte| {
        (0..8).fold(register ^ (u16::from(*byte) << 8), |bits: u16, _| {
            if bits & 0x8000 == 0 {
                bits << 1
            } else {
                (bits << 1) ^ 0x8005
            }
        })
    })
}

/// A code as a square of modules, without its quiet zone.
pub(crate) struct Modules {
    pub(crate) width: usize,
    dark: Vec<bool>,
}

impl Modules {
    /// The modules of a text, with medium error correction as invoices have.
    pub(crate) fn of(text: &str) -> Modules {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)
            .expect("invariant: an invoice's text is far below a code's capacity");
        Modules {
            width: code.width(),
            dark: code
                .to_colors()
                .into_iter()
                .map(|color| color == Color::Dark)
                .collect(),
        }
    }

    /// Whether the module is dark; outside the code everything is light.
    pub(crate) fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dark.get(y * self.width + x).copied().unwrap_or(false)
    }

    /// Runs of dark modules along rows: `(x, y, length)`.
    pub(crate) fn runs(&self) -> Vec<(usize, usize, usize)> {
        let mut runs = Vec::new();
        for y in 0..self.width {
            let mut x = 0;
            while x < self.width {
                let length = (x..self.width).take_while(|at| self.is_dark(*at, y)).count();
                if length > 0 {
                    runs.push((x, y, length));
                }
                x += length + 1;
            }
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_of_the_catalogue() {
        // The check value that every catalogue of CRCs gives for BUYPASS.
        assert_eq!(crc(b"123456789"), 0xFEE8);
    }
}
