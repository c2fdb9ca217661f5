//! The tools with which a dialect binds elements to fields.
//!
//! An element is bound by its full path below the root, never by a part of its name: `PlateNumber` is no
//! `InvoiceNumber`. What stays unbound can be kept as [`Extra`]s, so that nothing a file says is dropped.

use std::collections::{HashMap, HashSet};

use invoice::{Extra, Fault, FieldName, InvoiceReading, Line, LineSet, Rate, Source, Witness, parse_cents};
use ofd::xml::Element;

use crate::{faults, figures, limits};

/// One invoice being read from one root element.
pub(crate) struct Binding<'a> {
    pub(crate) root: &'a Element,
    pub(crate) source: Source,
    /// Faults of the file as a whole.
    pub(crate) faults: Vec<Fault>,
    pub(crate) invoice: InvoiceReading,
    place: &'a str,
    bound: HashSet<*const Element>,
}

/// The names of a line's child elements in one dialect. An empty name means that the dialect has no such element.
pub(crate) struct LineNames {
    pub(crate) name: &'static str,
    pub(crate) spec: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) quantity: &'static str,
    pub(crate) price: &'static str,
    pub(crate) amount: &'static str,
    pub(crate) rate: &'static str,
    pub(crate) tax: &'static str,
    pub(crate) tax_code: &'static str,
}

impl<'a> Binding<'a> {
    /// Starts an invoice. `place` names the attachment it lies in; empty for a file of its own.
    pub(crate) fn new(root: &'a Element, source: Source, place: &'a str) -> Binding<'a> {
        Binding {
            root,
            source,
            faults: Vec::new(),
            invoice: InvoiceReading::default(),
            place,
            bound: HashSet::new(),
        }
    }

    /// The first text at a path below the root, such as `Header/EIid`. The element counts as bound.
    pub(crate) fn text(&mut self, path: &str) -> Option<&'a str> {
        let element = find(self.root, path)?;
        self.bound.insert(std::ptr::from_ref(element));
        element.trimmed()
    }

    /// Where an element stands, as a witness shows it.
    pub(crate) fn place(&self, path: &str) -> String {
        let root = &self.root.name;
        match self.place {
            "" => format!("{root}/{path}"),
            attachment => format!("{attachment}: {root}/{path}"),
        }
    }

    /// Binds the first text at a path to a field; answers whether there was one.
    pub(crate) fn bind(&mut self, field: FieldName, path: &str) -> bool {
        let Some(text) = self.text(path) else { return false };
        let place = self.place(path);
        self.invoice.state(field, self.source, place, text);
        true
    }

    /// Binds a table of fields and paths. Of several paths for one field the first that has text is taken.
    pub(crate) fn bind_all(&mut self, table: &[(FieldName, &str)]) {
        let mut done = HashSet::new();
        for (field, path) in table {
            if !done.contains(field) && self.bind(*field, path) {
                done.insert(*field);
            }
        }
    }

    /// Binds a table of fields and element names, looked for directly below the root and then one level deeper.
    /// For dialects that no standard defines.
    pub(crate) fn bind_shallow(&mut self, table: &[(FieldName, &[&str])]) {
        let blocks: Vec<&str> = self
            .root
            .children
            .iter()
            .map(|child| child.name.as_str())
            .collect();
        for (field, names) in table {
            let nested = names
                .iter()
                .flat_map(|name| blocks.iter().map(move |block| format!("{block}/{name}")));
            let paths: Vec<String> = names
                .iter()
                .map(|name| (*name).to_owned())
                .chain(nested)
                .collect();
            let _found = paths.iter().any(|path| self.bind(*field, path));
        }
    }

    /// Binds two elements that together are one field of the face, such as an address and a telephone number.
    pub(crate) fn bind_joined(&mut self, field: FieldName, first: &str, second: &str) {
        let parts: Vec<&str> = [self.text(first), self.text(second)]
            .into_iter()
            .flatten()
            .collect();
        let place = self.place(first);
        self.invoice.state(field, self.source, place, &parts.join(" "));
    }

    /// Binds a text whose value follows from the dialect's own list of codes.
    pub(crate) fn bind_as(&mut self, field: FieldName, path: &str, value: impl Fn(&str) -> Option<String>) {
        let Some(raw) = self.text(path) else { return };
        let witness = Witness {
            source: self.source,
            place: self.place(path),
            raw: raw.to_owned(),
            value: value(raw),
        };
        self.invoice.fields.add(field, witness);
    }

    /// Reads the lines. `path` names the repeated element, such as `GoodsInfos/GoodsInfo`.
    pub(crate) fn lines(&mut self, path: &str, names: &LineNames) {
        let (holder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut parents = vec![self.root];
        for step in holder.split('/').filter(|step| !step.is_empty()) {
            parents = parents
                .into_iter()
                .flat_map(|parent| parent.children_named(step))
                .collect();
        }
        let elements: Vec<&Element> = parents
            .into_iter()
            .flat_map(|parent| parent.children_named(name))
            .collect();
        let complete = elements.len() <= limits::LINES_MAX;
        if !complete {
            let message = format!("明细超过 {} 行，其后各行未读取", limits::LINES_MAX);
            self.invoice
                .faults
                .push(faults::BEYOND_LIMIT.at("lines", message));
        }
        let mut lines = Vec::with_capacity(elements.len().min(limits::LINES_MAX));
        for element in elements.into_iter().take(limits::LINES_MAX) {
            self.bound.extend(element.descendants().map(std::ptr::from_ref));
            let line = self.line(element, names, lines.len());
            if !line.name.is_empty() || line.amount.is_some() {
                lines.push(line);
            }
        }
        if lines.is_empty() {
            return;
        }
        let mut set = LineSet {
            source: self.source,
            place: self.place(path),
            lines,
            complete,
        };
        set.mark_natures();
        self.invoice.line_sets.push(set);
    }

    fn line(&mut self, element: &Element, names: &LineNames, at: usize) -> Line {
        let text = |name: &str| {
            if name.is_empty() {
                None
            } else {
                element.child_text(name)
            }
        };
        let mut unreadable = Vec::new();
        let mut figure = |part: &'static str, raw: Option<&str>, read: bool| {
            if let (Some(raw), false) = (raw, read) {
                unreadable.push((part, raw.to_owned()));
            }
        };
        let quantity = text(names.quantity).and_then(figures::decimal);
        let price = text(names.price).and_then(figures::decimal);
        let amount = text(names.amount).and_then(parse_cents);
        let tax = text(names.tax).and_then(figures::line_tax);
        figure("quantity", text(names.quantity), quantity.is_some());
        figure("price", text(names.price), price.is_some());
        figure("amount", text(names.amount), amount.is_some());
        figure("tax", text(names.tax), tax.is_some());
        for (part, raw) in unreadable {
            let message = format!("第{}行的值“{raw}”不是数字", at + 1);
            self.invoice
                .faults
                .push(faults::LINE_VALUE.at(format!("lines[{at}].{part}"), message));
        }
        Line {
            name: text(names.name).unwrap_or_default().to_owned(),
            spec: text(names.spec).map(str::to_owned),
            unit: text(names.unit).map(str::to_owned),
            quantity,
            price,
            amount,
            rate: text(names.rate).and_then(Rate::parse),
            tax,
            tax_code: text(names.tax_code).map(str::to_owned),
            ..Line::default()
        }
    }

    /// Marks everything below a path as bound, so that it does not come up as an extra.
    pub(crate) fn ignore(&mut self, path: &str) {
        let mut element = self.root;
        for step in path.split('/') {
            let Some(child) = element.child(step) else { return };
            element = child;
        }
        self.bound.extend(element.descendants().map(std::ptr::from_ref));
    }

    /// Keeps every text that no field has taken as an extra, named by its path.
    pub(crate) fn keep_rest(&mut self) {
        let mut texts = Vec::new();
        collect(self.root, "", &self.bound, &mut texts);
        if texts.len() >= limits::EXTRAS_MAX {
            let message = format!("票面以外的内容超过 {} 项，其后未保留", limits::EXTRAS_MAX);
            self.invoice
                .faults
                .push(faults::BEYOND_LIMIT.at("extras", message));
        }
        for (path, text) in texts {
            let extra = Extra {
                value: text.to_owned(),
                source: self.source,
                place: self.place(&path),
                name: path,
            };
            self.invoice.extras.push(extra);
        }
    }
}

