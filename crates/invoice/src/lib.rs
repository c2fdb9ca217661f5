//! The vocabulary of Chinese invoices: numbers, parties, money, rates, kinds, evidence, faults and the stage types.
