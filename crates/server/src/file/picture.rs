//! Small pictures: decoded within bounds, turned the way they were taken, and written anew, so that nothing of what a
//! camera notes beside a picture is left in them.

use std::io::Cursor;

use desk::file::Kind;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader, Limits};

/// More pixels than this are not decoded.
const MAX_PIXELS: u64 = 40_000_000;
/// The most memory a decoder may ask for, in bytes.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// The longer side of a small picture, in pixels: twice the size it is shown at.
const SIDE: u32 = 640;
const QUALITY: u8 = 80;

/// A picture that would take too much to decode.
#[derive(Debug, PartialEq, Eq)]
pub struct TooLarge;

/// A small picture, and how large the whole one is.
#[derive(Debug)]
pub struct Small {
    pub pixels: (u32, u32),
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

/// The small picture of a whole one; none when it cannot be read. Slow: not for async threads.
pub fn shrink(kind: Kind, bytes: &[u8]) -> Result<Option<Small>, TooLarge> {
    let format = match kind {
        Kind::Png => ImageFormat::Png,
        Kind::Jpeg => ImageFormat::Jpeg,
        Kind::Gif => ImageFormat::Gif,
        Kind::Webp => ImageFormat::WebP,
        _ => return Ok(None),
    };
    match decode(format, bytes) {
        Ok(picture) => Ok(write(&picture)),
        Err(ImageError::Limits(_)) => Err(TooLarge),
        Err(_) => Ok(None),
    }
}

fn decode(format: ImageFormat, bytes: &[u8]) -> Result<DynamicImage, ImageError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        let kind = image::error::LimitErrorKind::DimensionError;
        return Err(ImageError::Limits(image::error::LimitError::from_kind(kind)));
    }
    let turn = decoder.orientation()?;
    let mut picture = DynamicImage::from_decoder(decoder)?;
    picture.apply_orientation(turn);
    Ok(picture)
}

fn write(picture: &DynamicImage) -> Option<Small> {
    let pixels = (picture.width(), picture.height());
    let small = if pixels.0.max(pixels.1) > SIDE { picture.thumbnail(SIDE, SIDE) } else { picture.clone() };
    let mut bytes = Vec::new();
    let kind = if small.color().has_alpha() {
        small.to_rgba8().write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).ok()?;
        Kind::Png
    } else {
        JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&small.to_rgb8()).ok()?;
        Kind::Jpeg
    };
    Some(Small { pixels, kind, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let picture = DynamicImage::new_rgb8(width, height);
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        bytes
    }

    #[test]
    fn a_small_picture_keeps_the_shape_and_says_how_large_the_whole_is() {
        let small = shrink(Kind::Png, &png(2000, 500)).unwrap().unwrap();
        assert_eq!((small.pixels, small.kind), ((2000, 500), Kind::Jpeg));
        let again = image::load_from_memory(&small.bytes).unwrap();
        assert_eq!((again.width(), again.height()), (640, 160));
        let small = shrink(Kind::Png, &png(20, 10)).unwrap().unwrap();
        assert_eq!(image::load_from_memory(&small.bytes).unwrap().width(), 20, "never larger than it is");
    }

    #[test]
    fn what_a_camera_noted_is_gone_and_the_picture_stands_upright() {
        let mut jpeg = Vec::new();
        DynamicImage::new_rgb8(40, 20).write_to(&mut Cursor::new(&mut jpeg), ImageFormat::Jpeg).unwrap();
        // orientation 6 (a quarter turn), and a note that must not survive
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 52.5200 13.4050");
        let mut with_exif = jpeg[..2].to_vec();
        with_exif.extend_from_slice(&[0xff, 0xe1]);
        with_exif.extend_from_slice(&u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        with_exif.extend_from_slice(&exif);
        with_exif.extend_from_slice(&jpeg[2..]);
        let small = shrink(Kind::Jpeg, &with_exif).unwrap().unwrap();
        assert_eq!(small.pixels, (20, 40), "turned");
        assert!(!small.bytes.windows(4).any(|four| four == b"Exif" || four == b"52.5"));
    }

    #[test]
    fn a_bomb_is_refused_before_it_goes_off() {
        // the head of a PNG of 60,000 × 60,000 pixels and no more
        let mut bomb = png(1, 1);
        bomb[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
        let sum = crc(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(shrink(Kind::Png, &bomb).unwrap_err(), TooLarge);
        let real = png(8_000, 5_001);
        assert!(real.len() < 1_000_000, "a small file with many pixels");
        assert_eq!(shrink(Kind::Png, &real).unwrap_err(), TooLarge);
    }

    fn crc(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
        };
        !bytes.iter().fold(u32::MAX, step)
    }

    #[test]
    fn a_broken_picture_has_no_small_one_and_other_files_have_none() {
        let whole = png(50, 50);
        assert!(shrink(Kind::Png, &whole[..40]).unwrap().is_none());
        assert!(shrink(Kind::Gif, &whole).unwrap().is_none(), "it is not what it is taken for");
        assert!(shrink(Kind::Pdf, &whole).unwrap().is_none());
    }
}
