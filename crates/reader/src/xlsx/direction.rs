//! Whether a statement lists purchases or sales: the party that stays the same is ours.

use std::collections::HashSet;

use invoice::{StatementDirection, StatementInvoice, canonical_name};

/// The direction, or `None` where neither party stays the same, or both do. Parties are told by tax id and only
/// without one by name, because a company keeps its id when it is renamed.
pub(super) fn of(invoices: &[StatementInvoice]) -> Option<StatementDirection> {
    let party = |id: &Option<String>, name: &Option<String>| {
        id.clone()
            .or_else(|| name.as_deref().map(canonical_name))
            .unwrap_or_default()
    };
    let sellers: HashSet<String> = invoices
        .iter()
        .map(|i| party(&i.seller_tax_id, &i.seller_name))
        .collect();
    let buyers: HashSet<String> = invoices
        .iter()
        .map(|i| party(&i.buyer_tax_id, &i.buyer_name))
        .collect();
    match (sellers.len(), buyers.len()) {
        (2.., 1) => Some(StatementDirection::Purchases),
        (1, 2..) => Some(StatementDirection::Sales),
        _ => None,
    }
}
