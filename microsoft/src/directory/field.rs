//! A property that may be absent, null, or a value.

use serde::{Deserialize, Deserializer};

/// A property of a delta item. *Absent* leaves the property unchanged, *null* clears it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Field<T> {
    /// The item does not mention the property.
    #[default]
    Absent,
    /// The property was cleared.
    Null,
    Value(T),
}

impl<T> Field<T> {
    /// The value, if there is one; absent and null are the same here.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The owned value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Whether the item does not mention the property.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The new value of a property with the stored value `before`: the rule for applying a delta item to a stored
    /// row.
    pub fn apply_to(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Absent => before,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl Field<String> {
    /// The text, if there is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.value().map(String::as_str)
    }
}

impl<T> Field<Vec<T>> {
    /// The items, none if absent or null.
    #[must_use]
    pub fn items(&self) -> &[T] {
        self.value().map_or(&[], Vec::as_slice)
    }
}

impl<T> From<Option<T>> for Field<T> {
    /// `None` is null, not absent.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    // Only called for properties that are present; `#[serde(default)]` makes the others `Absent`.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_item_does_not_change_absent_properties() {
        assert_eq!(Field::Absent.apply_to(Some(1)), Some(1));
        assert_eq!(Field::Null.apply_to(Some(1)), None);
        assert_eq!(Field::Value(2).apply_to(Some(1)), Some(2));
        assert_eq!(Field::Value(2).apply_to(None), Some(2));
    }
}