/// The first element with text at a path of local names. Repeated elements on the way are all tried.
fn find<'e>(element: &'e Element, path: &str) -> Option<&'e Element> {
    match path.split_once('/') {
        Some((first, rest)) => element.children_named(first).find_map(|child| find(child, rest)),
        None => element
            .children_named(path)
            .find(|child| child.trimmed().is_some()),
    }
}

/// The texts below an element with their paths; the recursion is as deep as the XML, which is bounded.
fn collect<'e>(
    element: &'e Element,
    path: &str,
    bound: &HashSet<*const Element>,
    texts: &mut Vec<(String, &'e str)>,
) {
    let mut twins: HashMap<&str, usize> = HashMap::new();
    for child in &element.children {
        *twins.entry(&child.name).or_default() += 1;
    }
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for child in &element.children {
        if texts.len() >= limits::EXTRAS_MAX {
            return;
        }
        let nth = seen.entry(&child.name).and_modify(|n| *n += 1).or_insert(1);
        let mut child_path = path.to_owned();
        if !path.is_empty() {
            child_path.push('/');
        }
        child_path.push_str(&child.name);
        if twins.get(child.name.as_str()).is_some_and(|count| *count > 1) {
            child_path.push_str(&format!("[{nth}]"));
        }
        if let Some(text) = child
            .trimmed()
            .filter(|_| !bound.contains(&std::ptr::from_ref(child)))
        {
            texts.push((child_path.clone(), text));
        }
        collect(child, &child_path, bound, texts);
    }
}
