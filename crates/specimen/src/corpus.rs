//! The committed corpus: one small file for every situation a reader must stand, named by the situation.
//!
//! `samples/` holds what [`corpus`] makes, byte for byte. After a change of the generator, run `make samples`.

use invoice::InvoiceKind as Kind;

use crate::alter::{self, Damage};
use crate::face;
use crate::forms::{form, own_style};
use crate::goods::{GOODS, day};
use crate::make::{Maker, Side, Situation, later};
use crate::qr::Modules;
use crate::specimen::Specimen;
use crate::truth::{Alteration, Expect, SpecimenFile, Truth};
use crate::write::pdf::{self, Page, Style};
use crate::write::picture::Grey;
use crate::write::xlsx;
use crate::write::xml::{self, XmlStyle};
use crate::write::zip::{self, Names, Shape};

/// The seed of the corpus. Another seed would change every committed file.
pub const SEED: u64 = 20_260_501;

/// Files of the corpus in the order of the manifest, which is the order of hand-in.
pub fn corpus() -> Vec<SpecimenFile> {
    let mut shelf = Shelf {
        maker: Maker::new(SEED),
        files: Vec::new(),
    };
    shelf.xml();
    shelf.vouchers();
    shelf.ofd();
    shelf.pdf();
    shelf.pictures();
    shelf.archives();
    shelf.wrong();
    shelf.files
}

/// The text of `samples/MANIFEST.tsv`: the heading and one row for every truth. A file without any truth has a row
/// with its name alone.
pub fn manifest(files: &[SpecimenFile]) -> String {
    let mut text = format!("{}\n", Truth::HEADING);
    for file in files {
        if file.truths.is_empty() {
            text.push_str(
                &Truth {
                    file: file.path.clone(),
                    ..Truth::default()
                }
                .row(),
            );
            text.push('\n');
        }
        for truth in &file.truths {
            text.push_str(&truth.row());
            text.push('\n');
        }
    }
    text
}

struct Shelf {
    maker: Maker,
    files: Vec<SpecimenFile>,
}

const NEW: Expect = Expect::Stored {
    invoices_new: 1,
    invoices_joined: 0,
};
const JOINED: Expect = Expect::Stored {
    invoices_new: 0,
    invoices_joined: 1,
};

impl Shelf {
    fn make(&mut self, kind: Kind, situation: Situation) -> Specimen {
        let date = match kind.scheme() {
            invoice::Scheme::Unified => day(2026, 3, 9),
            invoice::Scheme::Legacy => day(2022, 9, 1),
        };
        self.maker.make(kind, situation, Side::Purchase, date)
    }

    /// A specimen whose first item is too long for its column and wraps.
    fn make_long(&mut self, kind: Kind, situation: Situation) -> Specimen {
        let mut specimen = self.make(kind, situation);
        let longest = GOODS.iter().max_by_key(|good| good.name.chars().count());
        if let (Some(line), Some(good)) = (specimen.lines.first_mut(), longest) {
            line.name = good.full_name();
            line.spec = good.spec.to_owned();
            line.unit = good.unit.to_owned();
            line.tax_code = good.tax_code.to_owned();
        }
        specimen
    }

    fn put(&mut self, path: &str, bytes: Vec<u8>, truths: Vec<Truth>, expect: Expect, story: &'static str) {
        let path = path.to_owned();
        self.files.push(SpecimenFile {
            path,
            bytes,
            truths,
            expect,
            alteration: None,
            story,
        });
    }

    /// Puts one form of a specimen on the shelf; the extension is the form's.
    fn shelve(
        &mut self,
        name: &str,
        specimen: &Specimen,
        form_name: &str,
        expect: Expect,
        story: &'static str,
    ) {
        let form = form(form_name).expect("invariant: the corpus names forms of the list");
        let path = format!("{name}.{}", form.extension);
        let truth = form.truth(specimen, &path);
        self.put(&path, (form.write)(specimen), vec![truth], expect, story);
    }

    fn alter_last(&mut self, field: &'static str, layer: &'static str) {
        if let Some(file) = self.files.last_mut() {
            file.alteration = Some(Alteration { field, layer });
        }
    }

