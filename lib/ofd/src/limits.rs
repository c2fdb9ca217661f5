//! Named bounds on what reading one file may cost, and the running account that enforces them.
//! Every structure whose size the input controls is charged here before it is built.

use crate::error::{LimitKind, OfdError};
use crate::xml;

/// The most one file may cost. The defaults fit documents of some hundred pages with embedded fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries of the zip package, directories included.
    pub entries_max: usize,
    /// Inflated bytes of one entry.
    pub entry_bytes_max: u64,
    /// Inflated bytes of all entries together; also the bytes of XML parsed in all.
    pub inflated_bytes_max: u64,
    /// Inflated bytes for each compressed byte of an entry, looked at above [`Limits::ratio_floor_bytes`].
    pub ratio_max: u64,
    /// Entries that inflate to no more than this many bytes may have any ratio.
    pub ratio_floor_bytes: u64,
    /// Nested elements in one XML part; never more than [`xml::DEPTH_MAX`].
    pub xml_depth_max: usize,
    /// Attributes of one element.
    pub xml_attributes_max: usize,
    /// Elements and attributes of all XML parts together.
    pub xml_nodes_max: usize,
    /// Pages of all document bodies together.
    pub pages_max: usize,
    /// Characters of positioned text in all; characters that tags point at are counted again for each tag.
    pub glyphs_max: usize,
    /// Operations of paths in all.
    pub path_operations_max: usize,
    /// Objects painted on all pages, those of a template counted for each page that uses it.
    pub placed_objects_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries_max: 10_000,
            entry_bytes_max: 64 << 20,
            inflated_bytes_max: 256 << 20,
            ratio_max: 100,
            ratio_floor_bytes: 1 << 20,
            xml_depth_max: 64,
            xml_attributes_max: 256,
            xml_nodes_max: 2_000_000,
            pages_max: 2_000,
            glyphs_max: 2_000_000,
            path_operations_max: 2_000_000,
            placed_objects_max: 5_000_000,
        }
    }
}

/// What is left of the [`Limits`] while one file is read.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    xml_bytes: u64,
    nodes: usize,
    pages: usize,
    glyphs: usize,
    path_operations: usize,
    placed_objects: usize,
}

impl Budget {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            limits: *limits,
            xml_bytes: 0,
            nodes: 0,
            pages: 0,
            glyphs: 0,
            path_operations: 0,
            placed_objects: 0,
        }
    }

    /// The bounds for the next XML part: per part where the limit is per part, the rest where it is in all.
    pub(crate) fn xml_limits(&self) -> xml::Limits {
        xml::Limits {
            bytes_max: self.limits.inflated_bytes_max.saturating_sub(self.xml_bytes),
            depth_max: self.limits.xml_depth_max,
            attributes_max: self.limits.xml_attributes_max,
            nodes_max: self.limits.xml_nodes_max.saturating_sub(self.nodes),
        }
    }

    /// Charges a parsed part. The parser has kept to [`Budget::xml_limits`], so this cannot overdraw.
    pub(crate) fn spend_xml(&mut self, bytes: usize, nodes: usize) {
        self.xml_bytes = self.xml_bytes.saturating_add(bytes as u64);
        self.nodes = self.nodes.saturating_add(nodes);
    }

    pub(crate) fn spend_page(&mut self, part: &str) -> Result<(), OfdError> {
        spend(&mut self.pages, 1, self.limits.pages_max, LimitKind::Pages, part)
    }

    pub(crate) fn spend_glyphs(&mut self, count: usize, part: &str) -> Result<(), OfdError> {
        spend(
            &mut self.glyphs,
            count,
            self.limits.glyphs_max,
            LimitKind::Glyphs,
            part,
        )
    }

    pub(crate) fn spend_placed_objects(&mut self, count: usize, part: &str) -> Result<(), OfdError> {
        spend(
            &mut self.placed_objects,
            count,
            self.limits.placed_objects_max,
            LimitKind::PlacedObjects,
            part,
        )
    }

    pub(crate) fn spend_path_operations(&mut self, count: usize, part: &str) -> Result<(), OfdError> {
        spend(
            &mut self.path_operations,
            count,
            self.limits.path_operations_max,
            LimitKind::PathOperations,
            part,
        )
    }
}

fn spend(spent: &mut usize, count: usize, max: usize, limit: LimitKind, part: &str) -> Result<(), OfdError> {
    *spent = spent.saturating_add(count);
    if *spent > max {
        return Err(OfdError::Limit {
            limit,
            max: max as u64,
            part: part.to_owned(),
        });
    }
    Ok(())
}
