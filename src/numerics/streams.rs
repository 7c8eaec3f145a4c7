//! Named streams of random numbers: the same seed and name give the same numbers on every machine.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// The generator of all streams: portable, counter-based, fast enough that sampling is not bound by it.
pub type Stream = ChaCha8Rng;

/// The stream `name` number `index` of `seed`.
///
/// Streams differ in the 256-bit key, made from the three by SplitMix64 (Steele, Lea and Flood 2014),
/// so adding a stream or drawing more from one leaves all others as they were.
#[must_use]
pub fn stream(seed: u64, name: &str, index: u64) -> Stream {
    let mut state = seed;
    let mut absorb = |word: u64| {
        state = split_mix(state ^ word);
    };
    absorb(name.len() as u64);
    for chunk in name.as_bytes().chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        absorb(u64::from_le_bytes(word));
    }
    absorb(index);
    let mut key = [0; 32];
    for word in key.chunks_exact_mut(8) {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        word.copy_from_slice(&split_mix(state).to_le_bytes());
    }
    Stream::from_seed(key)
}

fn split_mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn streams_repeat_and_differ_by_seed_name_and_index() {
        let first = |seed, name, index| stream(seed, name, index).next_u64();
        assert_eq!(first(1, "chain", 0), first(1, "chain", 0));
        let all = [first(1, "chain", 0), first(2, "chain", 0), first(1, "hidden", 0), first(1, "chain", 1)];
        for (i, a) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|b| a != b));
        }
    }
}
