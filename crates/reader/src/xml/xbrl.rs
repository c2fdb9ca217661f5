//! What the XBRL instances of 电子凭证会计数据标准 (财会〔2025〕9号) have in common.
//!
//! The voucher is told by the namespace that the facts are in: `http://xbrl.mof.gov.cn/taxonomy/<date>/inv`. The
//! date of the taxonomy varies and is not looked at. Facts may be CDATA or `xsi:nil`.

use ofd::xml::Element;

/// Whether an element is an XBRL instance with facts of this voucher (`inv`, `einv`, `rai`, `atr`).
pub(super) fn holds(root: &Element, voucher: &str) -> bool {
    if root.name != "xbrl" {
        return false;
    }
    let mut declared = std::iter::once(root)
        .chain(&root.children)
        .flat_map(|element| &element.attributes);
    let prefix = declared.find_map(
        |attribute| match (attribute.prefix.as_str(), attribute.name.as_str()) {
            ("xmlns", prefix) if is_taxonomy(&attribute.value, voucher) => Some(prefix),
            ("", "xmlns") if is_taxonomy(&attribute.value, voucher) => Some(""),
            _ => None,
        },
    );
    // Cut-down instances may lack the declaration; the usual prefix is then all there is.
    let prefix = prefix.unwrap_or(voucher);
    root.children.iter().any(|child| child.prefix == prefix)
}

fn is_taxonomy(uri: &str, voucher: &str) -> bool {
    let last = uri.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    last == voucher
}
