//! Pixels in memory.

pub mod naive;

use std::fmt;

/// What the colour components of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelType {
    Gray,
    Rgb,
    Cmyk,
}

impl PixelType {
    pub const ALL: [PixelType; 3] = [PixelType::Gray, PixelType::Rgb, PixelType::Cmyk];

    /// As messages and commands say it.
    pub fn name(self) -> &'static str {
        match self {
            PixelType::Gray => "gray",
            PixelType::Rgb => "rgb",
            PixelType::Cmyk => "cmyk",
        }
    }

    /// Components of one colour.
    pub fn components(self) -> usize {
        match self {
            PixelType::Gray => 1,
            PixelType::Rgb => 3,
            PixelType::Cmyk => 4,
        }
    }
}

impl fmt::Display for PixelType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Colour components of one pixel, 8 bits each, interleaved in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    Gray,
    GrayAlpha,
    Rgb,
    Rgba,
    /// Cyan, magenta, yellow, black; 0 is no ink, 255 is full ink.
    Cmyk,
    CmykAlpha,
}

impl Channels {
    /// The channels of a pixel type, with or without opacity.
    pub fn of(pixel_type: PixelType, alpha: bool) -> Channels {
        match (pixel_type, alpha) {
            (PixelType::Gray, false) => Channels::Gray,
            (PixelType::Gray, true) => Channels::GrayAlpha,
            (PixelType::Rgb, false) => Channels::Rgb,
            (PixelType::Rgb, true) => Channels::Rgba,
            (PixelType::Cmyk, false) => Channels::Cmyk,
            (PixelType::Cmyk, true) => Channels::CmykAlpha,
        }
    }

    /// What the colour components are.
    pub fn pixel_type(self) -> PixelType {
        match self {
            Channels::Gray | Channels::GrayAlpha => PixelType::Gray,
            Channels::Rgb | Channels::Rgba => PixelType::Rgb,
            Channels::Cmyk | Channels::CmykAlpha => PixelType::Cmyk,
        }
    }

    /// Bytes of one pixel.
    pub fn count(self) -> usize {
        self.colours() + usize::from(self.has_alpha())
    }

    /// Colour components of one pixel.
    pub fn colours(self) -> usize {
        self.pixel_type().components()
    }

    /// Whether the last component is opacity.
    pub fn has_alpha(self) -> bool {
        matches!(self, Channels::GrayAlpha | Channels::Rgba | Channels::CmykAlpha)
    }

    /// Whether the colour is one brightness.
    pub fn is_gray(self) -> bool {
        self.pixel_type() == PixelType::Gray
    }

    /// These channels with or without opacity.
    pub fn with_alpha(self, alpha: bool) -> Channels {
        Channels::of(self.pixel_type(), alpha)
    }
}

/// A picture: rows from the top, no padding, alpha not premultiplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bitmap {
    pub width: u32,
    pub height: u32,
    pub channels: Channels,
    /// `width * height * channels.count()` bytes.
    pub data: Vec<u8>,
}

impl Bitmap {
    /// A picture whose every byte is 0: black, and transparent where it has alpha.
    pub fn zeroed(width: u32, height: u32, channels: Channels) -> Bitmap {
        let len = width as usize * height as usize * channels.count();
        Bitmap { width, height, channels, data: vec![0; len] }
    }

    /// Bytes of one row.
    pub fn stride(&self) -> usize {
        self.width as usize * self.channels.count()
    }

    /// The bytes of row `y`, which must be below the height.
    pub fn row(&self, y: u32) -> &[u8] {
        let stride = self.stride();
        &self.data[y as usize * stride..][..stride]
    }

    /// The bytes of row `y`, which must be below the height.
    pub fn row_mut(&mut self, y: u32) -> &mut [u8] {
        let stride = self.stride();
        &mut self.data[y as usize * stride..][..stride]
    }

    /// Whether no pixel is even partly transparent.
    pub fn is_opaque(&self) -> bool {
        let n = self.channels.count();
        !self.channels.has_alpha() || self.data.chunks_exact(n).all(|pixel| pixel[n - 1] == 255)
    }

    /// The part of the picture inside `area`, which must not reach outside.
    pub fn cut(self, area: Area) -> Bitmap {
        if area == (Area { x: 0, y: 0, width: self.width, height: self.height }) {
            return self;
        }
        let mut part = Bitmap::zeroed(area.width, area.height, self.channels);
        part.paste_part(&self, area, 0, 0);
        part
    }

