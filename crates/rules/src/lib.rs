//! Reading to Verdict: the embedded, dated rulebook and one file per check. Pure.
