//! [`states!`](crate::states!): enums whose values have stable names.

/// The error for a text that is none of the names of an enum.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} {text:?}")]
pub struct UnknownName {
    /// The kind of name, e.g. "run state".
    pub what: &'static str,
    pub text: String,
}

/// Declares an enum whose values have stable names: states, kinds, roles, the choices of a filter.
///
/// Each name is written once. It is stored, sent as JSON, read by `FromStr`, printed by `Display`, and returned by
/// `as_str`. A second text after `=>` is what the console shows; either all values have one or none.
///
/// `ALL` lists the values in the order of their declaration: an array, or a `&'static` slice with `in slice`.
///
/// ```
/// domain::states! {
///     /// The lamp of a lighthouse.
///     #[derive(Default)]
///     pub enum Lamp: "lamp" {
///         #[default]
///         Off = "off" => "Switched off",
///         /// Two flashes every ten seconds.
///         Flashing = "flashing" => "Flashes",
///     }
/// }
/// assert_eq!(Lamp::ALL.map(Lamp::as_str), ["off", "flashing"]);
/// assert_eq!(Lamp::Off.label(), "Switched off");
/// assert_eq!("flashing".parse(), Ok(Lamp::Flashing));
/// assert_eq!("on".parse::<Lamp>().unwrap_err().to_string(), "unknown lamp \"on\"");
/// ```
#[macro_export]
macro_rules! states {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident: $what:literal $(in $form:ident)? {
            $($(#[$doc:meta])* $variant:ident = $text:literal $(=> $label:literal)?),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        $vis enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            $crate::states!(@all $($form)? [$($variant)+]);

            /// The stable name, as stored and sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            $crate::states!(@label $($variant $($label)?,)+);
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::states::UnknownName;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                let found = Self::ALL.iter().copied().find(|one| one.as_str() == text);
                found.ok_or_else(|| $crate::states::UnknownName { what: $what, text: text.to_owned() })
            }
        }
    };
    (@all [$($variant:ident)+]) => {
        pub const ALL: [Self; [$(stringify!($variant)),+].len()] = [$(Self::$variant),+];
    };
    (@all slice [$($variant:ident)+]) => {
        pub const ALL: &'static [Self] = &[$(Self::$variant),+];
    };
    (@label $($variant:ident,)+) => {};
    (@label $($variant:ident $label:literal,)+) => {
        /// The text that the console shows.
        #[must_use]
        pub const fn label(self) -> &'static str {
            match self { $(Self::$variant => $label,)+ }
        }
    };
}
