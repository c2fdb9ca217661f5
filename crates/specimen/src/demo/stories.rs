//! The stories of the demo, one line each in one list: how common, what happened, what is made.

use invoice::{Date, InvoiceKind};

use super::{Teller, base_name, month_of, path_of, stored};
use crate::alter;
use crate::face;
use crate::forms::{form, own_style};
use crate::make::{Situation, later};
use crate::qr::Modules;
use crate::specimen::Specimen;
use crate::truth::Expect;
use crate::write::pdf::{self, Page};
use crate::write::picture::Grey;
use crate::write::xlsx;
use crate::write::zip::{self, Names, Shape};

/// One way in which files arrive.
pub(super) struct Story {
    /// What happened, in Chinese: shown beside the file.
    pub(super) name: &'static str,
    /// How common it is.
    pub(super) weight: u64,
    tale: Tale,
}

/// What a story makes.
enum Tale {
    /// One form of one new invoice.
    One(InvoiceKind, Situation, &'static str),
    /// Anything else.
    More(fn(&mut Teller, &'static str)),
}

impl Story {
    /// Makes the story's files.
    pub(super) fn tell(&self, teller: &mut Teller) {
        match self.tale {
            Tale::One(kind, situation, form) => one(teller, self.name, kind, situation, form),
            Tale::More(tell) => tell(teller, self.name),
        }
    }
}

macro_rules! stories {
    ($($weight:literal $name:literal $($kind:ident $situation:ident $form:literal)? $(=> $tell:ident)?;)*) => {
        &[$(Story {
            name: $name,
            weight: $weight,
            $(tale: Tale::One(InvoiceKind::$kind, Situation::$situation, $form),)?
            $(tale: Tale::More($tell),)?
        },)*]
    };
}

/// Every story, the ordinary ones first.
pub(super) const STORIES: &[Story] = stories! {
    300 "数电专票 XML" DigitalSpecial Plain "xml-bureau";
    240 "数电普票 PDF" DigitalOrdinary Plain "pdf";
    200 "数电专票 PDF" DigitalSpecial Plain "pdf";
    150 "数电专票 OFD" DigitalSpecial Plain "ofd-unified";
    110 "网约车 PDF（旅客运输）" DigitalOrdinary Passenger "pdf";
    60 "铁路电子客票 XBRL" Rail Rail "xbrl-rail";
    50 "铁路电子客票 PDF（内嵌 XBRL）" Rail Rail "pdf-rail-embedded";
    20 "航空行程单 XBRL" Air Air "xbrl-air";
    60 "平台开具的 XML（未写票种）" DigitalOrdinary Plain "xml-platform";
    40 "带 BOM 的 XML" DigitalSpecial Plain "xml-byte-order-mark";
    60 "折扣行" DigitalSpecial Discount "xml-bureau";
    40 "一票多税率" DigitalSpecial SeveralRates "xml-compact";
    40 "免税或不征税" DigitalOrdinary Exempt "pdf";
    15 "差额征税" DigitalOrdinary Margin "xml-bureau";
    25 "建筑服务" DigitalSpecial Construction "ofd-unified";
    25 "不动产租赁" DigitalSpecial Lease "pdf-qr-image";
    50 "旧版电子普票 OFD" ElectronicOrdinary Plain "ofd-legacy";
    20 "旧版电子普票 OFD（XBRL 附件）" ElectronicOrdinary Plain "ofd-legacy-xbrl";
    50 "旧版电子普票 PDF" ElectronicOrdinary Plain "pdf";
    20 "旧版电子专票 OFD" ElectronicSpecial Plain "ofd-legacy";
    15 "销货清单" ElectronicOrdinary SalesList "pdf";
    30 "通行费 PDF" Toll Toll "pdf";
    10 "水印叠印 PDF" DigitalOrdinary Plain "pdf-overprinted";
    15 "纸质专票的二维码照片" Special Plain "qr-photo";
    25 "二维码截图" DigitalOrdinary Plain "qr-png";
    4 "扫描件（仅二维码可读）" DigitalSpecial Plain "pdf-scan";
    40 "一票三件 ZIP（XML、OFD、PDF）" => three_renditions;
    15 "通行费 ZIP" => toll_archive;
    6 "月度 ZIP（GB18030 文件名）" => month_archive;
    4 "ZIP 套 ZIP" => nested_archive;
    12 "合并打印 PDF" => merged_print;
    12 "扩展名写错" => wrong_extension;
    40 "红字发票" => red_letter;
    30 "同一文件再次上传" => same_bytes;
    50 "同票另一种文件" => other_rendition;
    10 "OFD 重新打包" => zipped_again;
    12 "文件损坏" => damaged;
    8 "改动：PDF 金额与二维码不符" => altered_pdf;
    5 "改动：OFD 版面与附件不符" => altered_ofd;
    5 "改动：XML 小写与大写不符" => altered_xml;
    5 "加密 ZIP" => encrypted;
    3 "税局导出清单" => statement;
};

fn one(teller: &mut Teller, name: &'static str, kind: InvoiceKind, situation: Situation, form: &str) {
    let specimen = teller.specimen(kind, situation);
    teller.hand_in(name, &specimen, form);
}

/// An ordinary invoice in place of a story that has nothing to start from yet.
fn ordinary(teller: &mut Teller) {
    one(
        teller,
        "数电专票 XML",
        InvoiceKind::DigitalSpecial,
        Situation::Plain,
        "xml-bureau",
    );
}

/// Members of an archive: each form of a specimen under a folder of its own.
fn members(specimen: &Specimen, forms: &[&str]) -> Vec<(String, Vec<u8>)> {
    forms
        .iter()
        .filter_map(|name| form(name))
        .map(|form| {
            (
                format!("{}/{}.{}", form.extension, base_name(specimen), form.extension),
                (form.write)(specimen),
            )
        })
        .collect()
}

fn three_renditions(teller: &mut Teller, name: &'static str) {
    let specimen = teller.specimen(InvoiceKind::DigitalSpecial, Situation::Plain);
    let path = path_of(&specimen, "zip");
    let parts = members(&specimen, &["xml-bureau", "ofd-unified", "pdf"]);
    let truth = specimen.truth_with_qr(&path);
    teller.push(
        name,
        path,
        zip::write(&parts, Shape::default()),
        vec![truth],
        stored(1, 0),
    );
}

fn toll_archive(teller: &mut Teller, name: &'static str) {
    let mut parts = Vec::new();
    let mut truths = Vec::new();
    let count = teller.maker.chance.between(2, 6);
    let mut path = String::new();
    for at in 1..=count {
        let specimen = teller.specimen(InvoiceKind::DigitalOrdinary, Situation::Toll);
        if path.is_empty() {
            path = format!("{}/通行费_{}.zip", month_of(&specimen), specimen.number);
        }
        for name in ["xml-bureau", "pdf"] {
            if let Some(form) = form(name) {
                let member = format!("{}/{at}_{}.{}", form.extension, specimen.number, form.extension);
                parts.push((member, (form.write)(&specimen)));
            }
        }
        truths.push(specimen.truth_with_qr(&path));
    }
    let expect = stored(truths.len(), 0);
    teller.push(name, path, zip::write(&parts, Shape::default()), truths, expect);
}

fn month_archive(teller: &mut Teller, name: &'static str) {
    let mut parts = Vec::new();
    let mut truths = Vec::new();
    let mut path = String::new();
    for at in 0..teller.maker.chance.between(8, 20) {
        let specimen = teller.specimen(InvoiceKind::DigitalOrdinary, Situation::Plain);
        if path.is_empty() {
            path = format!("{}/报销_{}.zip", month_of(&specimen), specimen.number);
        }
        if let Some(form) = form(if at % 2 == 0 { "pdf" } else { "xml-bureau" }) {
            let member = format!(
                "报销单/第{}张_{}.{}",
                at + 1,
                specimen.seller.name,
                form.extension
            );
            parts.push((member, (form.write)(&specimen)));
            truths.push(form.truth(&specimen, &path));
        }
    }
    let shape = Shape {
        names: Names::Gb18030,
        ..Shape::default()
    };
    let expect = stored(truths.len(), 0);
    teller.push(name, path, zip::write(&parts, shape), truths, expect);
}

fn nested_archive(teller: &mut Teller, name: &'static str) {
    let inner = teller.specimen(InvoiceKind::DigitalSpecial, Situation::Plain);
    let outer = teller.specimen(InvoiceKind::DigitalOrdinary, Situation::Plain);
    let path = format!("{}/转发_{}.zip", month_of(&outer), outer.number);
    let inner_zip = zip::write(&members(&inner, &["xml-bureau", "pdf"]), Shape::default());
    let mut parts = members(&outer, &["pdf"]);
    parts.push((format!("附件/{}.zip", base_name(&inner)), inner_zip));
    parts.push(("说明.txt".to_owned(), "请查收发票。".as_bytes().to_vec()));
    let truths = vec![outer.truth_with_qr(&path), inner.truth_with_qr(&path)];
    teller.push(
        name,
        path,
        zip::write(&parts, Shape::default()),
        truths,
        stored(2, 0),
    );
}

fn merged_print(teller: &mut Teller, name: &'static str) {
    let specimens: Vec<Specimen> = (0..teller.maker.chance.between(2, 5))
        .map(|_| teller.specimen(InvoiceKind::DigitalOrdinary, Situation::Plain))
        .collect();
    let Some(first) = specimens.first() else { return };
    let path = format!("{}/合并打印_{}.pdf", month_of(first), first.number);
    let pages: Vec<Page> = specimens
        .iter()
        .flat_map(|specimen| {
            face::pages(specimen)
                .into_iter()
                .map(|face| Page::Face(face, specimen.qr_text()))
        })
        .collect();
    let bytes = pdf::write(&pages, &own_style(first), &first.number);
    let truths: Vec<_> = specimens
        .iter()
        .map(|specimen| specimen.truth_with_qr(&path))
        .collect();
    let expect = stored(truths.len(), 0);
    teller.push(name, path, bytes, truths, expect);
}

fn wrong_extension(teller: &mut Teller, name: &'static str) {
    let specimen = teller.specimen(InvoiceKind::DigitalSpecial, Situation::Plain);
    let (wanted, shown) =
        *teller
            .maker
            .chance
            .pick(&[("pdf", "ofd"), ("ofd-unified", "pdf"), ("xml-bureau", "txt")]);
    teller.hand_in(name, &specimen, wanted);
    if let Some(file) = teller.ready.back_mut() {
        file.path = path_of(&specimen, shown);
        for truth in &mut file.truths {
            truth.file.clone_from(&file.path);
        }
    }
}

fn red_letter(teller: &mut Teller, name: &'static str) {
    let fits =
        |s: &Specimen| s.blue.is_none() && s.kind == InvoiceKind::DigitalSpecial && !s.lines.is_empty();
    let Some(blue) = teller.take_recent(fits) else {
        return ordinary(teller);
    };
    let date = later(blue.date, teller.maker.chance.below(15));
    let red = teller.maker.red_letter(&blue, date);
    teller.keep(&red);
    let form = *teller.maker.chance.pick(&["xml-bureau", "pdf"]);
    teller.hand_in(name, &red, form);
}

fn same_bytes(teller: &mut Teller, name: &'static str) {
    let Some(last) = teller.last.clone() else {
        return ordinary(teller);
    };
    // People's browsers number repeated downloads.
    let serial = teller.stories;
    let path = match last.path.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem} ({serial}).{extension}"),
        None => format!("{} ({serial})", last.path),
    };
    let truths = last
        .truths
        .iter()
        .map(|truth| crate::Truth {
            file: path.clone(),
            ..truth.clone()
        })
        .collect();
    teller.push(name, path, last.bytes, truths, Expect::Duplicate);
}

fn other_rendition(teller: &mut Teller, name: &'static str) {
    let fits = |s: &Specimen| s.is_unified() && !s.lines.is_empty();
    let Some(specimen) = teller.take_recent(fits) else {
        return ordinary(teller);
    };
    if teller.maker.chance.one_in(2) {
        // Booking data is a form that no story hands in first, so the bytes are new.
        return joined(teller, name, &specimen, "xbrl-booking", "入账信息");
    }
    let path = format!("{}/{}_截图.png", month_of(&specimen), base_name(&specimen));
    let bytes = Grey::of_modules(&Modules::of(&specimen.qr_text()), 7, 4).png();
    teller.push(
        name,
        path.clone(),
        bytes,
        vec![specimen.truth_of_qr(&path)],
        stored(0, 1),
    );
}

fn joined(teller: &mut Teller, name: &'static str, specimen: &Specimen, form_name: &str, suffix: &str) {
    let Some(form) = form(form_name) else { return };
    let path = format!(
        "{}/{}_{suffix}.{}",
        month_of(specimen),
        base_name(specimen),
        form.extension
    );
    let truth = form.truth(specimen, &path);
    teller.push(name, path, (form.write)(specimen), vec![truth], stored(0, 1));
}

fn zipped_again(teller: &mut Teller, name: &'static str) {
    let specimen = teller.specimen(InvoiceKind::ElectronicOrdinary, Situation::Plain);
    teller.hand_in("旧版电子普票 OFD", &specimen, "ofd-legacy");
    let path = format!("{}/{}_重新打包.ofd", month_of(&specimen), base_name(&specimen));
    let truth = specimen.truth_with_qr(&path);
    teller.push(
        name,
        path,
        alter::zipped_again(&specimen),
        vec![truth],
        stored(0, 1),
    );
}

fn damaged(teller: &mut Teller, name: &'static str) {
    let specimen = teller.specimen(InvoiceKind::DigitalSpecial, Situation::Plain);
    // The invoice itself never arrives: it must not be looked for later.
    teller.recent.pop_back();
    teller.unlisted.pop();
    teller.made -= 1;
    let (wanted, way) = *teller.maker.chance.pick(&[
        ("ofd-unified", alter::Damage::Truncated),
        ("pdf", alter::Damage::Truncated),
        ("ofd-unified", alter::Damage::Flipped),
        ("pdf", alter::Damage::Emptied),
    ]);
    let Some(form) = form(wanted) else { return };
    let path = path_of(&specimen, form.extension);
    let bytes = alter::damage((form.write)(&specimen), way, &specimen.number);
    teller.push(name, path, bytes, Vec::new(), Expect::Rejected);
}

fn altered_pdf(teller: &mut Teller, name: &'static str) {
    let specimen = teller.specimen(InvoiceKind::DigitalSpecial, Situation::Plain);
    let path = path_of(&specimen, "pdf");
    let truth = specimen.truth_with_qr(&path);
    teller.push(name, path, alter::pdf_text(&specimen), vec![truth], stored(1, 0));
    teller.altered("total", "pdf_text");
}

fn altered_ofd(teller: &mut Teller, name: &'static str) {
    let specimen = teller.specimen(InvoiceKind::ElectronicOrdinary, Situation::Plain);
    let path = path_of(&specimen, "ofd");
    let truth = specimen.truth_with_qr(&path);
    teller.push(name, path, alter::ofd_text(&specimen), vec![truth], stored(1, 0));
    teller.altered("total", "ofd_text");
}

fn altered_xml(teller: &mut Teller, name: &'static str) {
    let specimen = teller.specimen(InvoiceKind::DigitalSpecial, Situation::Plain);
    let path = path_of(&specimen, "xml");
    let truth = specimen.truth(&path);
    teller.push(name, path, alter::xml_total(&specimen), vec![truth], stored(1, 0));
    teller.altered("total", "xml");
}

fn encrypted(teller: &mut Teller, name: &'static str) {
    let specimen = teller.specimen(InvoiceKind::DigitalSpecial, Situation::Plain);
    // The bureau knows the invoice, so it stays unlisted; nobody has read it, so it is not recent.
    teller.recent.pop_back();
    teller.made -= 1;
    let path = path_of(&specimen, "zip");
    let shape = Shape {
        password: Some(alter::PASSWORD),
        ..Shape::default()
    };
    let bytes = zip::write(&members(&specimen, &["pdf"]), shape);
    let truth = specimen.truth_with_qr(&path);
    teller.push(name, path, bytes, vec![truth], Expect::Pending);
}

/// The bureau's list since the last one: all that was handed in, and two invoices that were not, so that reconciling
/// finds something.
fn statement(teller: &mut Teller, name: &'static str) {
    let mut rows = std::mem::take(&mut teller.unlisted);
    let day = rows
        .iter()
        .map(|specimen| specimen.date)
        .max()
        .unwrap_or(Date::constant(2025, 1, 1));
    for _ in 0..2 {
        let side = crate::Side::Purchase;
        rows.push(
            teller
                .maker
                .make(InvoiceKind::DigitalSpecial, Situation::Plain, side, day),
        );
    }
    rows.sort_by(|a, b| (b.date, &b.time).cmp(&(a.date, &a.time)));
    let serial = teller.stories;
    let path = format!(
        "{}/全量发票查询导出结果_{serial}.xlsx",
        day.to_string().get(..7).unwrap_or_default()
    );
    let truths = rows.iter().map(|specimen| specimen.truth(&path)).collect();
    teller.push(name, path, xlsx::write(&rows), truths, Expect::Statement);
}
