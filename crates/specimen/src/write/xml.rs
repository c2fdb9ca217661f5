//! The 数电 XML (`EInvoice`), in the versions and with the oddities that bureaus and platforms show.

use invoice::{InvoiceKind, Rate};

use super::markup::Markup;
use crate::specimen::{Business, Specimen, SpecimenLine};
use crate::world::region_of;

/// Which issuer's habits to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum XmlStyle {
    /// Version 0.2: labels stated, tax with six decimals, date without time.
    Bureau,
    /// Version 0.33: starts with a byte-order mark, remark empty.
    ByteOrderMark,
    /// Version 0.32 of platforms: no labels (the kind is not stated), other order of elements, `<ptbh/>`.
    Platform,
    /// Version 0.31, everything on one line, absent optional elements left out.
    Compact,
}

impl XmlStyle {
    /// Every style, in order.
    pub const ALL: [XmlStyle; 4] = [
        XmlStyle::Bureau,
        XmlStyle::ByteOrderMark,
        XmlStyle::Platform,
        XmlStyle::Compact,
    ];

    fn version(self) -> &'static str {
        match self {
            XmlStyle::Bureau => "0.2",
            XmlStyle::ByteOrderMark => "0.33",
            XmlStyle::Platform => "0.32",
            XmlStyle::Compact => "0.31",
        }
    }

    /// Whether the file states the kind of the invoice.
    pub(crate) fn states_kind(self) -> bool {
        self != XmlStyle::Platform
    }
}

/// Writes the XML of a 数电 specimen.
pub(crate) fn write(specimen: &Specimen, style: XmlStyle) -> Vec<u8> {
    let prolog = match style {
        XmlStyle::Bureau => "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>",
        XmlStyle::ByteOrderMark => "\u{FEFF}<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        XmlStyle::Platform | XmlStyle::Compact => "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
    };
    let mut xml = Markup::new(prolog, style != XmlStyle::Compact);
    xml.open("EInvoice");
    header(&mut xml, specimen, style);
    xml.open("EInvoiceData");
    parties(&mut xml, specimen, style);
    basics(&mut xml, specimen, style);
    for line in &specimen.lines {
        item(&mut xml, line, style);
    }
    business(&mut xml, specimen);
    xml.open("AdditionalInformation");
    xml.leaf("Remark", &specimen.remark);
    xml.close("AdditionalInformation");
    xml.close("EInvoiceData");
    supervision(&mut xml, specimen, style);
    if style == XmlStyle::Platform {
        xml.empty("ptbh");
    }
    xml.close("EInvoice");
    xml.finish().into_bytes()
}

fn header(xml: &mut Markup, specimen: &Specimen, style: XmlStyle) {
    xml.open("Header");
    xml.leaf("EIid", &specimen.number);
    xml.leaf("EInvoiceTag", &format!("SWEI{}", specimen.seller.region));
    xml.leaf("Version", style.version());
    xml.open("InherentLabel");
    if style.states_kind() {
        let is_special = specimen.kind == InvoiceKind::DigitalSpecial;
        let labels = [
            (
                "InIssuType",
                if specimen.blue.is_some() { "N" } else { "Y" },
                "是否蓝字发票标志",
            ),
            ("EInvoiceType", "01", "电子发票"),
            if is_special {
                ("GeneralOrSpecialVAT", "01", "增值税专用发票")
            } else {
                ("GeneralOrSpecialVAT", "02", "普通发票")
            },
            if specimen.seller.is_small_scale {
                ("TaxpayerType", "2", "小规模纳税人")
            } else {
                ("TaxpayerType", "1", "一般纳税人")
            },
        ];
        for (tag, code, name) in labels {
            xml.open(tag);
            xml.leaf("LabelCode", code);
            xml.leaf("LabelName", name);
            xml.close(tag);
        }
    } else {
        for tag in [
            "InIssuType",
            "EInvoiceType",
            "GeneralOrSpecialVAT",
            "TaxpayerType",
        ] {
            xml.empty(tag);
        }
    }
    xml.close("InherentLabel");
    xml.open("UndefinedLabel");
    if style.states_kind() {
        let label = specimen.business.label();
        let mut labels = vec![("发票开具方式标签", "1", "网页开票")];
        if !label.is_empty() {
            labels.push(("特定业务类标签", "99", label));
        }
        for (kind, code, name) in labels {
            xml.open("Label");
            xml.leaf("LabelType", kind);
            xml.leaf("LabelCode", code);
            xml.leaf("LabelName", name);
            xml.close("Label");
        }
    } else {
        xml.empty("Label");
    }
    xml.close("UndefinedLabel");
    xml.close("Header");
}

