//! A chart as pixels, the same on every machine: the type is inside the program, no font of the machine is asked.

use crate::svg::{Chart, Style};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};
use std::sync::{Arc, OnceLock};
use thiserror::Error;

/// Source Sans 3 (SIL Open Font License 1.1, `fonts/OFL.txt`), upright, 400.
pub const REGULAR: &[u8] = include_bytes!("../fonts/SourceSans3-Regular.ttf");
/// The same, 600.
pub const SEMIBOLD: &[u8] = include_bytes!("../fonts/SourceSans3-SemiBold.ttf");

/// Pixels a picture may have.
const MOST: f64 = 64e6;

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum PngError {
    #[error("a picture of {width} × {height} pixels is too large")]
    TooLarge { width: f64, height: f64 },
    #[error("the chart cannot be drawn: {0}")]
    Undrawn(String),
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    FONTS
        .get_or_init(|| {
            let mut fonts = fontdb::Database::new();
            fonts.load_font_data(REGULAR.to_vec());
            fonts.load_font_data(SEMIBOLD.to_vec());
            fonts.set_sans_serif_family("Source Sans 3");
            fonts.set_serif_family("Source Sans 3");
            Arc::new(fonts)
        })
        .clone()
}

impl Chart {
    /// The chart on white, light, as a PNG file.
    ///
    /// - `scale`: pixels per CSS pixel; 2 for a screen, about 4 for print.
    /// - Letters outside Latin, Greek and Cyrillic are not in the type and are left out; SVG keeps them.
    pub fn png(&self, scale: f64) -> Result<Vec<u8>, PngError> {
        let (width, height) = ((self.width * scale).ceil(), (self.height * scale).ceil());
        let drawable = width >= 1.0 && height >= 1.0 && width * height <= MOST;
        if !drawable {
            return Err(PngError::TooLarge { width, height });
        }
        let options = Options { font_family: "Source Sans 3".into(), fontdb: fonts(), ..Options::default() };
        let tree =
            Tree::from_str(&self.svg(Style::Light), &options).map_err(|why| PngError::Undrawn(why.to_string()))?;
        let mut pixels = Pixmap::new(width as u32, height as u32).ok_or(PngError::TooLarge { width, height })?;
        let scale = scale as f32;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
        pixels.encode_png().map_err(|why| PngError::Undrawn(why.to_string()))
    }
}
