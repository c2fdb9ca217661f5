//! Kinds of invoice (票种).
//!
//! One table. A new kind is one variant and one row; nothing else in the house lists kinds.

use serde::{Deserialize, Serialize};

use crate::normalise;

/// How invoices of a kind are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// 20 digits, unique in the country (数电).
    Unified,
    /// 发票代码 (10 or 12 digits) with 发票号码 (8 digits).
    Legacy,
}

/// Whether the original is a file or a sheet of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Medium {
    /// The file is the original.
    Electronic,
    /// The sheet is the original; files are pictures of it.
    Paper,
}

macro_rules! kinds {
    ($( $(#[$doc:meta])* $variant:ident { code: $code:literal, bureau: $bureau:literal, qr: [$($qr:literal),*],
        scheme: $scheme:ident, medium: $medium:ident, special: $special:literal, label: $label:literal,
        en: $en:literal, also: [$($also:literal),*] } )*) => {
        /// The kind of an invoice (票种).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum InvoiceKind { $( $(#[$doc])* $variant, )* }

        impl InvoiceKind {
            /// Every kind, in the order of the table.
            pub const ALL: &'static [InvoiceKind] = &[ $( InvoiceKind::$variant, )* ];

            fn row(self) -> Row {
                match self { $( InvoiceKind::$variant => Row {
                    code: $code, bureau: $bureau, qr: &[$($qr),*], scheme: Scheme::$scheme, medium: Medium::$medium,
                    special: $special, label: $label, en: $en, also: &[$($also),*],
                }, )* }
            }
        }
    };
}

/// What the table says of a kind.
struct Row {
    code: &'static str,
    bureau: &'static str,
    qr: &'static [&'static str],
    scheme: Scheme,
    medium: Medium,
    special: bool,
    label: &'static str,
    en: &'static str,
    also: &'static [&'static str],
}

