//! The contract of `piaoku read --json`: one line for each invoice found, with these keys and no others.

use invoice::{CrcState, Fault, FieldName, InvoiceReading, Reading, Source, Verdict};
use serde::Serialize;

/// One JSON line. What the file does not state is `null`; amounts are decimal strings with two places.
#[derive(Debug, Serialize)]
pub(crate) struct ManifestLine {
    file: String,
    kind: Option<String>,
    number: Option<String>,
    code: Option<String>,
    check_code: Option<String>,
    date: Option<String>,
    seller_name: Option<String>,
    seller_tax_id: Option<String>,
    buyer_name: Option<String>,
    buyer_tax_id: Option<String>,
    amount: Option<String>,
    tax: Option<String>,
    total: Option<String>,
    qr_text: Option<String>,
    /// Paths of what nothing else in the file supports or contradicts: `seller_name`, `lines[0].price`.
    single_witness: Vec<String>,
    faults: Vec<FaultLine>,
}

/// A fault as the contract has it.
#[derive(Debug, Serialize)]
pub(crate) struct FaultLine {
    code: String,
    path: String,
    message: String,
}

impl From<&Fault> for FaultLine {
    fn from(fault: &Fault) -> FaultLine {
        FaultLine {
            code: fault.code.clone(),
            path: fault.path.clone(),
            message: fault.message.clone(),
        }
    }
}

/// The line of a file that was not loaded.
pub(crate) fn refused(file: &str, fault: &Fault) -> ManifestLine {
    invoice_line(file, &InvoiceReading::default(), vec![fault.into()])
}

/// The lines of one file: one for each invoice, or one that says why there is none.
pub(crate) fn lines(file: &str, reading: &Reading, verdict: &Verdict) -> Vec<ManifestLine> {
    let faults_of = |at: usize| -> Vec<FaultLine> {
        let own = verdict.invoices.get(at).into_iter().flatten();
        own.chain(&verdict.file).map(FaultLine::from).collect()
    };
    if !reading.invoices.is_empty() {
        let of = |(at, invoice): (usize, &InvoiceReading)| invoice_line(file, invoice, faults_of(at));
        return reading.invoices.iter().enumerate().map(of).collect();
    }
    let mut line = invoice_line(file, &InvoiceReading::default(), faults_of(usize::MAX));
    if let Some(statement) = &reading.statement {
        let (amount, tax, total) = statement.sums();
        let direction = match statement.direction {
            Some(invoice::StatementDirection::Purchases) => "（进项）",
            Some(invoice::StatementDirection::Sales) => "（销项）",
            None => "",
        };
        line.kind = Some(format!("全量发票查询导出结果{direction}"));
        line.amount = Some(amount.to_string());
        line.tax = Some(tax.to_string());
        line.total = Some(total.to_string());
    }
    vec![line]
}

fn invoice_line(file: &str, invoice: &InvoiceReading, faults: Vec<FaultLine>) -> ManifestLine {
    let raw = |name| invoice.fields.raw(name).map(invoice::readable);
    let value = |name| invoice.fields.value(name).map(str::to_owned);
    ManifestLine {
        file: file.to_owned(),
        kind: invoice.kind().map(|kind| kind.label().to_owned()),
        number: value(FieldName::Number),
        code: value(FieldName::Code),
        check_code: value(FieldName::CheckCode),
        date: value(FieldName::Date),
        seller_name: raw(FieldName::SellerName),
        seller_tax_id: value(FieldName::SellerTaxId),
        buyer_name: raw(FieldName::BuyerName),
        buyer_tax_id: value(FieldName::BuyerTaxId),
        amount: value(FieldName::Amount),
        tax: value(FieldName::Tax),
        total: value(FieldName::Total),
        qr_text: qr_text(invoice),
        single_witness: app::single_witnesses(invoice),
        faults,
    }
}

/// The QR code's text: decoded from a picture before stated as text, intact before doubtful.
fn qr_text(invoice: &InvoiceReading) -> Option<String> {
    let mut codes: Vec<_> = invoice.qr_codes.iter().collect();
    codes.sort_by_key(|code| (code.crc == CrcState::Fails, code.source != Source::Qr));
    codes.first().map(|code| code.text.clone())
}
