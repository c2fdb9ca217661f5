//! The specimen: all that is true of one made-up invoice, before any file is written.

use invoice::{Cents, Date, Decimal, InvoiceKind, Rate, Scheme, print_words};

use crate::qr;
use crate::truth::Truth;
use crate::world::{Party, region_of};

/// One line of a specimen (明细行).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecimenLine {
    /// 项目名称 with its `*分类简称*`.
    pub name: String,
    /// 规格型号.
    pub spec: String,
    /// 单位.
    pub unit: String,
    /// 数量; none on a discount line.
    pub quantity: Option<Decimal>,
    /// 单价 without tax; none on a discount line.
    pub price: Option<Decimal>,
    /// 金额.
    pub amount: Cents,
    /// 税率/征收率.
    pub rate: Rate,
    /// 税额.
    pub tax: Cents,
    /// 税收分类编码.
    pub tax_code: String,
}

impl SpecimenLine {
    /// The tax as the face shows it: `***` where it is exempt or outside the tax.
    pub(crate) fn shown_tax(&self) -> String {
        match self.rate {
            Rate::Exempt | Rate::NotTaxed => "***".to_owned(),
            _ => self.tax.to_string(),
        }
    }

    /// The quantity as text, or nothing.
    pub(crate) fn shown_quantity(&self) -> String {
        self.quantity
            .map(|q| q.normalize().to_string())
            .unwrap_or_default()
    }

    /// The unit price as text, or nothing.
    pub(crate) fn shown_price(&self) -> String {
        self.price.map(|p| p.normalize().to_string()).unwrap_or_default()
    }
}

/// A traveller of a passenger transport invoice (旅客运输服务).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traveller {
    /// 出行人, a placeholder such as 旅客甲.
    pub name: String,
    /// 有效身份证件号, always masked.
    pub id_number: String,
    /// 出行日期.
    pub date: Date,
    /// 出发地.
    pub origin: String,
    /// 到达地.
    pub destination: String,
    /// 等级.
    pub class: String,
    /// 交通工具类型.
    pub vehicle: String,
}

/// What only invoices of one business carry (特定业务).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Business {
    /// Nothing special.
    Plain,
    /// 通行费.
    Toll {
        /// 车牌号.
        plate: String,
        /// 类型.
        vehicle: String,
        /// 通行日期起.
        from: Date,
        /// 通行日期止.
        until: Date,
    },
    /// 旅客运输服务.
    Passenger(Vec<Traveller>),
    /// 建筑服务: 建筑服务发生地 and 建筑项目名称.
    Construction {
        /// 建筑服务发生地.
        place: String,
        /// 建筑项目名称.
        project: String,
    },
    /// 不动产经营租赁服务: 不动产地址 and 租赁期起止.
    Lease {
        /// 不动产地址.
        address: String,
        /// 产权证书号.
        certificate: String,
    },
    /// 铁路电子客票.
    Rail {
        /// The journey; its vehicle is the train number.
        journey: Traveller,
        /// 电子客票号.
        ticket: String,
        /// 开车时间, `hh:mm`.
        departure: String,
    },
    /// 航空运输电子客票行程单.
    Air {
        /// The journey; its vehicle is the flight number.
        journey: Traveller,
        /// 电子客票号码.
        ticket: String,
        /// 燃油附加费.
        fuel: Cents,
        /// 民航发展基金, not taxed.
        fund: Cents,
    },
}

impl Business {
    /// The label printed top left and listed in exports; empty for plain invoices.
    pub fn label(&self) -> &'static str {
        match self {
            Business::Plain => "",
            Business::Toll { .. } => "通行费",
            Business::Passenger(_) => "旅客运输服务",
            Business::Construction { .. } => "建筑服务",
            Business::Lease { .. } => "不动产经营租赁服务",
            Business::Rail { .. } => "铁路电子客票",
            Business::Air { .. } => "航空运输电子客票行程单",
        }
    }
}

/// The blue invoice that a red-letter specimen (红字发票) takes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlueLink {
    /// 发票代码, empty for 数电.
    pub code: String,
    /// 发票号码.
    pub number: String,
    /// 红字发票信息确认单编号, empty for legacy.
    pub form_number: String,
}

/// One made-up invoice: the truth that its files are written from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Specimen {
    /// 票种.
    pub kind: InvoiceKind,
    /// 发票代码, empty for 数电.
    pub code: String,
    /// 发票号码: 20 digits (数电) or 8.
    pub number: String,
    /// 校验码, legacy ordinary and e-invoices only.
    pub check_code: String,
    /// 机器编号, legacy only.
    pub machine_number: String,
    /// 密码区, legacy only: four rows of 27 characters.
    pub cipher: String,
    /// 开票日期.
    pub date: Date,
    /// Time of day of issue, `hh:mm:ss`.
    pub time: String,
    /// 销售方. Its name is empty on rail and air tickets, which print none.
    pub seller: Party,
    /// 购买方.
    pub buyer: Party,
    /// The lines in order.
    pub lines: Vec<SpecimenLine>,
    /// Whether the face says `(详见销货清单)` and the lines stand on a sales list (销货清单).
    pub has_sales_list: bool,
    /// 合计金额. On air tickets the fare alone.
    pub amount: Cents,
    /// 合计税额.
    pub tax: Cents,
    /// 价税合计.
    pub total: Cents,
    /// The amount that 价税合计（大写） says where it is another than the total: a forgery.
    pub said_in_words: Option<Cents>,
    /// 备注.
    pub remark: String,
    /// 收款人.
    pub payee: String,
    /// 复核.
    pub reviewer: String,
    /// 开票人.
    pub drawer: String,
    /// 特定业务.
    pub business: Business,
    /// 差额征税: what the rate is withheld for, and the amount deducted.
    pub deduction: Option<Cents>,
    /// The blue invoice, on red letters.
    pub blue: Option<BlueLink>,
}

