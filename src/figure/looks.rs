//! What a picture of the bulk shows of data besides the network itself.

use super::link_tones::{self, LinkTones};
use super::tints::{self, Tints};

/// The data that tiles and links are coloured by.
#[derive(Clone, Copy, Debug)]
pub struct Looks<'a> {
    /// Tones of the tiles.
    pub tints: &'a Tints,
    /// Colours and widths of the links.
    pub links: &'a LinkTones,
}

impl Looks<'static> {
    /// Nothing but the network.
    pub const PLAIN: Self = Self { tints: &tints::PLAIN, links: &link_tones::CAPACITY };
}
