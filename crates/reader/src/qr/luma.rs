//! Brightness alone: what a QR decoder looks at.

use image::imageops::FilterType;
use image::{DynamicImage, GrayImage};

/// A picture in shades of grey, one byte for a pixel, row by row; 0 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Luma {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl Luma {
    /// `None` unless there is at least one pixel, and exactly `width × height` of them.
    pub(crate) fn new(width: u32, height: u32, pixels: Vec<u8>) -> Option<Luma> {
        let count = u64::from(width) * u64::from(height);
        (count > 0 && pixels.len() as u64 == count).then_some(Luma {
            width,
            height,
            pixels,
        })
    }

    pub(crate) fn width(&self) -> u32 {
        self.width
    }

    pub(crate) fn height(&self) -> u32 {
        self.height
    }

    pub(crate) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// How many pixels there are.
    pub(super) fn area(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    fn row(&self, y: u32) -> &[u8] {
        let width = self.width as usize;
        let start = (y.min(self.height - 1) as usize) * width;
        self.pixels.get(start..start + width).unwrap_or_default()
    }

    /// Every pixel `times` wide and high, with sharp edges.
    pub(crate) fn enlarged(&self, times: u32) -> Luma {
        let (width, height) = (
            self.width.saturating_mul(times),
            self.height.saturating_mul(times),
        );
        self.resized(width, height, FilterType::Nearest)
    }

    /// Twice as large, shades between neighbours blended: photographs and screenshots decode better so.
    pub(super) fn doubled(&self) -> Luma {
        let (width, height) = (self.width.saturating_mul(2), self.height.saturating_mul(2));
        self.resized(width, height, FilterType::Triangle)
    }

    /// Half as large, which evens out grain.
    pub(super) fn halved(&self) -> Luma {
        self.resized(
            (self.width / 2).max(1),
            (self.height / 2).max(1),
            FilterType::Triangle,
        )
    }

    // `DynamicImage` and not `GrayImage`, because its methods are compiled with the library, optimised.
    fn resized(&self, width: u32, height: u32, filter: FilterType) -> Luma {
        let image = GrayImage::from_raw(self.width, self.height, self.pixels.clone()).unwrap_or_default();
        let resized = DynamicImage::ImageLuma8(image).resize_exact(width, height, filter);
        Luma {
            width: resized.width(),
            height: resized.height(),
            pixels: resized.into_bytes(),
        }
    }

    /// The picture on white paper. A code whose quiet zone was cut off is not found without.
    pub(crate) fn with_border(&self, border: u32) -> Luma {
        let (width, height) = (self.width + 2 * border, self.height + 2 * border);
        let margin = border as usize;
        let mut pixels = vec![255; width as usize * height as usize];
        let rows = pixels.chunks_exact_mut(width as usize).skip(margin);
        for (target, y) in rows.zip(0..self.height) {
            if let Some(target) = target.get_mut(margin..margin + self.width as usize) {
                target.copy_from_slice(self.row(y));
            }
        }
        Luma {
            width,
            height,
            pixels,
        }
    }

    /// A part of the picture; what lies outside is left out. `None` if nothing is left.
    pub(super) fn part(&self, left: u32, top: u32, width: u32, height: u32) -> Option<Luma> {
        let right = left.saturating_add(width).min(self.width);
        let bottom = top.saturating_add(height).min(self.height);
        let mut pixels = Vec::new();
        for y in top..bottom {
            pixels.extend_from_slice(self.row(y).get(left as usize..right as usize)?);
        }
        Luma::new(right.checked_sub(left)?, bottom.checked_sub(top)?, pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luma(width: u32, height: u32, pixels: &[u8]) -> Luma {
        Luma::new(width, height, pixels.to_vec()).unwrap()
    }

    #[test]
    fn a_picture_has_as_many_pixels_as_it_says() {
        assert!(Luma::new(2, 2, vec![0; 3]).is_none());
        assert!(Luma::new(0, 0, Vec::new()).is_none());
        assert!(Luma::new(u32::MAX, u32::MAX, vec![0; 1]).is_none());
    }

    #[test]
    fn enlarging_halving_and_cutting() {
        let picture = luma(2, 2, &[0, 100, 200, 40]);
        assert_eq!(
            picture.enlarged(2),
            luma(
                4,
                4,
                &[0, 0, 100, 100, 0, 0, 100, 100, 200, 200, 40, 40, 200, 200, 40, 40]
            )
        );
        assert_eq!((picture.doubled().width(), picture.doubled().height()), (4, 4));
        assert_eq!(picture.enlarged(2).halved().area(), 4);
        assert_eq!(luma(2, 1, &[10, 30]).halved(), luma(1, 1, &[20]));
        assert_eq!(luma(1, 1, &[10]).halved(), luma(1, 1, &[10]));
        assert_eq!(picture.part(1, 0, 5, 5), Some(luma(1, 2, &[100, 40])));
        assert_eq!(picture.part(2, 0, 1, 1), None);
        assert_eq!(picture.part(7, 7, 1, 1), None);
        assert_eq!(
            luma(1, 1, &[7]).with_border(1),
            luma(3, 3, &[255, 255, 255, 255, 7, 255, 255, 255, 255])
        );
    }
}
