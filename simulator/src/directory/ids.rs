//! Object ids that contain the user's index, so that finding a user by id needs no map.

use uuid::Uuid;

use crate::mix::mix;

/// The object ids of a tenant, derived from a secret key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct IdSpace {
    key: u64,
}

impl IdSpace {
    pub(crate) fn new(key: u64) -> Self {
        Self { key }
    }

    /// The object id of the user at `index`: looks random, is always the same, and unique in the tenant.
    pub(crate) fn id_of(self, index: u32) -> Uuid {
        let high = mix(&[self.key, u64::from(index), 1]);
        let middle = u32::try_from(mix(&[self.key, u64::from(index), 2]) >> 32).unwrap_or(0);
        let mut bytes = [0_u8; 16];
        bytes[..8].copy_from_slice(&high.to_be_bytes());
        bytes[8..12].copy_from_slice(&middle.to_be_bytes());
        bytes[6] = bytes[6] & 0x0F | 0x40;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        let masked = index ^ self.mask(&bytes);
        bytes[12..].copy_from_slice(&masked.to_be_bytes());
        Uuid::from_bytes(bytes)
    }

    /// The index that an id contains, if the id belongs to this tenant.
    pub(crate) fn index_of(self, id: Uuid) -> Option<u32> {
        let bytes = id.as_bytes();
        let masked = u32::from_be_bytes(bytes[12..].try_into().ok()?);
        let index = masked ^ self.mask(bytes);
        (self.id_of(index) == id).then_some(index)
    }

    fn mask(self, bytes: &[u8; 16]) -> u32 {
        let seen =
            bytes[..12].iter().fold(0_u64, |sum, byte| sum.wrapping_mul(257).wrapping_add(u64::from(*byte)));
        u32::try_from(mix(&[self.key, seen, 3]) >> 32).unwrap_or(0)
    }
}

/// A GUID made of a hash of `values`.
pub(crate) fn guid(values: &[u64]) -> Uuid {
    let mut bytes = [0_u8; 16];
    bytes[..8].copy_from_slice(&mix(&[mix(values), 5]).to_be_bytes());
    bytes[8..].copy_from_slice(&mix(&[mix(values), 6]).to_be_bytes());
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_back_to_its_index_and_only_in_its_own_tenant() {
        let (ours, theirs) = (IdSpace::new(1), IdSpace::new(2));
        for index in [0, 1, 2, 999, 100_000, u32::MAX] {
            assert_eq!(ours.index_of(ours.id_of(index)), Some(index));
            assert_eq!(theirs.index_of(ours.id_of(index)), None);
        }
    }
}
