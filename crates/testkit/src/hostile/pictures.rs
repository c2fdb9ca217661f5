//! Pictures: giant dimensions, bombs in chunks, decoders fed with lies, and pictures that confuse whoever seeks codes.

use super::raw::{crc32, noise, zlib};
use super::{Hostile, Shelf};

const REFUSED: &[&str] = &["F001", "F002", "F003", "F011"];
const ANY: &[&str] = &[];

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    [
        &(data.len() as u32).to_be_bytes()[..],
        &body,
        &crc32(&body).to_be_bytes(),
    ]
    .concat()
}

fn header(width: u32, height: u32, depth: u8, colour: u8, interlaced: u8) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(
        b"IHDR",
        &[&sides[..], &[depth, colour, 0, 0, interlaced]].concat(),
    )
}

/// A PNG of these chunks between header and end.
fn png(header: &[u8], chunks: &[Vec<u8>]) -> Vec<u8> {
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        header,
        &chunks.concat(),
        &chunk(b"IEND", b""),
    ]
    .concat()
}

/// A grey PNG whose pixels are drawn by a function.
fn grey(width: u32, height: u32, shade: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..height {
        rows.push(0);
        rows.extend((0..width).map(|x| shade(x, y)));
    }
    png(&header(width, height, 8, 0, 0), &[chunk(b"IDAT", &zlib(&rows))])
}

/// Whether a module of a finder pattern, seven a side, is black.
fn finder(x: u32, y: u32) -> bool {
    let ring = x.abs_diff(3).max(y.abs_diff(3));
    ring != 2 && ring <= 3
}

pub(super) fn cases() -> Vec<Hostile> {
    let mut shelf = Shelf::new("pictures");
    pngs(&mut shelf);
    others(&mut shelf);
    codes(&mut shelf);
    shelf.cases
}

fn pngs(shelf: &mut Shelf) {
    let some = || chunk(b"IDAT", &zlib(&[0; 5_000]));
    for (name, width, height) in [
        ("two-thousand-million-wide", 0x7fff_ffff, 0x7fff_ffff),
        ("beyond-the-standard", u32::MAX, u32::MAX),
        ("square-of-60000", 60_000, 60_000),
        ("line", 0x7fff_ffff, 1),
        ("column", 1, 0x7fff_ffff),
        ("nothing", 0, 0),
        ("no-height", 100, 0),
    ] {
        let bytes = png(&header(width, height, 8, 6, 0), &[some()]);
        shelf.add(
            format!("png-{name}"),
            "allocation by stated dimensions",
            REFUSED,
            bytes,
        );
    }
    for (name, colour, depth, bytes) in [("grey", 0, 8, 1), ("colour-16", 6, 16, 8)] {
        let rows = vec![0; 6_300 * (6_300 * bytes + 1)];
        let bytes = png(
            &header(6_300, 6_300, depth, colour, 0),
            &[chunk(b"IDAT", &zlib(&rows))],
        );
        shelf.add(
            format!("png-nearly-too-many-pixels-{name}"),
            "memory within the limit of pixels",
            ANY,
            bytes,
        );
    }
    let rows = zlib(&vec![0; 200 << 20]);
    shelf.add(
        "png-too-many-rows",
        "inflating more than the picture holds",
        ANY,
        png(&header(10, 10, 8, 0, 0), &[chunk(b"IDAT", &rows)]),
    );
    let bomb = zlib(&vec![b'a'; 200 << 20]);
    for (kind, before) in [
        (b"zTXt", &b"a\0\0"[..]),
        (b"iCCP", b"a\0\0"),
        (b"iTXt", b"a\0\x01\0\0\0"),
    ] {
        let name = String::from_utf8_lossy(kind).into_owned();
        let bytes = png(
            &header(10, 10, 8, 0, 0),
            &[chunk(kind, &[before, &bomb].concat()), some()],
        );
        shelf.add(
            format!("png-bomb-in-{name}"),
            "a chunk of 200 MiB beside the picture",
            ANY,
            bytes,
        );
    }
    let many: Vec<Vec<u8>> = (0..200_000).map(|_| chunk(b"tEXt", b"a\0b")).collect();
    shelf.add(
        "png-200000-chunks",
        "the number of chunks",
        ANY,
        png(&header(10, 10, 8, 0, 0), &many),
    );
    let mut lie = png(&header(10, 10, 8, 0, 0), &[some()]);
    lie[33..37].copy_from_slice(&[0xff; 4]);
    shelf.add(
        "png-chunk-of-four-gigabytes",
        "the stated length of a chunk",
        REFUSED,
        lie,
    );
    shelf.add(
        "png-no-palette",
        "a palette that is not there",
        REFUSED,
        png(&header(10, 10, 8, 3, 0), &[some()]),
    );
    shelf.add(
        "png-odd-depth",
        "a depth that is none",
        REFUSED,
        png(&header(10, 10, 7, 9, 3), &[some()]),
    );
    shelf.add(
        "png-interlaced",
        "interlace without data",
        ANY,
        png(&header(5_000, 5_000, 16, 6, 1), &[some()]),
    );
    let frames = chunk(b"acTL", &[0xff; 8]);
    shelf.add(
        "png-animated",
        "four thousand million frames",
        ANY,
        png(&header(10, 10, 8, 0, 0), &[frames, some()]),
    );
    let whole = grey(400, 400, |x, y| (x ^ y) as u8);
    for percent in [10, 50, 90, 99] {
        shelf.add(
            format!("png-cut-at-{percent}"),
            "a cut file",
            ANY,
            &whole[..whole.len() * percent / 100],
        );
    }
}