// `also` lists other spellings after normalisation (NFKC, no spaces). The most specific kinds come first, because
// labels are matched whole.
kinds! {
    /// 数电发票（增值税专用发票）.
    DigitalSpecial { code: "digital_special", bureau: "81", qr: ["31"], scheme: Unified, medium: Electronic,
        special: true, label: "数电发票（增值税专用发票）", en: "digital special VAT invoice",
        also: ["电子发票(增值税专用发票)", "电子发票(专用发票)", "全电发票(增值税专用发票)", "数电票(增值税专用发票)", "数电专票", "红字电子发票(增值税专用发票)"] }
    /// 数电发票（普通发票）.
    DigitalOrdinary { code: "digital_ordinary", bureau: "82", qr: ["32"], scheme: Unified, medium: Electronic,
        special: false, label: "数电发票（普通发票）", en: "digital ordinary invoice",
        also: ["电子发票(普通发票)", "全电发票(普通发票)", "数电票(普通发票)", "数电普票", "红字电子发票(普通发票)"] }
    /// 数电发票（铁路电子客票）.
    Rail { code: "digital_rail", bureau: "51", qr: ["51"], scheme: Unified, medium: Electronic,
        special: false, label: "电子发票（铁路电子客票）", en: "digital rail ticket",
        also: ["数电发票(铁路电子客票)", "铁路电子客票", "电子客票"] }
    /// 数电发票（航空运输电子客票行程单）.
    Air { code: "digital_air", bureau: "61", qr: ["61"], scheme: Unified, medium: Electronic,
        special: false, label: "电子发票（航空运输电子客票行程单）", en: "digital air itinerary",
        also: ["数电发票(航空运输电子客票行程单)", "航空运输电子客票行程单"] }
    /// 数电发票（机动车销售统一发票）.
    DigitalVehicle { code: "digital_vehicle", bureau: "83", qr: ["33"], scheme: Unified, medium: Electronic,
        special: true, label: "数电发票（机动车销售统一发票）", en: "digital motor vehicle invoice",
        also: ["电子发票(机动车销售统一发票)", "电子发票(机动车销售电子统一发票)"] }
    /// 数电发票（二手车销售统一发票）.
    DigitalUsedCar { code: "digital_used_car", bureau: "84", qr: ["34"], scheme: Unified, medium: Electronic,
        special: false, label: "数电发票（二手车销售统一发票）", en: "digital used car invoice",
        also: ["电子发票(二手车销售统一发票)", "电子发票(二手车销售电子统一发票)"] }
    /// 数电纸质发票（增值税专用发票）.
    DigitalPaperSpecial { code: "digital_paper_special", bureau: "85", qr: [], scheme: Unified, medium: Paper,
        special: true, label: "数电纸质发票（增值税专用发票）", en: "digital special invoice on paper",
        also: ["纸质发票(增值税专用发票)", "全电纸质发票(增值税专用发票)", "数电纸票(增值税专用发票)"] }
    /// 数电纸质发票（普通发票）.
    DigitalPaperOrdinary { code: "digital_paper_ordinary", bureau: "86", qr: [], scheme: Unified, medium: Paper,
        special: false, label: "数电纸质发票（普通发票）", en: "digital ordinary invoice on paper",
        also: ["纸质发票(普通发票)", "全电纸质发票(普通发票)", "数电纸票(普通发票)", "数电纸质发票(增值税普通发票)"] }
    /// 数电纸质发票（机动车销售统一发票）.
    DigitalPaperVehicle { code: "digital_paper_vehicle", bureau: "87", qr: [], scheme: Unified, medium: Paper,
        special: true, label: "数电纸质发票（机动车销售统一发票）", en: "digital motor vehicle invoice on paper", also: [] }
    /// 数电纸质发票（二手车销售统一发票）.
    DigitalPaperUsedCar { code: "digital_paper_used_car", bureau: "88", qr: [], scheme: Unified, medium: Paper,
        special: false, label: "数电纸质发票（二手车销售统一发票）", en: "digital used car invoice on paper", also: [] }
    /// 增值税专用发票 (paper).
    Special { code: "special", bureau: "01", qr: ["01"], scheme: Legacy, medium: Paper,
        special: true, label: "增值税专用发票", en: "special VAT invoice (paper)", also: ["增值税专用发票(纸质)", "专票"] }
    /// 增值税电子专用发票.
    ElectronicSpecial { code: "electronic_special", bureau: "08", qr: ["20", "08"], scheme: Legacy, medium: Electronic,
        special: true, label: "增值税电子专用发票", en: "electronic special VAT invoice", also: [] }
    /// 增值税普通发票 (paper, folded).
    Ordinary { code: "ordinary", bureau: "04", qr: ["04"], scheme: Legacy, medium: Paper,
        special: false, label: "增值税普通发票", en: "ordinary VAT invoice (paper)", also: ["增值税普通发票(折叠票)", "普票"] }
    /// 增值税普通发票（卷式）.
    Roll { code: "roll", bureau: "11", qr: ["11"], scheme: Legacy, medium: Paper,
        special: false, label: "增值税普通发票（卷式）", en: "ordinary VAT invoice (roll)", also: ["增值税普通发票(卷票)", "卷式发票"] }
    /// 道路通行费电子普通发票.
    Toll { code: "toll", bureau: "14", qr: ["14"], scheme: Legacy, medium: Electronic,
        special: false, label: "增值税电子普通发票（通行费）", en: "road toll electronic invoice",
        also: ["道路通行费电子普通发票", "通行费增值税电子普通发票", "增值税电子普通发票(通行费)", "收费公路通行费增值税电子普通发票"] }
    /// 增值税电子普通发票.
    ElectronicOrdinary { code: "electronic_ordinary", bureau: "10", qr: ["10"], scheme: Legacy, medium: Electronic,
        special: false, label: "增值税电子普通发票", en: "electronic ordinary VAT invoice", also: ["电子普通发票", "深圳电子普通发票"] }
    /// 机动车销售统一发票 (paper).
    Vehicle { code: "vehicle", bureau: "03", qr: ["03"], scheme: Legacy, medium: Paper,
        special: true, label: "机动车销售统一发票", en: "motor vehicle invoice (paper)", also: [] }
    /// 二手车销售统一发票 (paper).
    UsedCar { code: "used_car", bureau: "15", qr: ["15"], scheme: Legacy, medium: Paper,
        special: false, label: "二手车销售统一发票", en: "used car invoice (paper)", also: [] }
    /// 货物运输业增值税专用发票 (withdrawn 2016-07-01).
    Freight { code: "freight", bureau: "02", qr: ["02"], scheme: Legacy, medium: Paper,
        special: true, label: "货物运输业增值税专用发票", en: "freight special VAT invoice (withdrawn)", also: [] }
    /// 数电发票 whose kind the file does not state.
    DigitalUnstated { code: "digital", bureau: "", qr: [], scheme: Unified, medium: Electronic,
        special: false, label: "数电发票", en: "digital invoice, kind not stated", also: ["电子发票", "全电发票", "数电票"] }
}