    /// Copies `area` of `source` to `x`, `y`. Both pictures have the same
    /// channels and both rectangles lie inside their pictures.
    pub fn paste_part(&mut self, source: &Bitmap, area: Area, x: u32, y: u32) {
        let n = self.channels.count();
        for row in 0..area.height {
            let from = &source.row(area.y + row)[area.x as usize * n..][..area.width as usize * n];
            self.row_mut(y + row)[x as usize * n..][..from.len()].copy_from_slice(from);
        }
    }

    /// Drops the alpha channel without looking at it.
    pub fn without_alpha(mut self) -> Bitmap {
        if !self.channels.has_alpha() {
            return self;
        }
        let n = self.channels.count();
        let pixels = self.data.len() / n;
        for index in 1..pixels {
            self.data.copy_within(index * n..index * n + n - 1, index * (n - 1));
        }
        self.data.truncate(pixels * (n - 1));
        self.channels = self.channels.with_alpha(false);
        self
    }

    /// The alpha channel as a gray picture, if there is one.
    pub fn opacity(&self) -> Option<Bitmap> {
        let n = self.channels.count();
        self.channels.has_alpha().then(|| Bitmap {
            width: self.width,
            height: self.height,
            channels: Channels::Gray,
            data: self.data.iter().skip(n - 1).step_by(n).copied().collect(),
        })
    }

    /// This picture with the gray one, of the same size, as its alpha channel.
    pub fn with_opacity(self, opacity: &Bitmap) -> Bitmap {
        let mut picture = self.with_alpha();
        let n = picture.channels.count();
        for (alpha, new) in picture.data.iter_mut().skip(n - 1).step_by(n).zip(&opacity.data) {
            *alpha = *new;
        }
        picture
    }

    /// Opaque where there was no alpha channel.
    pub fn with_alpha(self) -> Bitmap {
        if self.channels.has_alpha() {
            return self;
        }
        let n = self.channels.count();
        let mut out = Bitmap::zeroed(self.width, self.height, self.channels.with_alpha(true));
        for (from, to) in self.data.chunks_exact(n).zip(out.data.chunks_exact_mut(n + 1)) {
            to[..n].copy_from_slice(from);
            to[n] = 255;
        }
        out
    }

    /// This picture in RGB, by the plain formulas (01 C37).
    pub fn to_rgb(self) -> Bitmap {
        naive::convert(self, PixelType::Rgb)
    }

    /// This picture in gray, by the plain formulas (01 C37).
    pub fn to_gray(self) -> Bitmap {
        naive::convert(self, PixelType::Gray)
    }
}

/// Brightness of a colour, 0.299 R + 0.587 G + 0.114 B rounded (01 C37).
pub fn gray_of([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114 + 500) / 1000) as u8
}

/// A rectangle of whole pixels inside a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gray_is_the_rounded_rec601_brightness() {
        // 0.299 * 255 = 76.245; 0.587 * 255 = 149.685; 0.114 * 255 = 29.07
        assert_eq!(gray_of([255, 0, 0]), 76);
        assert_eq!(gray_of([0, 255, 0]), 150);
        assert_eq!(gray_of([0, 0, 255]), 29);
        assert_eq!(gray_of([255, 255, 255]), 255);
    }

    #[test]
    fn an_opacity_replaces_the_alpha_channel() {
        let picture = |channels, data: &[u8]| Bitmap {
            width: (data.len() / Channels::count(channels)) as u32,
            height: 1,
            channels,
            data: data.to_vec(),
        };
        let mask = picture(Channels::Gray, &[9, 8]);
        let rgb = picture(Channels::Rgb, &[1, 2, 3, 4, 5, 6]);
        assert_eq!(rgb.opacity(), None);
        let masked = rgb.with_opacity(&mask);
        assert_eq!(masked.data, [1, 2, 3, 9, 4, 5, 6, 8]);
        assert_eq!(masked.opacity(), Some(mask.clone()));
        let gray = picture(Channels::GrayAlpha, &[1, 2, 3, 4]);
        assert_eq!(gray.with_opacity(&mask).data, [1, 9, 3, 8]);
    }

    #[test]
    fn cut_keeps_the_pixels_of_the_area() {
        let whole =
            Bitmap { width: 3, height: 2, channels: Channels::Gray, data: vec![1, 2, 3, 4, 5, 6] };
        let part = whole.cut(Area { x: 1, y: 0, width: 2, height: 2 });
        assert_eq!((part.width, part.height, part.data), (2, 2, vec![2, 3, 5, 6]));
    }
}