fn parties(xml: &mut Markup, specimen: &Specimen, style: XmlStyle) {
    for (block, prefix, party) in [
        ("SellerInformation", "Seller", &specimen.seller),
        ("BuyerInformation", "Buyer", &specimen.buyer),
    ] {
        xml.open(block);
        let leaves = [
            ("IdNum", &party.tax_id),
            ("Name", &party.name),
            ("Addr", &party.address),
            ("TelNum", &party.telephone),
            ("BankName", &party.bank),
            ("BankAccNum", &party.account),
        ];
        for (at, (suffix, text)) in leaves.iter().enumerate() {
            let is_optional = at >= 2;
            match (is_optional, style) {
                (true, XmlStyle::Compact) => {}
                // Platforms leave what they were not told empty rather than out.
                (true, XmlStyle::Platform) if prefix == "Buyer" => xml.empty(&format!("{prefix}{suffix}")),
                _ => xml.leaf(&format!("{prefix}{suffix}"), text),
            }
        }
        if prefix == "Buyer" && style == XmlStyle::Bureau {
            xml.leaf("BuyerHandlingName", "");
        }
        xml.close(block);
    }
}

fn basics(xml: &mut Markup, specimen: &Specimen, style: XmlStyle) {
    let figures = ("TotalTax-includedAmount", specimen.total.to_string());
    let words = ("TotalTax-includedAmountInChinese", specimen.words());
    let drawer = ("Drawer", specimen.drawer.clone());
    let date = match style {
        XmlStyle::Bureau => specimen.date.to_string(),
        _ => format!("{} {}", specimen.date, specimen.time),
    };
    let time = ("RequestTime", date);
    xml.open("BasicInformation");
    xml.leaf("TotalAmWithoutTax", &specimen.amount.to_string());
    xml.leaf("TotalTaxAm", &specimen.tax.to_string());
    let rest = match style {
        XmlStyle::Platform => [words, figures, time, drawer],
        _ => [figures, words, drawer, time],
    };
    for (tag, text) in rest {
        xml.leaf(tag, &text);
    }
    xml.close("BasicInformation");
}

fn item(xml: &mut Markup, line: &SpecimenLine, style: XmlStyle) {
    let rate = match &line.rate {
        Rate::Fraction(fraction) => format!("{fraction:.6}"),
        Rate::Exempt | Rate::NotTaxed | Rate::Hidden | Rate::Other(_) => line.rate.to_string(),
    };
    let wide = if style == XmlStyle::Bureau { "0000" } else { "" };
    xml.open("IssuItemInformation");
    xml.leaf("ItemName", &line.name);
    let optional = [
        ("SpecMod", line.spec.clone()),
        ("MeaUnits", line.unit.clone()),
        ("Quantity", line.shown_quantity()),
        ("UnPrice", line.shown_price()),
    ];
    for (tag, text) in optional {
        match (text.is_empty(), style) {
            (true, XmlStyle::Compact | XmlStyle::Platform) => {}
            (true, XmlStyle::ByteOrderMark) => xml.empty(tag),
            _ => xml.leaf(tag, &text),
        }
    }
    xml.leaf("Amount", &line.amount.to_string());
    xml.leaf("TaxRate", &rate);
    xml.leaf("ComTaxAm", &format!("{}{wide}", line.tax));
    xml.leaf(
        "TotaltaxIncludedAmount",
        &format!("{}{wide}", line.amount + line.tax),
    );
    xml.leaf("TaxClassificationCode", &line.tax_code);
    xml.close("IssuItemInformation");
}