    fn xml(&mut self) {
        let plain = self.make(Kind::DigitalSpecial, Situation::Plain);
        self.shelve(
            "shudian-special",
            &plain,
            "xml-bureau",
            NEW,
            "数电专票 XML，0.2 版",
        );
        self.shelve(
            "shudian-special-same-invoice",
            &plain,
            "pdf",
            JOINED,
            "同一张票的 PDF",
        );
        let bytes = xml::write(&plain, XmlStyle::Bureau);
        let path = "shudian-special-same-bytes.xml";
        self.put(
            path,
            bytes,
            vec![plain.truth(path)],
            Expect::Duplicate,
            "同一文件再次上传",
        );

        for (name, kind, situation, form, story) in [
            (
                "shudian-special-discount-line",
                Kind::DigitalSpecial,
                Situation::Discount,
                "xml-bureau",
                "折扣行",
            ),
            (
                "shudian-special-several-rates",
                Kind::DigitalSpecial,
                Situation::SeveralRates,
                "xml-compact",
                "一票多税率",
            ),
            (
                "shudian-ordinary-exempt",
                Kind::DigitalOrdinary,
                Situation::Exempt,
                "xml-bureau",
                "免税或不征税",
            ),
            (
                "shudian-ordinary-margin-taxed",
                Kind::DigitalOrdinary,
                Situation::Margin,
                "xml-bureau",
                "差额征税",
            ),
            (
                "shudian-kind-not-stated",
                Kind::DigitalOrdinary,
                Situation::Passenger,
                "xml-platform",
                "未写票种",
            ),
            (
                "shudian-byte-order-mark",
                Kind::DigitalSpecial,
                Situation::Plain,
                "xml-byte-order-mark",
                "带 BOM",
            ),
            (
                "shudian-ordinary-toll",
                Kind::DigitalOrdinary,
                Situation::Toll,
                "xml-bureau",
                "数电通行费",
            ),
            (
                "shudian-special-construction",
                Kind::DigitalSpecial,
                Situation::Construction,
                "xml-compact",
                "建筑服务",
            ),
        ] {
            let specimen = self.make(kind, situation);
            self.shelve(name, &specimen, form, NEW, story);
        }

        let blue = self.make(Kind::DigitalSpecial, Situation::Plain);
        let red = self.maker.red_letter(&blue, later(blue.date, 4));
        self.shelve(
            "shudian-red-letter-its-blue",
            &blue,
            "xml-bureau",
            NEW,
            "被红冲的蓝字发票",
        );
        self.shelve("shudian-red-letter", &red, "xml-bureau", NEW, "红字发票");

        for (name, encoding) in [
            ("shudian-gb18030.xml", "GB18030"),
            ("shudian-utf-16.xml", "UTF-16"),
        ] {
            let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
            let bytes = encoded(&specimen, encoding);
            self.put(name, bytes, vec![specimen.truth(name)], NEW, "XML 的其他编码");
        }
    }

    fn vouchers(&mut self) {
        let legacy = self.make(Kind::ElectronicOrdinary, Situation::Plain);
        self.shelve("legacy-xbrl", &legacy, "xbrl-legacy", NEW, "旧版电子普票 XBRL");
        let legacy = self.make(Kind::ElectronicSpecial, Situation::Plain);
        self.shelve(
            "legacy-original-invoice",
            &legacy,
            "original-invoice",
            NEW,
            "旧版电子专票 XML",
        );
        let booked = self.make(Kind::DigitalSpecial, Situation::Plain);
        self.shelve(
            "shudian-booking-data",
            &booked,
            "xbrl-booking",
            NEW,
            "接收方入账信息 XBRL",
        );
        let rail = self.make(Kind::Rail, Situation::Rail);
        self.shelve("rail-ticket", &rail, "xbrl-rail", NEW, "铁路电子客票 XBRL");
        let refund = self.maker.red_letter(&rail, later(rail.date, 1));
        self.shelve("rail-ticket-refund", &refund, "xbrl-rail", NEW, "铁路退票");
        let air = self.make(Kind::Air, Situation::Air);
        self.shelve("air-ticket", &air, "xbrl-air", NEW, "航空行程单 XBRL");
        self.shelve("air-ticket-same-invoice", &air, "pdf", JOINED, "航空行程单 PDF");
    }

