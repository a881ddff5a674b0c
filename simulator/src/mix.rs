//! A small keyed hash. The same seed gives the same people on every machine, without storing them.

/// Mixes `values` into 64 well-spread bits (splitmix64 steps). Not a cryptographic hash.
#[must_use]
pub(crate) fn mix(values: &[u64]) -> u64 {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    for value in values {
        state = step(state ^ value.wrapping_mul(0xD6E8_FEB8_6659_FD93));
    }
    step(state)
}

/// Text as a value for [`mix`] (FNV-1a).
#[must_use]
pub(crate) fn of_text(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

fn step(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A hash as a number from 0 up to, but not including, 1.
#[must_use]
pub(crate) fn unit(hash: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
    let numerator = (hash >> 11) as f64;
    numerator / 9_007_199_254_740_992.0
}

/// One of `items`, chosen by `hash`.
#[must_use]
pub(crate) fn pick<T: Copy>(items: &[T], hash: u64) -> T {
    items[usize::try_from(hash % items.len() as u64).unwrap_or(0)]
}
