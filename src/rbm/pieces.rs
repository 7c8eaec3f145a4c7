//! How the work of a stack is cut into pieces of some milliseconds: two sets of samples, part by part.

use std::ops::Range;

/// Words of 64 samples counted in one piece: about 5 ms.
const WORDS_PER_PIECE: usize = 1 << 18;
/// Words of 64 samples times spins seen, put together into patterns of several channels in one piece: about
/// 10 ms.
const CHANNEL_WORDS_PER_PIECE: usize = 1 << 16;
/// Samples of one hidden spin drawn, or scored, in one piece: about 5 ms.
const DRAWS_PER_PIECE: usize = 1 << 21;

/// Words counted in one piece, for so many channels of the visible and the hidden sites and links of a block.
pub(super) fn words_per_piece(channels: [usize; 2], links: usize) -> usize {
    match channels {
        [1, 1] => WORDS_PER_PIECE,
        // Patterns are put together bit by bit and counted one by one.
        [visible, _] => CHANNEL_WORDS_PER_PIECE / (links * visible),
    }
}

/// Samples of a site drawn or scored in one piece: with several channels every hidden spin sees r q' others.
pub(super) fn draws_per_piece([visible, hidden]: [usize; 2]) -> usize {
    match [visible, hidden] {
        [1, 1] => DRAWS_PER_PIECE,
        _ => DRAWS_PER_PIECE / (4 * visible * hidden),
    }
}

/// The next part of `0..all` from `next` on, at least one long unless nothing is left.
pub(super) fn piece(next: usize, all: usize, most: usize) -> Range<usize> {
    next..(next + most.max(1)).min(all)
}

/// Where to go on after `end` of `all` parts of a set: further in it, to the other set, or nowhere.
pub(super) fn following(set: usize, end: usize, all: usize) -> Option<(usize, usize)> {
    if end < all {
        Some((set, end))
    } else if set == 0 {
        Some((1, 0))
    } else {
        None
    }
}