    fn ofd(&mut self) {
        let long = self.make_long(Kind::DigitalSpecial, Situation::SeveralRates);
        self.shelve(
            "shudian-ofd-wrapped-items",
            &long,
            "ofd-unified",
            NEW,
            "数电 OFD，无附件，项目名称折行",
        );
        for (name, kind, situation, form, story) in [
            (
                "legacy-ofd-signed",
                Kind::ElectronicOrdinary,
                Situation::Discount,
                "ofd-legacy",
                "有附件、标引、签章摘要",
            ),
            (
                "legacy-ofd-exempt",
                Kind::ElectronicOrdinary,
                Situation::Exempt,
                "ofd-legacy",
                "税额为 ***",
            ),
            (
                "legacy-ofd-xbrl",
                Kind::ElectronicOrdinary,
                Situation::Plain,
                "ofd-legacy-xbrl",
                "XBRL 附件",
            ),
            (
                "legacy-ofd-text-only",
                Kind::ElectronicOrdinary,
                Situation::Plain,
                "ofd-legacy-plain",
                "只有版面文字",
            ),
            (
                "legacy-ofd-sales-list",
                Kind::ElectronicOrdinary,
                Situation::SalesList,
                "ofd-legacy",
                "销货清单",
            ),
            (
                "rail-ofd",
                Kind::Rail,
                Situation::Rail,
                "ofd-rail",
                "铁路客票 OFD",
            ),
        ] {
            let specimen = self.make(kind, situation);
            self.shelve(name, &specimen, form, NEW, story);
            if name == "legacy-ofd-signed" {
                let path = "legacy-ofd-zipped-again.ofd";
                let truth = specimen.truth_with_qr(path);
                self.put(
                    path,
                    alter::zipped_again(&specimen),
                    vec![truth],
                    JOINED,
                    "重新打包的同一 OFD",
                );
            }
        }
        let blue = self.make(Kind::ElectronicOrdinary, Situation::Plain);
        let red = self.maker.red_letter(&blue, later(blue.date, 2));
        self.shelve("legacy-ofd-red-letter", &red, "ofd-legacy", NEW, "旧版红字发票");
    }

    fn pdf(&mut self) {
        let long = self.make_long(Kind::DigitalSpecial, Situation::SeveralRates);
        self.shelve(
            "pdf-shudian-wrapped-items",
            &long,
            "pdf",
            NEW,
            "先标签后取值，项目名称折行",
        );
        for (name, kind, situation, form, story) in [
            (
                "pdf-passenger-platform",
                Kind::DigitalOrdinary,
                Situation::Passenger,
                "pdf",
                "网约车平台版式",
            ),
            (
                "pdf-legacy",
                Kind::ElectronicOrdinary,
                Situation::Plain,
                "pdf",
                "税控版式",
            ),
            (
                "pdf-legacy-sales-list",
                Kind::ElectronicOrdinary,
                Situation::SalesList,
                "pdf",
                "销货清单附页",
            ),
            (
                "pdf-legacy-toll",
                Kind::Toll,
                Situation::Toll,
                "pdf",
                "通行费版式",
            ),
            (
                "pdf-qr-as-image",
                Kind::DigitalOrdinary,
                Situation::Plain,
                "pdf-qr-image",
                "二维码为图片",
            ),
            (
                "pdf-overprinted-glyphs",
                Kind::DigitalOrdinary,
                Situation::Plain,
                "pdf-overprinted",
                "字形重叠三次",
            ),
            (
                "pdf-rail-embedded-xbrl",
                Kind::Rail,
                Situation::Rail,
                "pdf-rail-embedded",
                "内嵌 XBRL",
            ),
            (
                "pdf-scan",
                Kind::DigitalSpecial,
                Situation::Plain,
                "pdf-scan",
                "扫描件，仅二维码可读",
            ),
        ] {
            let specimen = self.make(kind, situation);
            self.shelve(name, &specimen, form, NEW, story);
        }
        let specimen = self.make(Kind::DigitalOrdinary, Situation::Exempt);
        self.shelve("pdf-exempt", &specimen, "pdf", NEW, "税额为 ***");

        let path = "pdf-three-merged.pdf";
        let specimens: Vec<Specimen> = [Situation::Plain, Situation::Passenger, Situation::Discount]
            .into_iter()
            .map(|situation| self.make(Kind::DigitalOrdinary, situation))
            .collect();
        let pages: Vec<Page> = specimens.iter().flat_map(pages_of).collect();
        let truths = specimens
            .iter()
            .map(|specimen| specimen.truth_with_qr(path))
            .collect();
        let bytes = pdf::write(
            &pages,
            &Style {
                producer: "print",
                ..Style::default()
            },
            "merged",
        );
        let expect = Expect::Stored {
            invoices_new: 3,
            invoices_joined: 0,
        };
        self.put(path, bytes, truths, expect, "三张发票合并打印");

        let path = "pdf-with-itinerary.pdf";
        let ride = self.make(Kind::DigitalOrdinary, Situation::Passenger);
        let mut both: Vec<Page> = pages_of(&ride);
        both.push(Page::Face(face::list::itinerary(&ride), String::new()));
        let bytes = pdf::write(&both, &own_style(&ride), &ride.number);
        self.put(path, bytes, vec![ride.truth_with_qr(path)], NEW, "发票后附行程单");
    }

