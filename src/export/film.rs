//! Pictures that follow each other as one file: GIF, and PNG with animation.

use super::attachment::{self, AttachmentError};
use super::png::{PngError, rgba};
use crate::figure::page::Figure;
use crate::figure::palette::Theme;
use std::cell::RefCell;
use std::io::Write;
use std::rc::Rc;

/// What a film can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilmFormat {
    /// Graphics Interchange Format: 256 colours a picture, every program shows it.
    Gif,
    /// Portable Network Graphics with animation (APNG): all colours; programs that know no films show the first picture.
    Apng,
}

/// Speed of the search for 256 colours, 1 (best) to 30.
const COLOUR_SPEED: i32 = 10;
/// Label of a comment in GIF.
const COMMENT: u8 = 0xfe;
/// Most bytes of a block in GIF.
const BLOCK: usize = 255;

/// Why no film came of pictures.
#[derive(Debug, thiserror::Error)]
pub enum FilmError {
    /// A picture.
    #[error(transparent)]
    Picture(#[from] PngError),
    /// GIF counts sides in two bytes.
    #[error("a film of {width} × {height} pixels is not possible: choose sides of at most 65535 pixels")]
    Size {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
    /// The writer failed.
    #[error("the film could not be written: {0}")]
    Write(String),
    /// What should ride along.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
}

fn failed(error: impl std::fmt::Display) -> FilmError {
    FilmError::Write(error.to_string())
}

/// Takes the pictures of a film one by one, all of the size of the first, and keeps no more than their compressed bytes.
pub struct FilmEncoder {
    theme: Theme,
    hundredths: u16,
    pictures: u32,
    writer: Writer,
}

enum Writer {
    Gif(Option<gif::Encoder<Vec<u8>>>),
    Apng(Option<png::Writer<Shared>>, Shared),
}

/// Bytes that stay in reach while the writer of PNG, which does not give them back, holds them.
#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl FilmEncoder {
    /// Stands ready for so many `pictures`; each is seen for so many hundredths of a second, and the film begins anew
    /// at its end.
    #[must_use]
    pub fn new(format: FilmFormat, theme: Theme, hundredths: u16, pictures: usize) -> Self {
        let writer = match format {
            FilmFormat::Gif => Writer::Gif(None),
            FilmFormat::Apng => Writer::Apng(None, Shared::default()),
        };
        Self { theme, hundredths, pictures: u32::try_from(pictures).unwrap_or(u32::MAX), writer }
    }

    /// Adds a picture.
    ///
    /// # Errors
    /// A size that cannot be drawn, or more pictures than there should be.
    pub fn add(&mut self, figure: &Figure) -> Result<(), FilmError> {
        let (mut pixels, width, height) = rgba(figure, self.theme, true, 1.0)?;
        match &mut self.writer {
            Writer::Gif(encoder) => {
                let side = |n: u32| u16::try_from(n).map_err(|_| FilmError::Size { width, height });
                let (across, down) = (side(width)?, side(height)?);
                let encoder = match encoder {
                    Some(encoder) => encoder,
                    None => {
                        let mut new = gif::Encoder::new(Vec::new(), across, down, &[]).map_err(failed)?;
                        new.set_repeat(gif::Repeat::Infinite).map_err(failed)?;
                        let words: Vec<&[u8]> = env!("HOLOSCOPE_PROGRAM").as_bytes().chunks(BLOCK).collect();
                        new.write_raw_extension(gif::AnyExtension(COMMENT), &words).map_err(failed)?;
                        encoder.insert(new)
                    }
                };
                let mut frame = gif::Frame::from_rgba_speed(across, down, &mut pixels, COLOUR_SPEED);
                frame.delay = self.hundredths;
                encoder.write_frame(&frame).map_err(failed)?;
            }
            Writer::Apng(writer, bytes) => {
                let writer = match writer {
                    Some(writer) => writer,
                    None => {
                        let mut encoder = png::Encoder::new(bytes.clone(), width, height);
                        encoder.set_color(png::ColorType::Rgb);
                        encoder.set_depth(png::BitDepth::Eight);
                        encoder.set_animated(self.pictures, 0).map_err(failed)?;
                        encoder.validate_sequence(true);
                        encoder.set_frame_delay(self.hundredths, 100).map_err(failed)?;
                        let program = env!("HOLOSCOPE_PROGRAM").into();
                        encoder.add_text_chunk("Software".into(), program).map_err(failed)?;
                        writer.insert(encoder.write_header().map_err(failed)?)
                    }
                };
                // Every picture is opaque.
                let opaque: Vec<u8> = pixels.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
                writer.write_image_data(&opaque).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// The bytes of the film; an APNG has `attachment` riding along, which GIF has no place for.
    ///
    /// # Errors
    /// No picture was added, or fewer than there should be, or too much rides along.
    pub fn finish(self, attachment: &[u8]) -> Result<Vec<u8>, FilmError> {
        match self.writer {
            Writer::Gif(None) | Writer::Apng(None, _) => Err(FilmError::Write("it has no pictures".into())),
            Writer::Gif(Some(encoder)) => encoder.into_inner().map_err(failed),
            Writer::Apng(Some(writer), bytes) => {
                writer.finish().map_err(failed)?;
                let bytes = bytes.0.take();
                Ok(attachment::in_png(&bytes, attachment)?)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{Format, extracted};
    use crate::figure::page::Paint;
    use crate::figure::palette::Role;

    /// The comment of a GIF.
    fn comment(gif: &[u8]) -> String {
        let at = gif.windows(2).position(|w| w == [0x21, COMMENT]).unwrap() + 2;
        String::from_utf8_lossy(&gif[at + 1..at + 1 + usize::from(gif[at])]).into_owned()
    }

    fn film(format: FilmFormat) -> Vec<u8> {
        let mut encoder = FilmEncoder::new(format, Theme::Print, 25, 3);
        for x in [10.0, 20.0, 30.0] {
            let mut figure = Figure::new(60.0, 40.0);
            figure.dot([x, 20.0], 8.0, Paint::of(Role::Text));
            encoder.add(&figure).unwrap();
        }
        encoder.finish(b"session").unwrap()
    }

    #[test]
    fn other_readers_find_every_picture() {
        let bytes = film(FilmFormat::Gif);
        assert_eq!(comment(&bytes), env!("HOLOSCOPE_PROGRAM"));
        let mut options = gif::DecodeOptions::new();
        options.set_color_output(gif::ColorOutput::RGBA);
        let mut reader = options.read_info(&bytes[..]).unwrap();
        assert_eq!((reader.width(), reader.height()), (60, 40));
        for x in [10, 20, 30] {
            let frame = reader.read_next_frame().unwrap().unwrap();
            assert_eq!(frame.delay, 25);
            // Dark within the disc, white at the corner.
            let red = |x: usize, y: usize| frame.buffer[4 * (y * 60 + x)];
            assert!(red(x, 20) < 80 && red(2, 2) > 250, "{} {}", red(x, 20), red(2, 2));
        }
        assert!(reader.read_next_frame().unwrap().is_none());
        let bytes = film(FilmFormat::Apng);
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        assert_eq!(reader.info().animation_control().unwrap().num_frames, 3);
        let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
        for x in [10, 20, 30] {
            reader.next_frame(&mut buffer).unwrap();
            assert!(buffer[3 * (20 * 60 + x)] < 80 && buffer[0] > 250);
        }
        assert_eq!(extracted(&bytes, Format::Png).unwrap().unwrap(), b"session");
    }

    #[test]
    fn a_film_that_lacks_a_picture_is_refused_and_not_cut_short() {
        let mut encoder = FilmEncoder::new(FilmFormat::Apng, Theme::Print, 25, 2);
        encoder.add(&Figure::new(60.0, 40.0)).unwrap();
        assert!(encoder.finish(b"").is_err());
    }

    #[test]
    fn a_film_without_pictures_is_none() {
        for format in [FilmFormat::Gif, FilmFormat::Apng] {
            assert!(FilmEncoder::new(format, Theme::Print, 10, 0).finish(b"").is_err());
        }
    }
}
