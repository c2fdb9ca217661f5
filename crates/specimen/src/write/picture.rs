//! Pictures: QR codes and scanned pages in grey, as PNG or JPEG.
//!
//! PNG is put together here because committed samples need the same bytes on every processor; see [`super::zip`].

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use miniz_oxide::deflate::compress_to_vec_zlib;

use super::zip::crc32;
use crate::chance::Chance;
use crate::face::{Face, Mark, char_width};
use crate::qr::Modules;

/// Pixels of a scan in one millimetre: 150 dpi.
const SCAN: f32 = 150.0 / 25.4;

/// A picture of one byte for each pixel, white on 255.
#[derive(Debug, Clone)]
pub(crate) struct Grey {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) pixels: Vec<u8>,
}

impl Grey {
    fn white(width: usize, height: usize) -> Grey {
        Grey {
            width,
            height,
            pixels: vec![255; width * height],
        }
    }

    fn set(&mut self, x: usize, y: usize, grey: u8) {
        if x < self.width
            && let Some(pixel) = self.pixels.get_mut(y * self.width + x)
        {
            *pixel = grey;
        }
    }

    fn get(&self, x: i64, y: i64) -> u8 {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else {
            return 255;
        };
        if x >= self.width {
            255
        } else {
            self.pixels.get(y * self.width + x).copied().unwrap_or(255)
        }
    }

    fn fill(&mut self, (x, y): (usize, usize), (width, height): (usize, usize), grey: u8) {
        for row in y..y + height {
            for column in x..x + width {
                self.set(column, row, grey);
            }
        }
    }

    /// A code with `scale` pixels to a module and a quiet zone of so many modules.
    pub(crate) fn of_modules(modules: &Modules, scale: usize, quiet: usize) -> Grey {
        let side = (modules.width + 2 * quiet) * scale;
        let mut picture = Grey::white(side, side);
        picture.draw_code(modules, (quiet * scale, quiet * scale), scale);
        picture
    }

    fn draw_code(&mut self, modules: &Modules, (x, y): (usize, usize), scale: usize) {
        for (column, row, length) in modules.runs() {
            self.fill((x + column * scale, y + row * scale), (length * scale, scale), 0);
        }
    }

    /// A page as a scanner sees it: lines, a code, and grey clots where text stands. No font is at hand, and none
    /// is needed: from a scan only the code can be read without OCR.
    pub(crate) fn of_face(face: &Face, modules: Option<&Modules>) -> Grey {
        let pixels = |mm: f32| (mm * SCAN).round().max(0.0) as usize;
        let mut picture = Grey::white(pixels(face.page.0), pixels(face.page.1));
        for [x1, y1, x2, y2] in &face.strokes {
            let size = (pixels(x2 - x1).max(2), pixels(y2 - y1).max(2));
            picture.fill((pixels(*x1), pixels(*y1)), size, 120);
        }
        for mark in face
            .labels
            .iter()
            .chain(&face.values)
            .filter(|mark| !mark.is_turned)
        {
            picture.clots(mark, pixels);
        }
        if let (Some((x, y, side)), Some(modules)) = (face.qr, modules) {
            let scale = (pixels(side) / modules.width).max(2);
            picture.draw_code(modules, (pixels(x), pixels(y)), scale);
        }
        picture.noisy(7, 12)
    }

    /// Stands in for the glyphs of a text: a pattern of its own for every character.
    fn clots(&mut self, mark: &Mark, pixels: impl Fn(f32) -> usize) {
        let mut x = mark.start();
        for c in mark.text.chars() {
            let width = char_width(c, mark.size);
            let cell = (mark.size / 6.0, width / 4.0);
            let mut pattern = Chance::new(u64::from(u32::from(c)));
            for row in 0..5 {
                for column in 0..3 {
                    if pattern.one_in(2) {
                        let at = (
                            pixels(x + cell.1 * column as f32),
                            pixels(mark.y + cell.0 * row as f32),
                        );
                        self.fill(at, (pixels(cell.1).max(1), pixels(cell.0 * 0.6).max(1)), 60);
                    }
                }
            }
            x += width;
        }
    }

    /// The same picture with noise of this strength.
    pub(crate) fn noisy(mut self, seed: u64, strength: i64) -> Grey {
        let mut chance = Chance::new(seed);
        for pixel in &mut self.pixels {
            let moved = i64::from(*pixel) + chance.between(-strength, strength);
            *pixel = moved.clamp(0, 255) as u8;
        }
        self
    }

    /// The same picture turned by thousandths of a radian about its centre, on a white ground.
    ///
    /// Integer arithmetic only: sine and cosine by their series, so that every machine turns alike.
    pub(crate) fn turned(&self, thousandths: i64) -> Grey {
        const ONE: i64 = 1_000_000;
        let angle = thousandths * 1_000;
        let squared = angle * angle / ONE;
        let cosine = ONE - squared / 2 + squared * squared / ONE / 24;
        let sine = angle - angle * squared / ONE / 6;
        let mut turned = Grey::white(self.width, self.height);
        let (cx, cy) = (self.width as i64 / 2, self.height as i64 / 2);
        for y in 0..self.height {
            for x in 0..self.width {
                let (dx, dy) = (x as i64 - cx, y as i64 - cy);
                let from_x = (dx * cosine + dy * sine + ONE / 2).div_euclid(ONE) + cx;
                let from_y = (dy * cosine - dx * sine + ONE / 2).div_euclid(ONE) + cy;
                turned.set(x, y, self.get(from_x, from_y));
            }
        }
        turned
    }

    /// As PNG, eight bits of grey.
    pub(crate) fn png(&self) -> Vec<u8> {
        let mut rows = Vec::with_capacity(self.pixels.len() + self.height);
        for row in self.pixels.chunks(self.width.max(1)) {
            rows.push(0);
            rows.extend_from_slice(row);
        }
        let mut header = Vec::new();
        header.extend_from_slice(&(self.width as u32).to_be_bytes());
        header.extend_from_slice(&(self.height as u32).to_be_bytes());
        header.extend_from_slice(&[8, 0, 0, 0, 0]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, data) in [
            (b"IHDR", header),
            (b"IDAT", compress_to_vec_zlib(&rows, 6)),
            (b"IEND", Vec::new()),
        ] {
            let mut body = kind.to_vec();
            body.extend_from_slice(&data);
            png.extend_from_slice(&(data.len() as u32).to_be_bytes());
            png.extend_from_slice(&body);
            png.extend_from_slice(&crc32(&body).to_be_bytes());
        }
        png
    }

    /// As JPEG of this quality, 1 to 100.
    pub(crate) fn jpeg(&self, quality: u8) -> Vec<u8> {
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality)
            .write_image(
                &self.pixels,
                self.width as u32,
                self.height as u32,
                ExtendedColorType::L8,
            )
            .expect("invariant: a grey picture of matching size always encodes into memory");
        jpeg
    }
}