    fn pictures(&mut self) {
        for (name, kind, form, story) in [
            ("qr-shudian", Kind::DigitalOrdinary, "qr-png", "数电二维码"),
            ("qr-legacy", Kind::ElectronicOrdinary, "qr-png", "旧版二维码"),
            (
                "qr-paper-special-photo",
                Kind::Special,
                "qr-photo",
                "纸质专票二维码照片",
            ),
        ] {
            let specimen = self.make(kind, Situation::Plain);
            self.shelve(name, &specimen, form, NEW, story);
        }
        let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        let path = "qr-turned-and-noisy.png";
        let picture = Grey::of_modules(&Modules::of(&specimen.qr_text()), 5, 8)
            .turned(-180)
            .noisy(3, 40);
        self.put(
            path,
            picture.png(),
            vec![specimen.truth_of_qr(path)],
            NEW,
            "旋转并带噪点",
        );

        let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        let path = "qr-check-fails.png";
        let text = edited_code(&specimen);
        // The code is all there is, so what it says is what a reader finds.
        let total = alter::raised(&specimen.total.to_string());
        let truth = Truth {
            qr_text: text.clone(),
            total,
            ..specimen.truth_of_qr(path)
        };
        self.put(
            path,
            Grey::of_modules(&Modules::of(&text), 5, 4).png(),
            vec![truth],
            NEW,
            "二维码校验不符",
        );
        self.alter_last("total", "qr");
    }