fn others(shelf: &mut Shelf) {
    let frame = |width: u16, height: u16, parts: u8| {
        let mut out = b"\xff\xd8\xff\xc0\0\x11\x08".to_vec();
        out.extend(height.to_be_bytes());
        out.extend(width.to_be_bytes());
        out.extend([parts, 1, 0x44, 0, 2, 0x44, 0, 3, 0x44, 0]);
        out
    };
    let scan = b"\xff\xda\0\x0c\x03\x01\0\x02\x11\x03\x11\0\x3f\0".as_slice();
    shelf.add(
        "jpeg-square-of-65535",
        "allocation by stated dimensions",
        REFUSED,
        [&frame(65_535, 65_535, 3)[..], scan, &noise(80, 5_000)].concat(),
    );
    shelf.add(
        "jpeg-of-nothing",
        "dimensions of nothing",
        REFUSED,
        [&frame(0, 0, 3)[..], scan].concat(),
    );
    shelf.add(
        "jpeg-255-components",
        "the number of components",
        REFUSED,
        [&frame(100, 100, 255)[..], scan].concat(),
    );
    let mut progressive = frame(6_000, 6_000, 3);
    progressive[3] = 0xc2;
    let scans = [scan, &[0; 16]].concat().repeat(20_000);
    shelf.add(
        "jpeg-20000-scans",
        "a progressive picture without end",
        REFUSED,
        [&progressive[..], &scans].concat(),
    );
    shelf.add(
        "jpeg-segments-of-nothing",
        "the stated length of a segment",
        REFUSED,
        [b"\xff\xd8", &b"\xff\xe1\0\0".repeat(1 << 18)[..]].concat(),
    );
    shelf.add(
        "jpeg-fill-bytes",
        "fill bytes without end",
        REFUSED,
        [b"\xff\xd8", &vec![0xff; 30 << 20][..]].concat(),
    );
    let bitmap = |width: i32, height: i32, bits: u16, packing: u32, place: u32| {
        let mut out = b"BM\0\0\0\0\0\0\0\0".to_vec();
        out.extend(place.to_le_bytes());
        out.extend(40_u32.to_le_bytes());
        out.extend(width.to_le_bytes());
        out.extend(height.to_le_bytes());
        out.extend([1, 0]);
        out.extend(bits.to_le_bytes());
        out.extend(packing.to_le_bytes());
        out.extend([0; 20]);
        out.extend(noise(81, 3_000));
        out
    };
    for (name, bytes) in [
        ("giant", bitmap(i32::MAX, i32::MAX, 24, 0, 54)),
        ("least-height", bitmap(100, i32::MIN, 24, 0, 54)),
        ("least-width", bitmap(i32::MIN, 100, 24, 0, 54)),
        ("runs", bitmap(6_000, 6_000, 8, 1, 54)),
        ("runs-of-4", bitmap(6_000, 6_000, 4, 2, 54)),
        ("place-beyond", bitmap(10, 10, 24, 0, u32::MAX)),
        ("bits-of-nothing", bitmap(10, 10, 0, 0, 54)),
        ("bits-65535", bitmap(10, 10, 65_535, 3, 54)),
    ] {
        shelf.add(
            format!("bmp-{name}"),
            "stated dimensions, packings and places",
            REFUSED,
            bytes,
        );
    }
    let riff = |chunks: &[u8]| {
        let length = (chunks.len() as u32 + 4).to_le_bytes();
        [b"RIFF", &length[..], b"WEBP", chunks].concat()
    };
    let extended = |flags: u8, rest: &[u8]| {
        let canvas = [&[flags, 0, 0, 0][..], &[0xff; 6]].concat();
        riff(&[b"VP8X\x0a\0\0\0", &canvas[..], rest].concat())
    };
    let lossless = |rest: &[u8]| {
        let data = [&[0x2f, 0xff, 0xff, 0xff, 0x0f][..], rest].concat();
        riff(&[b"VP8L", &(data.len() as u32).to_le_bytes()[..], &data].concat())
    };
    shelf.add(
        "webp-giant-canvas",
        "a canvas of 16 million a side",
        REFUSED,
        extended(0, &noise(82, 2_000)),
    );
    let frame = [&b"ANMF\x10\0\0\0"[..], &[0; 16]].concat().repeat(50_000);
    shelf.add(
        "webp-50000-frames",
        "frames of an animation",
        REFUSED,
        extended(2, &[b"ANIM\x06\0\0\0\0\0\0\0\0\0", &frame[..]].concat()),
    );
    shelf.add(
        "webp-lossless-giant",
        "16384 a side from a few bytes",
        REFUSED,
        lossless(&[0; 64]),
    );
    shelf.add(
        "webp-lossless-noise",
        "codes of codes of codes",
        REFUSED,
        lossless(&noise(83, 20_000)),
    );
    shelf.add(
        "webp-chunk-lies",
        "the stated length of a chunk",
        REFUSED,
        riff(b"VP8 \xff\xff\xff\xff\x9d\x01\x2a"),
    );
}

