//! Changes seeds at random, from a seed: the poor man's libFuzzer, for runs of seconds that are the same every time.

/// Draws changed inputs.
pub struct Mutator {
    state: u64,
}

impl Mutator {
    /// The same seed gives the same inputs.
    pub fn new(seed: u64) -> Mutator {
        Mutator { state: seed | 1 }
    }

    fn draw(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `most`; 0 where there is none.
    fn below(&mut self, most: usize) -> usize {
        (self.draw() >> 11) as usize % most.max(1)
    }

    /// One of the seeds, changed in one to eight places.
    pub fn input(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let at = self.below(seeds.len());
        let mut bytes = seeds.get(at).cloned().unwrap_or_default();
        for _ in 0..=self.below(8) {
            let other = self.below(seeds.len());
            self.change(&mut bytes, seeds.get(other).map_or(&[], Vec::as_slice));
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        const ODD: &[&[u8]] = &[
            b"\0",
            b"\xff",
            b"\x80",
            b"<",
            b">",
            b"&",
            b"\"",
            b"0",
            b"-1",
            b"99999999999999999999",
            b"1e400",
            b"\xff\xff\xff\xff",
            b"\x7f\xff\xff\xff",
            b"\0\0\0\0",
            b"\xef\xbb\xbf",
            b"\xf0\x9f\xa7\xbe",
            b"NaN",
            b"\r\n",
            "零".as_bytes(),
            "亿".as_bytes(),
        ];
        let at = self.below(bytes.len());
        let end = (at + 1 + self.below(32)).min(bytes.len());
        match self.below(8) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << (self.draw() % 8);
                }
            }
            1 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = self.draw() as u8;
                }
            }
            2 => drop(bytes.drain(at..end)),
            3 => {
                let again = bytes.get(at..end).unwrap_or_default().to_vec();
                bytes.splice(at..at, again);
            }
            4 => {
                let odd = ODD[self.below(ODD.len())];
                bytes.splice(at..at, odd.iter().copied());
            }
            5 => {
                let odd = ODD[self.below(ODD.len())];
                let end = (at + odd.len()).min(bytes.len());
                bytes.splice(at..end, odd.iter().copied());
            }
            6 => bytes.truncate(at),
            _ => {
                let from = self.below(other.len());
                let to = (from + 1 + self.below(64)).min(other.len());
                bytes.splice(at..at, other.get(from..to).unwrap_or_default().iter().copied());
            }
        }
    }
}