    fn archives(&mut self) {
        let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        let parts = members(&specimen, &["xml-bureau", "ofd-unified", "pdf"]);
        let path = "zip-three-renditions.zip";
        let truth = specimen.truth_with_qr(path);
        self.put(
            path,
            zip::write(&parts, Shape::default()),
            vec![truth],
            NEW,
            "一票三件",
        );

        let path = "zip-gb18030-names.zip";
        let two = [Situation::Plain, Situation::Discount].map(|at| self.make(Kind::DigitalOrdinary, at));
        let parts: Vec<_> = two
            .iter()
            .flat_map(|specimen| members(specimen, &["pdf"]))
            .collect();
        let truths = two.iter().map(|specimen| specimen.truth_with_qr(path)).collect();
        let shape = Shape {
            names: Names::Gb18030,
            ..Shape::default()
        };
        let expect = Expect::Stored {
            invoices_new: 2,
            invoices_joined: 0,
        };
        self.put(path, zip::write(&parts, shape), truths, expect, "GB18030 文件名");

        let path = "zip-in-zip.zip";
        let inner = self.make(Kind::DigitalSpecial, Situation::Plain);
        let inner_zip = zip::write(&members(&inner, &["xml-bureau"]), Shape::default());
        let parts = vec![
            ("附件/发票.zip".to_owned(), inner_zip),
            ("说明.txt".to_owned(), "请查收发票。".as_bytes().to_vec()),
        ];
        self.put(
            path,
            zip::write(&parts, Shape::default()),
            vec![inner.truth(path)],
            NEW,
            "ZIP 套 ZIP",
        );

        let path = "zip-encrypted.zip";
        let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        let shape = Shape {
            password: Some(alter::PASSWORD),
            ..Shape::default()
        };
        let bytes = zip::write(&members(&specimen, &["xml-bureau"]), shape);
        self.put(
            path,
            bytes,
            vec![specimen.truth(path)],
            Expect::Pending,
            "加密，密码 yangpiao",
        );

        let path = "export-purchases.xlsx";
        let mut rows: Vec<Specimen> = [
            (Kind::DigitalSpecial, Situation::Plain),
            (Kind::DigitalSpecial, Situation::SeveralRates),
            (Kind::DigitalSpecial, Situation::Construction),
            (Kind::DigitalOrdinary, Situation::Passenger),
            (Kind::DigitalOrdinary, Situation::Exempt),
            (Kind::Rail, Situation::Rail),
            (Kind::ElectronicOrdinary, Situation::SalesList),
            (Kind::Special, Situation::Discount),
            (Kind::Toll, Situation::Toll),
        ]
        .into_iter()
        .map(|(kind, situation)| self.make(kind, situation))
        .collect();
        let buyer = self.maker.world.group[0].clone();
        for row in &mut rows {
            row.buyer = buyer.clone();
        }
        let red = self.maker.red_letter(&rows[0], later(rows[0].date, 6));
        rows.push(red);
        rows.sort_by(|a, b| (b.date, &b.time).cmp(&(a.date, &a.time)));
        let truths = rows.iter().map(|specimen| specimen.truth(path)).collect();
        self.put(
            path,
            xlsx::write(&rows),
            truths,
            Expect::Statement,
            "税局导出清单（进项）",
        );
    }

    fn wrong(&mut self) {
        let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        let form = form("ofd-unified").expect("invariant: in the list");
        let path = "wrong-extension-is-ofd.pdf";
        self.put(
            path,
            (form.write)(&specimen),
            vec![form.truth(&specimen, path)],
            NEW,
            "扩展名写错",
        );

        let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        for (path, form_name, way, story) in [
            (
                "damaged-truncated.ofd",
                "ofd-unified",
                Damage::Truncated,
                "下载中断的 OFD",
            ),
            (
                "damaged-truncated.pdf",
                "pdf",
                Damage::Truncated,
                "下载中断的 PDF",
            ),
        ] {
            let form = crate::form(form_name).expect("invariant: in the list");
            let bytes = alter::damage((form.write)(&specimen), way, &specimen.number);
            self.put(path, bytes, Vec::new(), Expect::Rejected, story);
        }

        let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        let path = "pdf-text-contradicts-qr.pdf";
        self.put(
            path,
            alter::pdf_text(&specimen),
            vec![specimen.truth_with_qr(path)],
            NEW,
            "PDF 金额与二维码不符",
        );
        self.alter_last("total", "pdf_text");

        let specimen = self.make(Kind::ElectronicOrdinary, Situation::Plain);
        let path = "ofd-page-altered-after-signing.ofd";
        self.put(
            path,
            alter::ofd_text(&specimen),
            vec![specimen.truth_with_qr(path)],
            NEW,
            "OFD 版面与附件不符",
        );
        self.alter_last("total", "ofd_text");

        let specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        let path = "xml-total-contradicts-words.xml";
        self.put(
            path,
            alter::xml_total(&specimen),
            vec![specimen.truth(path)],
            NEW,
            "XML 小写与大写不符",
        );
        self.alter_last("total", "xml");

        let mut specimen = self.make(Kind::DigitalSpecial, Situation::Plain);
        let last = if specimen.seller.tax_id.ends_with('A') {
            'B'
        } else {
            'A'
        };
        specimen.seller.tax_id.pop();
        specimen.seller.tax_id.push(last);
        self.shelve(
            "xml-seller-tax-id-check-fails",
            &specimen,
            "xml-bureau",
            NEW,
            "销方识别号校验不符",
        );
        self.alter_last("seller_tax_id", "xml");
    }
}

