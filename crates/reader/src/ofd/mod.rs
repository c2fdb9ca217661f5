//! OFD invoices.
