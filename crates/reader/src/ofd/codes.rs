//! QR codes of an OFD: as text in an attachment or a tag (`GraphCode`), as a stored picture, or drawn as paths.
//!
//! A code states few fields, but it is the best cross-check there is: whoever alters a page seldom thinks of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use invoice::{InvoiceReading, Source};
use ofd::Document;

use super::{pictures, tags};
use crate::qr::{self, QrPayload};

/// Pictures decoded for one document: enough for a merged print of a working day, at about 3 ms each.
const DECODED_MAX: usize = 64;
/// Pages that are drawn to find a code made of paths, at about 30 ms each.
const DRAWN_MAX: usize = 4;

/// Takes the codes that attachments state out of their extras.
pub(super) fn of_attachments(stated: &mut [InvoiceReading]) -> Vec<InvoiceReading> {
    let is_code = |name: &str| name.ends_with("GraphCode");
    let mut found = Vec::new();
    for invoice in stated {
        for extra in invoice.extras.iter().filter(|extra| is_code(&extra.name)) {
            found.extend(of_text(&extra.value, &extra.place));
        }
        invoice.extras.retain(|extra| !is_code(&extra.name));
    }
    found
}

/// The codes that the tags of a body state.
pub(super) fn of_tags(document: &Document, body: usize) -> Vec<InvoiceReading> {
    let files = document.tag_files.iter().filter(|file| file.body == body);
    files
        .flat_map(|file| tags::graph_codes(document, file))
        .filter_map(|(place, text)| of_text(&text, &place))
        .collect()
}

/// The codes on the pages of a body, each with the index of its page.
pub(super) fn on_pages(document: &Document, body: usize) -> Vec<(usize, InvoiceReading)> {
    let indices = || {
        let pages = document.pages.iter().enumerate();
        pages
            .filter(move |(_, page)| page.body == body)
            .map(|(index, _)| index)
    };
    let stored: Vec<(usize, InvoiceReading)> = indices()
        .flat_map(|index| {
            pictures::on_page(document, index)
                .into_iter()
                .map(move |media| (index, media))
        })
        .take(DECODED_MAX)
        .filter_map(|(index, media)| Some((index, of_picture(&media.bytes, &media.part)?)))
        .collect();
    if !stored.is_empty() {
        return stored;
    }
    let drawn = indices().filter_map(|index| Some((index, pictures::drawn(document, index)?)));
    drawn
        .take(DRAWN_MAX)
        .filter_map(|(index, luma)| {
            let place = format!("page {} paths", index + 1);
            Some((index, of_texts(&qr::find_codes(&luma), Source::Qr, &place)?))
        })
        .collect()
}

/// Some issuers put the picture itself, in base64, where the text should be.
fn of_text(value: &str, place: &str) -> Option<InvoiceReading> {
    let text = [value.trim().to_owned()];
    of_texts(&text, Source::GraphCode, place).or_else(|| {
        let base64: String = value.split_whitespace().collect();
        of_picture(&STANDARD.decode(base64).ok()?, place)
    })
}

fn of_picture(bytes: &[u8], place: &str) -> Option<InvoiceReading> {
    let texts = if bytes.starts_with(b"\x97JB2") {
        qr::find_codes(&qr::decode_jbig2(bytes)?)
    } else {
        qr::find_codes_in(&qr::decode_picture(bytes).ok()?)
    };
    of_texts(&texts, Source::Qr, place)
}

/// The first text that is an invoice's code; payment codes stand beside it on some.
fn of_texts(texts: &[String], source: Source, place: &str) -> Option<InvoiceReading> {
    let payload = texts.iter().find_map(|text| QrPayload::parse(text))?;
    let mut reading = InvoiceReading::default();
    payload.state_into(&mut reading, source, place);
    Some(reading)
}