fn pages_of(specimen: &Specimen) -> Vec<Page> {
    face::pages(specimen)
        .into_iter()
        .map(|face| Page::Face(face, specimen.qr_text()))
        .collect()
}

fn members(specimen: &Specimen, forms: &[&str]) -> Vec<(String, Vec<u8>)> {
    forms
        .iter()
        .filter_map(|name| form(name))
        .map(|form| {
            let member = format!("{}/发票_{}.{}", form.extension, specimen.number, form.extension);
            (member, (form.write)(specimen))
        })
        .collect()
}

/// The XML in another encoding, which its declaration names.
fn encoded(specimen: &Specimen, encoding: &str) -> Vec<u8> {
    let text = String::from_utf8(xml::write(specimen, XmlStyle::Compact)).unwrap_or_default();
    let text = text.replacen("UTF-8", encoding, 1);
    match encoding {
        "UTF-16" => [0xFEFF]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect(),
        _ => encoding_rs::GB18030.encode(&text).0.into_owned(),
    }
}

/// The text of a code whose amount was edited without computing its check anew.
fn edited_code(specimen: &Specimen) -> String {
    let total = specimen.total.to_string();
    specimen
        .qr_text()
        .replace(&format!(",{total},"), &format!(",{},", alter::raised(&total)))
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use super::*;
    use crate::forms::pdf_of;

    fn samples() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples")
    }

    /// With `UPDATE_SAMPLES=1` the committed files are written anew instead of compared.
    #[test]
    fn committed_corpus_is_what_the_generator_makes() {
        let files = corpus();
        let manifest = manifest(&files);
        if env::var_os("UPDATE_SAMPLES").is_some_and(|value| value == "1") {
            fs::create_dir_all(samples()).expect("samples/");
            for file in &files {
                fs::write(samples().join(&file.path), &file.bytes).expect("a file of samples/");
            }
            fs::write(samples().join("MANIFEST.tsv"), &manifest).expect("the manifest");
            return;
        }
        let hint = "run `make samples` and look at the difference";
        for file in &files {
            let committed = fs::read(samples().join(&file.path))
                .unwrap_or_else(|error| panic!("samples/{}: {error}; {hint}", file.path));
            assert!(committed == file.bytes, "samples/{} differs; {hint}", file.path);
        }
        let committed = fs::read_to_string(samples().join("MANIFEST.tsv")).expect("the manifest");
        assert!(committed == manifest, "samples/MANIFEST.tsv differs; {hint}");
    }

    #[test]
    fn corpus_stays_small_and_every_name_is_used_once() {
        let files = corpus();
        let size: usize = files.iter().map(|file| file.bytes.len()).sum();
        assert!(files.len() <= 60, "{} files", files.len());
        assert!(size <= 1_500_000, "{size} bytes");
        let mut names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), files.len());
    }

    #[test]
    fn altered_files_differ_from_the_honest_ones() {
        let mut maker = Maker::new(1);
        let specimen = maker.make(
            Kind::DigitalSpecial,
            Situation::Plain,
            Side::Purchase,
            day(2026, 1, 5),
        );
        assert_ne!(
            alter::pdf_text(&specimen),
            pdf_of(&specimen, &own_style(&specimen))
        );
        assert_ne!(
            alter::xml_total(&specimen),
            xml::write(&specimen, XmlStyle::Bureau)
        );
        assert_ne!(edited_code(&specimen), specimen.qr_text());
        let legacy = maker.make(
            Kind::ElectronicOrdinary,
            Situation::Plain,
            Side::Purchase,
            day(2022, 1, 5),
        );
        let honest = (form("ofd-legacy").expect("in the list").write)(&legacy);
        assert_ne!(alter::ofd_text(&legacy), honest);
        assert_ne!(alter::zipped_again(&legacy), honest);
    }
}
