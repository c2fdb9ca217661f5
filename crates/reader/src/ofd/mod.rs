//! OFD invoices.

mod cells;
mod custom_data;
mod integrity;
#[cfg(test)]
mod making;
mod seal;
mod tags;