impl InvoiceKind {
    /// Permanent code, used in rows, payloads and filters.
    pub fn code(self) -> &'static str {
        self.row().code
    }

    /// The tax bureau's `fplx` code, two digits; empty where the kind is not stated.
    pub fn bureau_code(self) -> &'static str {
        self.row().bureau
    }

    /// The label shown to people.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// The label shown to people who read English.
    pub fn label_en(self) -> &'static str {
        self.row().en
    }

    /// How invoices of this kind are numbered.
    pub fn scheme(self) -> Scheme {
        self.row().scheme
    }

    /// Whether the original is a file or a sheet of paper.
    pub fn medium(self) -> Medium {
        self.row().medium
    }

    /// Whether the input tax may be deducted as of a special invoice (专用发票).
    pub fn is_special(self) -> bool {
        self.row().special
    }

    /// The kind with this permanent code.
    pub fn from_code(code: &str) -> Option<InvoiceKind> {
        InvoiceKind::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// The kind that a QR code's second field names.
    ///
    /// `10` is used for toll invoices too, so it says 增值税电子普通发票 and a more telling source may refine it.
    pub fn from_qr_code(code: &str) -> Option<InvoiceKind> {
        InvoiceKind::ALL
            .iter()
            .copied()
            .find(|kind| kind.row().qr.contains(&code))
    }

    /// The kind that a label names: an own code, a label of this table, or another spelling seen in the field.
    ///
    /// A place name or a business tag before the label is tolerated (`北京增值税电子普通发票`, `浙江增值税专用发票`).
    pub fn from_label(label: &str) -> Option<InvoiceKind> {
        let label = normalise(label);
        if let Some(kind) = InvoiceKind::from_code(&label) {
            return Some(kind);
        }
        let spelled = |kind: &InvoiceKind, text: &str| {
            let row = kind.row();
            normalise(row.label) == text || row.also.contains(&text)
        };
        if let Some(kind) = InvoiceKind::ALL.iter().find(|kind| spelled(kind, &label)) {
            return Some(*kind);
        }
        // Longest label that ends the text, so that a place name in front does no harm.
        InvoiceKind::ALL
            .iter()
            .flat_map(|kind| {
                let row = kind.row();
                std::iter::once(normalise(row.label))
                    .chain(row.also.iter().map(|also| (*also).to_owned()))
                    .map(move |spelling| (spelling, *kind))
            })
            .filter(|(spelling, _)| spelling.chars().count() >= 7 && label.ends_with(spelling.as_str()))
            .filter(|(spelling, _)| label.chars().count() - spelling.chars().count() <= 10)
            .max_by_key(|(spelling, _)| spelling.len())
            .map(|(_, kind)| kind)
    }

    /// The kind that a legacy 发票代码 implies by its digits.
    ///
    /// Source: the national check site's own classification, confirmed on 610 of 611 legacy invoices.
    pub fn from_legacy_code(code: &str) -> Option<InvoiceKind> {
        const OLD_ELECTRONIC: [&str; 4] = ["144031539110", "131001570151", "133011501118", "111001571071"];
        if !code.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        match code.len() {
            12 if OLD_ELECTRONIC.contains(&code) => Some(InvoiceKind::ElectronicOrdinary),
            12 if code.starts_with('0') => match code.get(10..)? {
                "04" | "05" => Some(InvoiceKind::Ordinary),
                "06" | "07" => Some(InvoiceKind::Roll),
                "11" => Some(InvoiceKind::ElectronicOrdinary),
                "12" => Some(InvoiceKind::Toll),
                "13" => Some(InvoiceKind::ElectronicSpecial),
                "17" => Some(InvoiceKind::UsedCar),
                _ => None,
            },
            12 if code.get(7..8)? == "2" => Some(InvoiceKind::Vehicle),
            10 => match code.get(7..8)? {
                "1" | "5" => Some(InvoiceKind::Special),
                "3" | "6" => Some(InvoiceKind::Ordinary),
                "2" | "7" => Some(InvoiceKind::Freight),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether two kinds may be said of the same invoice: equal, or one is the other said less exactly.
    pub fn is_compatible(self, other: InvoiceKind) -> bool {
        let refines = |general: InvoiceKind, exact: InvoiceKind| match general {
            InvoiceKind::DigitalUnstated => exact.scheme() == Scheme::Unified,
            InvoiceKind::ElectronicOrdinary => exact == InvoiceKind::Toll,
            _ => false,
        };
        self == other || refines(self, other) || refines(other, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(label: &str, expect: Option<InvoiceKind>) {
        assert_eq!(InvoiceKind::from_label(label), expect, "{label}");
    }

    #[test]
    fn labels_of_faces_exports_and_older_systems() {
        check("电子发票（增值税专用发票）", Some(InvoiceKind::DigitalSpecial));
        check("电⼦发票（普通发票）", Some(InvoiceKind::DigitalOrdinary));
        check("全电发票（普通发票）", Some(InvoiceKind::DigitalOrdinary));
        check("数电发票（铁路电子客票）", Some(InvoiceKind::Rail));
        check("增值税普通发票（卷式）", Some(InvoiceKind::Roll));
        check("道路通行费电子普通发票", Some(InvoiceKind::Toll));
        check("湖北增值税电子普通发票", Some(InvoiceKind::ElectronicOrdinary));
        check("1100 北京增值税专用发票", Some(InvoiceKind::Special));
        check("收据", None);
    }

    #[test]
    fn every_row_reads_its_own_labels_and_code() {
        for kind in InvoiceKind::ALL {
            check(kind.label(), Some(*kind));
            check(kind.code(), Some(*kind));
        }
    }

    #[test]
    fn legacy_codes_tell_the_kind() {
        for (code, kind) in [
            ("033002000211", Some(InvoiceKind::ElectronicOrdinary)),
            ("042001700112", Some(InvoiceKind::Toll)),
            ("052002100113", Some(InvoiceKind::ElectronicSpecial)),
            ("1100094140", Some(InvoiceKind::Special)),
            ("4200161350", Some(InvoiceKind::Ordinary)),
            ("144031539110", Some(InvoiceKind::ElectronicOrdinary)),
            ("011002680026", None),
        ] {
            assert_eq!(InvoiceKind::from_legacy_code(code), kind, "{code}");
        }
    }

    #[test]
    fn a_toll_invoice_may_be_called_electronic_ordinary() {
        assert!(InvoiceKind::Toll.is_compatible(InvoiceKind::ElectronicOrdinary));
        assert!(!InvoiceKind::DigitalSpecial.is_compatible(InvoiceKind::DigitalOrdinary));
    }
}
