//! Skip and delta tokens: opaque to clients, and refused if modified.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::directory::tenant::Tenant;
use crate::mix::mix;

/// A position in a listing or delta round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageToken {
    pub(crate) kind: Kind,
    /// Index of the next entry in the directory, or in the list of changes.
    pub(crate) position: u64,
    /// The changes to report start here.
    pub(crate) from: u64,
    /// The changes to report end here; the next round starts here.
    pub(crate) to: u64,
    /// The selected properties, as a set.
    pub(crate) select: u64,
    /// When the round began, virtual Unix seconds.
    pub(crate) issued: i64,
    /// How often links of this kind had been expired by control at that time.
    pub(crate) epoch: u64,
}

/// The kind of list that a token continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Kind {
    Listing = 1,
    /// The first round of a delta query.
    Everything = 2,
    /// A later round.
    Changes = 3,
    /// The end of a round.
    Delta = 4,
}

impl PageToken {
    /// Encodes the token for a link, valid only for this tenant until a reset.
    pub(crate) fn encode(&self, tenant: &Tenant) -> String {
        let words = self.words(tenant);
        let seal = mix(&words);
        // Masked, so that clients cannot read or edit a position.
        let bytes: Vec<u8> = std::iter::once(seal)
            .chain(words.iter().enumerate().map(|(index, word)| word ^ mix(&[seal, index as u64])))
            .flat_map(u64::to_be_bytes)
            .collect();
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Decodes a token; `None` if it is modified, of another tenant, or from before a reset.
    pub(crate) fn decode(text: &str, tenant: &Tenant) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == 72)?;
        let words: Vec<u64> = bytes
            .chunks_exact(8)
            .filter_map(|chunk| Some(u64::from_be_bytes(chunk.try_into().ok()?)))
            .collect();
        let (seal, masked) = words.split_first()?;
        let plain: Vec<u64> =
            masked.iter().enumerate().map(|(index, word)| word ^ mix(&[*seal, index as u64])).collect();
        let [kind, position, from, to, select, issued, epoch, _] = plain.as_slice() else { return None };
        let kind = match kind {
            1 => Kind::Listing,
            2 => Kind::Everything,
            3 => Kind::Changes,
            4 => Kind::Delta,
            _ => return None,
        };
        let (position, from, to, select, epoch) = (*position, *from, *to, *select, *epoch);
        let token = Self { kind, position, from, to, select, issued: issued.cast_signed(), epoch };
        let words = token.words(tenant);
        (mix(&words) == *seal && words == *plain).then_some(token)
    }

    fn words(&self, tenant: &Tenant) -> [u64; 8] {
        let issued = self.issued.cast_unsigned();
        let (from, to) = (self.from, self.to);
        let kind = self.kind as u64;
        [kind, self.position, from, to, self.select, issued, self.epoch, tenant.generation]
    }
}