fn codes(shelf: &mut Shelf) {
    for (name, side, scale) in [("small", 1_200, 1), ("large", 2_400, 2), ("huge", 6_000, 4)] {
        let bytes = grey(side, side, |x, y| {
            if finder(x / scale % 9, y / scale % 9) {
                0
            } else {
                255
            }
        });
        shelf.add(
            format!("finder-patterns-{name}"),
            "all triples of corners of codes",
            ANY,
            bytes,
        );
    }
    let dust = noise(84, 3_000 * 3_000);
    let bytes = grey(3_000, 3_000, |x, y| {
        if dust[(y * 3_000 + x) as usize] > 127 {
            255
        } else {
            0
        }
    });
    shelf.add("dust", "black and white without a pattern", ANY, bytes);
    for period in [1, 2, 3, 7] {
        let bytes = grey(3_000, 3_000, |x, y| {
            if (x / period + y / period) % 2 == 0 {
                0
            } else {
                255
            }
        });
        shelf.add(format!("chessboard-{period}"), "edges everywhere", ANY, bytes);
    }
    shelf.add(
        "stripes",
        "edges everywhere",
        ANY,
        grey(6_000, 6_000, |x, _| if x % 2 == 0 { 0 } else { 255 }),
    );
    let texts: [(&str, Vec<u8>); 8] = [
        ("noise", noise(85, 800)),
        ("digits", b"9".repeat(7_000)),
        ("fields", b"01,".repeat(900)),
        (
            "wrong-fields",
            b"01,32,,26110000000100000001,1e99,99999999,,ZZZZ,".to_vec(),
        ),
        (
            "long-amount",
            [
                b"01,32,,26110000000100000001,",
                &b"9".repeat(2_000)[..],
                b",20260309,,0000,",
            ]
            .concat(),
        ),
        ("address", b"https://127.0.0.1:9/?a=../../etc/passwd".to_vec()),
        (
            "escape-codes",
            b"01,32,\x1b[2J,\x1b]0;x\x07,1.00,20260309,,0000,".to_vec(),
        ),
        ("nothing", b"".to_vec()),
    ];
    for (name, text) in &texts {
        let Ok(code) = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L) else {
            continue;
        };
        shelf.add(format!("code-of-{name}"), "what a code says", ANY, draw(&code, 1));
    }
    if let Ok(code) = qrcode::QrCode::new(b"01,32,,26110000000100000001,1.00,20260309,,0000,") {
        shelf.add("144-codes", "many codes on one picture", ANY, draw(&code, 12));
    }
}

/// A code, `times` in each direction.
fn draw(code: &qrcode::QrCode, times: u32) -> Vec<u8> {
    let modules = code.to_colors();
    let width = code.width() as u32;
    let side = (width + 8) * 4;
    grey(side * times, side * times, |x, y| {
        let (x, y) = ((x % side / 4).wrapping_sub(4), (y % side / 4).wrapping_sub(4));
        let dark = x < width && y < width && modules[(y * width + x) as usize] == qrcode::Color::Dark;
        if dark { 0 } else { 255 }
    })
}