fn business(xml: &mut Markup, specimen: &Specimen) {
    if specimen.business == Business::Plain && specimen.blue.is_none() {
        xml.empty("SpecificInformation");
        return;
    }
    xml.open("SpecificInformation");
    match &specimen.business {
        Business::Toll {
            plate,
            vehicle,
            from,
            until,
        } => {
            let compact = |date: &invoice::Date| format!("{}094742000", date.to_string().replace('-', ""));
            xml.open("Toll");
            xml.leaf("PlateNumber", plate);
            xml.leaf("VehicleType", vehicle);
            xml.leaf("StartDatesOfPassage", &compact(from));
            xml.leaf("EndDatesOfPassage", &compact(until));
            xml.close("Toll");
        }
        Business::Passenger(travellers) => {
            for traveller in travellers {
                xml.open("PassengerTransport");
                xml.leaf("Traveller", &traveller.name);
                xml.leaf("TravelDate", &traveller.date.to_string());
                xml.leaf("DeparturePlace", &traveller.origin);
                xml.leaf("Destination", &traveller.destination);
                xml.leaf("VehicleType", &traveller.vehicle);
                xml.close("PassengerTransport");
            }
        }
        Business::Construction { place, project } => {
            xml.open("ConstructionServices");
            xml.leaf("ConstructionPlace", place);
            xml.leaf("ItemName", project);
            xml.close("ConstructionServices");
        }
        Business::Lease { address, certificate } => {
            xml.open("RealEstateLeasing");
            xml.leaf("RealEstateAddress", address);
            xml.leaf("CertificateNumber", certificate);
            xml.close("RealEstateLeasing");
        }
        Business::Plain | Business::Rail { .. } | Business::Air { .. } => {}
    }
    if let Some(blue) = &specimen.blue {
        xml.open("RedEInvoice");
        xml.leaf("OriginalInvoiceCode", &blue.number);
        xml.close("RedEInvoice");
    }
    xml.close("SpecificInformation");
}

fn supervision(xml: &mut Markup, specimen: &Specimen, style: XmlStyle) {
    let region = region_of(specimen.seller.region);
    if style == XmlStyle::Bureau {
        xml.open("SellerAuthentication");
        xml.leaf("AuthenticationMethods", "02");
        xml.close("SellerAuthentication");
    }
    xml.open("TaxSupervisionInfo");
    xml.leaf("InvoiceNumber", &specimen.number);
    xml.leaf("IssueTime", &format!("{} {}", specimen.date, specimen.time));
    xml.leaf("TaxBureauCode", &format!("1{}000000", region.legacy));
    xml.leaf(
        "TaxBureauName",
        &format!("国家税务总局{}税务局", bureau_area(region.name)),
    );
    xml.close("TaxSupervisionInfo");
    if style == XmlStyle::Bureau {
        xml.open("TaxBureauSignature");
        xml.empty("Reference URI=\"/EInvoice/Header|/EInvoice/EInvoiceData|/EInvoice/TaxSupervisionInfo\"");
        xml.leaf("SignatureAlgorithm", "1.2.156.10197.1.501");
        xml.leaf("SignatureFormat", "DETACH");
        xml.leaf("SignatureTime", &format!("{} {}", specimen.date, specimen.time));
        // A made-up invoice is signed by nobody.
        xml.leaf("SignatureValue", "");
        xml.close("TaxBureauSignature");
    }
}

/// The area of a bureau's name: cities and provinces write themselves out.
fn bureau_area(name: &str) -> String {
    match name {
        "北京" | "上海" | "天津" | "重庆" | "深圳" | "宁波" | "青岛" => format!("{name}市"),
        province => format!("{province}省"),
    }
}
