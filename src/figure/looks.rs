//! What a picture of the bulk shows of data besides the network itself, and what it leaves out.

use super::film::Film;
use super::hidden::Hidden;
use super::link_tones::{self, LinkTones};
use super::tints::{self, Tints};

/// The data that tiles and links are coloured by.
#[derive(Clone, Copy, Debug)]
pub struct Looks<'a> {
    /// Tones of the tiles.
    pub tints: &'a Tints,
    /// Colours and widths of the links.
    pub links: &'a LinkTones,
    /// Whether bit threads have beads that stand still; those that move are drawn over the picture.
    pub still_beads: bool,
    /// The film of coarse graining, if it is shown.
    pub film: Option<Film<'a>>,
    /// What is not drawn.
    pub hidden: Hidden,
}

impl Looks<'_> {
    /// How strongly the spins at the boundary itself show.
    #[must_use]
    pub fn boundary_spins(&self) -> f32 {
        self.film.map_or(1.0, |film| film.spins_shown(0))
    }
}

impl Looks<'static> {
    /// Nothing but the network.
    pub const PLAIN: Self = Self {
        tints: &tints::PLAIN,
        links: &link_tones::CAPACITY,
        still_beads: true,
        film: None,
        hidden: Hidden::NONE,
    };
}