impl Specimen {
    /// Whether the number is of the 数电 scheme.
    pub fn is_unified(&self) -> bool {
        self.kind.scheme() == Scheme::Unified
    }

    /// 价税合计 in words.
    pub fn words(&self) -> String {
        print_words(self.said_in_words.unwrap_or(self.total))
    }

    /// The text of the QR code that its files carry.
    pub fn qr_text(&self) -> String {
        qr::text(self)
    }

    /// Everything the manifest knows of it, for a file that shows every field.
    pub fn truth(&self, file: &str) -> Truth {
        Truth {
            file: file.to_owned(),
            kind: self.kind.label().to_owned(),
            number: self.number.clone(),
            code: self.code.clone(),
            check_code: self.check_code.clone(),
            date: self.date.to_string(),
            seller_name: self.seller.name.clone(),
            seller_tax_id: self.seller.tax_id.clone(),
            buyer_name: self.buyer.name.clone(),
            buyer_tax_id: self.buyer.tax_id.clone(),
            amount: self.amount.to_string(),
            tax: self.tax.to_string(),
            total: self.total.to_string(),
            qr_text: String::new(),
        }
    }

    /// The truth of a file that shows every field and a QR code.
    pub fn truth_with_qr(&self, file: &str) -> Truth {
        Truth {
            qr_text: self.qr_text(),
            ..self.truth(file)
        }
    }

    /// The truth of a file of which only the QR code can be read.
    pub fn truth_of_qr(&self, file: &str) -> Truth {
        let total_in_code = self.is_unified();
        Truth {
            seller_name: String::new(),
            seller_tax_id: String::new(),
            buyer_name: String::new(),
            buyer_tax_id: String::new(),
            amount: if total_in_code {
                String::new()
            } else {
                self.amount.to_string()
            },
            tax: String::new(),
            total: if total_in_code {
                self.total.to_string()
            } else {
                String::new()
            },
            ..self.truth_with_qr(file)
        }
    }

    /// The tax total as the face shows it.
    pub(crate) fn shown_tax(&self) -> String {
        let all_hidden = self
            .lines
            .iter()
            .all(|l| matches!(l.rate, Rate::Exempt | Rate::NotTaxed));
        if all_hidden && self.tax == Cents::ZERO && !self.lines.is_empty() {
            "***".to_owned()
        } else {
            self.tax.to_string()
        }
    }

    /// The lines as the face shows them: the lines, or one that refers to the sales list.
    pub(crate) fn face_lines(&self) -> Vec<SpecimenLine> {
        if !self.has_sales_list {
            return self.lines.clone();
        }
        let rate = self.lines.first().map_or(Rate::Hidden, |line| line.rate.clone());
        vec![SpecimenLine {
            name: "(详见销货清单)".to_owned(),
            spec: String::new(),
            unit: String::new(),
            quantity: None,
            price: None,
            amount: self.amount,
            rate: if self.lines.iter().all(|l| l.rate == rate) {
                rate
            } else {
                Rate::Hidden
            },
            tax: self.tax,
            tax_code: String::new(),
        }]
    }

    /// The date as the face prints it: `2026年03月09日`.
    pub(crate) fn shown_date(&self) -> String {
        let date = self.date;
        format!("{:04}年{:02}月{:02}日", date.year(), date.month(), date.day())
    }

    /// The check code in groups of five, as printed.
    pub(crate) fn shown_check_code(&self) -> String {
        let digits: Vec<char> = self.check_code.chars().collect();
        digits
            .chunks(5)
            .map(|group| group.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The title on the face.
    pub(crate) fn title(&self) -> String {
        match self.kind {
            InvoiceKind::DigitalSpecial => "电子发票（增值税专用发票）".to_owned(),
            InvoiceKind::DigitalOrdinary | InvoiceKind::DigitalUnstated => "电子发票（普通发票）".to_owned(),
            InvoiceKind::Rail => "电子发票（铁路电子客票）".to_owned(),
            InvoiceKind::Air => "电子发票（航空运输电子客票行程单）".to_owned(),
            InvoiceKind::Toll => format!("{}增值税电子普通发票", region_of(self.seller.region).name),
            kind => format!("{}{}", region_of(self.seller.region).name, kind.label()),
        }
    }

    /// Whether an issuer connected by 乐企 made it (fifth digit 7): these write their QR codes differently.
    pub(crate) fn is_direct_connection(&self) -> bool {
        self.is_unified() && self.number.as_bytes().get(4) == Some(&b'7')
    }

    /// Puts the totals together from the lines.
    pub(crate) fn sum_up(&mut self) {
        self.amount = self.lines.iter().map(|line| line.amount).sum();
        self.tax = self.lines.iter().map(|line| line.tax).sum();
        self.total = self.amount + self.tax;
    }
}
