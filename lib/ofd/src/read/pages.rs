//! Templates, pages and annotations: which parts there are and how they are put together.

use super::{Context, id, location, objects};
use crate::content::Content;
use crate::document::{Annotation, Document, Page, Template, TemplateUse, ZOrder};
use crate::error::OfdError;
use crate::geometry::{Point, Rect};
use crate::problem::Problem;
use crate::xml::Element;

/// ISO 216 A4, for files that state no page size anywhere.
const A4: Rect = Rect::new(0.0, 0.0, 210.0, 297.0);

pub(super) fn read(
    context: &mut Context<'_>,
    from: &str,
    root: &Element,
    body: usize,
    document: &mut Document,
) -> Result<(), OfdError> {
    let common = root.child("CommonData");
    let first_template = document.templates.len();
    for declaration in common
        .into_iter()
        .flat_map(|common| common.children_named("TemplatePage"))
    {
        context.budget.spend_page(from)?;
        let Some(part) = base_loc(declaration).and_then(|loc| context.locate(from, loc)) else {
            continue;
        };
        let Some(tree) = context.parse(part)? else {
            continue;
        };
        document.templates.push(Template {
            body,
            id: id(declaration.attribute("ID")),
            part: part.name.clone(),
            content: content(context, &part.name, &tree)?,
        });
    }
    let default_area = common
        .and_then(|common| area(common.child("PageArea")?))
        .unwrap_or(A4);
    for declaration in root
        .children_named("Pages")
        .flat_map(|pages| pages.children_named("Page"))
    {
        context.budget.spend_page(from)?;
        // A page whose file is missing still counts as a page: page numbers must not shift.
        let mut page = Page {
            body,
            id: id(declaration.attribute("ID")),
            part: String::new(),
            area: default_area,
            templates: Vec::new(),
            content: Content::default(),
            annotations: Vec::new(),
        };
        if let Some(part) = base_loc(declaration).and_then(|loc| context.locate(from, loc)) {
            page.part.clone_from(&part.name);
            if let Some(tree) = context.parse(part)? {
                page.area = tree.child("Area").and_then(area).unwrap_or(default_area);
                let templates = document.templates.get(first_template..).unwrap_or_default();
                page.templates = template_uses(context, &part.name, &tree, templates, first_template);
                page.content = content(context, &part.name, &tree)?;
                let templates = page
                    .templates
                    .iter()
                    .filter_map(|used| document.templates.get(used.index));
                let painted: usize = templates.map(|template| template.content.objects.len()).sum();
                context
                    .budget
                    .spend_placed_objects(painted + page.content.objects.len(), &part.name)?;
            }
        }
        document.pages.push(page);
    }
    Ok(())
}

/// Annotations hang on their page by id; those of unknown pages are noted and left out.
pub(super) fn read_annotations(
    context: &mut Context<'_>,
    from: &str,
    reference: &str,
    body: usize,
    document: &mut Document,
) -> Result<(), OfdError> {
    let Some(list) = context.locate(from, reference) else {
        return Ok(());
    };
    let Some(root) = context.parse(list)? else {
        return Ok(());
    };
    for declaration in root.children_named("Page") {
        let Some(part) = location(declaration).and_then(|loc| context.locate(&list.name, loc)) else {
            continue;
        };
        let Some(tree) = context.parse(part)? else {
            continue;
        };
        let page_id = id(declaration.attribute("PageID"));
        let page = document
            .pages
            .iter_mut()
            .find(|page| page.body == body && page.id == page_id);
        let Some(page) = page else {
            context.problems.bad_value(
                &list.name,
                "PageID",
                declaration.attribute("PageID").unwrap_or_default(),
            );
            continue;
        };
        for element in tree.children_named("Annot") {
            page.annotations.push(annotation(context, &part.name, element)?);
        }
    }
    Ok(())
}

/// Notes page files that lie in the package although no document lists them.
pub(super) fn note_undeclared(context: &mut Context<'_>, document: &Document) {
    for entry in context.package.entries() {
        let name = entry.name.to_lowercase();
        let is_page = name.contains("/pages/") && name.ends_with("/content.xml");
        if is_page && document.pages.iter().all(|page| page.part != entry.name) {
            context.problems.push(Problem::UndeclaredPage {
                name: entry.name.clone(),
            });
        }
    }
}

fn base_loc(declaration: &Element) -> Option<&str> {
    declaration.attribute("BaseLoc").or_else(|| location(declaration))
}

fn area(element: &Element) -> Option<Rect> {
    let boxes = ["PhysicalBox", "ApplicationBox", "CropBox"].into_iter();
    let mut boxes = boxes.filter_map(|name| Rect::parse(element.child_text(name)?));
    boxes.find(|area| area.width > 0.0 && area.height > 0.0)
}

fn template_uses(
    context: &mut Context<'_>,
    part: &str,
    page: &Element,
    templates: &[Template],
    first_template: usize,
) -> Vec<TemplateUse> {
    let mut uses = Vec::new();
    for element in page.children_named("Template") {
        let written = element.attribute("TemplateID");
        let wanted = id(written);
        let Some(index) = templates
            .iter()
            .position(|template| wanted.is_some() && template.id == wanted)
        else {
            context
                .problems
                .bad_value(part, "TemplateID", written.unwrap_or_default());
            continue;
        };
        let z_order = match element.attribute("ZOrder") {
            Some("Foreground") => ZOrder::Foreground,
            Some("Body") => ZOrder::Body,
            _ => ZOrder::Background,
        };
        let index = first_template + index;
        // The same template twice shows nothing new.
        if uses.iter().any(|other: &TemplateUse| other.index == index) {
            continue;
        }
        uses.push(TemplateUse { index, z_order });
    }
    uses
}

fn content(context: &mut Context<'_>, part: &str, page: &Element) -> Result<Content, OfdError> {
    let mut content = Content::default();
    for layer in page
        .children_named("Content")
        .flat_map(|content| content.children_named("Layer"))
    {
        objects::read_layer(context, part, layer, &mut content)?;
    }
    Ok(content)
}

fn annotation(context: &mut Context<'_>, part: &str, element: &Element) -> Result<Annotation, OfdError> {
    let mut content = Content::default();
    let mut boundary = None;
    for appearance in element.children_named("Appearance") {
        let appearance_box = appearance.attribute("Boundary").and_then(Rect::parse);
        boundary = boundary.or(appearance_box);
        let origin = appearance_box.map_or_else(Point::default, |corner| corner.origin());
        objects::read_appearance(context, part, appearance, origin, &mut content)?;
    }
    let parameters = element
        .children_named("Parameters")
        .flat_map(|list| list.children_named("Parameter"));
    Ok(Annotation {
        id: id(element.attribute("ID")),
        kind: element.attribute("Type").unwrap_or_default().to_owned(),
        subtype: element.attribute("Subtype").map(str::to_owned),
        parameters: parameters
            .map(|parameter| {
                let name = parameter.attribute("Name").unwrap_or_default().to_owned();
                (name, parameter.text.trim().to_owned())
            })
            .collect(),
        boundary,
        content,
    })
}
