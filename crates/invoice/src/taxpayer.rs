//! Taxpayer identification numbers (纳税人识别号) and the unified social credit code (统一社会信用代码).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The form of a taxpayer number, told by length and characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxpayerNumberForm {
    /// 统一社会信用代码, 18 characters (GB 32100-2015).
    CreditCode,
    /// A person's identity number used as tax number, 18 digits (GB 11643).
    Personal,
    /// A sole trader's number: identity number and two digits, 20 characters.
    SoleTrader,
    /// 15 characters: region and organisation code, before 2015.
    Fifteen,
    /// 17 characters: 15 with a suffix.
    Seventeen,
    /// Anything else: masked, foreign or misread.
    Other,
}

/// A taxpayer number (纳税人识别号), upper case without white space. Any text is accepted; [`TaxpayerNumber::form`]
/// says what it looks like.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaxpayerNumber(String);

const ALPHABET: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl TaxpayerNumber {
    /// The number in upper case without white space; `None` when nothing is left.
    pub fn new(text: &str) -> Option<TaxpayerNumber> {
        let bare = crate::normalise(text).to_ascii_uppercase();
        (!bare.is_empty()).then_some(TaxpayerNumber(bare))
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the number looks like.
    pub fn form(&self) -> TaxpayerNumberForm {
        let bytes = self.0.as_bytes();
        if !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return TaxpayerNumberForm::Other;
        }
        match bytes.len() {
            18 if is_identity_number(bytes) && !credit_code_holds(bytes) => TaxpayerNumberForm::Personal,
            18 => TaxpayerNumberForm::CreditCode,
            20 => TaxpayerNumberForm::SoleTrader,
            15 => TaxpayerNumberForm::Fifteen,
            17 => TaxpayerNumberForm::Seventeen,
            _ => TaxpayerNumberForm::Other,
        }
    }

    /// Whether the check character holds (GB 32100-2015 §5.5); `None` for forms that have none.
    ///
    /// Of 776 real numbers with 18 characters 772 hold: a failure is worth a warning, never a refusal.
    pub fn check_holds(&self) -> Option<bool> {
        match self.form() {
            TaxpayerNumberForm::CreditCode => Some(credit_code_holds(self.0.as_bytes())),
            TaxpayerNumberForm::Personal => Some(true),
            _ => None,
        }
    }

    /// Whether the number is or contains a person's identity number and must be masked in logs and exports.
    pub fn is_personal(&self) -> bool {
        match self.form() {
            TaxpayerNumberForm::Personal => true,
            TaxpayerNumberForm::SoleTrader => self.0.as_bytes().get(..18).is_some_and(is_identity_number),
            _ => false,
        }
    }

    /// The number with the birthday and serial of an identity number hidden: `320404********0123`.
    pub fn masked(&self) -> String {
        if !self.is_personal() {
            return self.0.clone();
        }
        self.0
            .chars()
            .enumerate()
            .map(|(at, c)| if (6..14).contains(&at) { '*' } else { c })
            .collect()
    }

    /// Computes the 18th character for 17 given ones (GB 32100-2015 §5.5).
    pub fn credit_code_check_character(first17: &str) -> Option<char> {
        let bytes = first17.as_bytes();
        (bytes.len() == 17)
            .then(|| credit_code_sum(bytes))
            .flatten()
            .map(|value| char::from(ALPHABET[value]))
    }
}

impl fmt::Display for TaxpayerNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn credit_code_holds(bytes: &[u8]) -> bool {
    match (bytes.get(..17).and_then(credit_code_sum), bytes.get(17)) {
        (Some(expect), Some(have)) => ALPHABET.get(expect) == Some(have),
        _ => false,
    }
}

/// The index of the check character, or `None` where a character is outside the alphabet (no I O S V Z).
fn credit_code_sum(first17: &[u8]) -> Option<usize> {
    let mut sum = 0;
    let mut weight = 1;
    for byte in first17 {
        let value = ALPHABET.iter().position(|known| known == byte)?;
        sum += value * weight;
        weight = weight * 3 % 31;
    }
    Some((31 - sum % 31) % 31)
}

/// Whether 18 characters are an identity number: check character (GB 11643 §4.2) and a possible birthday.
fn is_identity_number(bytes: &[u8]) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let Some(digits) = bytes.get(..17).filter(|d| d.iter().all(u8::is_ascii_digit)) else {
        return false;
    };
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let month = (digits[10] - b'0') * 10 + digits[11] - b'0';
    let day = (digits[12] - b'0') * 10 + digits[13] - b'0';
    let century = &digits[6..8];
    bytes.get(17) == CHECK.get((sum % 11) as usize)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (century == b"19" || century == b"20")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> TaxpayerNumber {
        TaxpayerNumber::new(text).expect("test data")
    }

    #[test]
    fn check_characters_of_credit_codes() {
        assert_eq!(number("91110108690017781B").check_holds(), Some(true));
        assert_eq!(number("91110108690017781C").check_holds(), Some(false));
        assert_eq!(
            TaxpayerNumber::credit_code_check_character("91110108690017781"),
            Some('B')
        );
        assert_eq!(number("913202133140424571").check_holds(), Some(true));
    }

    #[test]
    fn forms_by_length() {
        for (text, form) in [
            ("410305012345678", TaxpayerNumberForm::Fifteen),
            ("41030501234567801", TaxpayerNumberForm::Seventeen),
            ("32040419000101000001", TaxpayerNumberForm::SoleTrader),
            ("9111000007311XXXX", TaxpayerNumberForm::Seventeen),
            ("91XXX*", TaxpayerNumberForm::Other),
        ] {
            assert_eq!(number(text).form(), form, "{text}");
        }
    }

    #[test]
    fn an_identity_number_is_personal_and_masked() {
        // Made up: region 110101, birthday 1900-01-01, serial 001, check character computed.
        let person = number("11010119000101001X");
        let is = is_identity_number(person.as_str().as_bytes());
        let checked = (0..=10)
            .map(|c| format!("11010119000101001{}", b"0123456789X"[c] as char))
            .find(|text| is_identity_number(text.as_bytes()))
            .expect("one of eleven characters is right");
        assert!(number(&checked).is_personal());
        assert!(number(&checked).masked().contains("********"));
        assert_eq!(is, checked.ends_with('X'));
    }
}
