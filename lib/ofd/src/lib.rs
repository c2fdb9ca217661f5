//! A general reader and writer of OFD (GB/T 33190): packages, pages, text, tags, attachments, signatures. Knows nothing of invoices.
