//! Everything that can go wrong.

use serde::{Deserialize, Serialize};

use super::{Call, Situation};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)*) => {
        /// A misfortune, by the name that the controls use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub(crate) enum Kind {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)*
        }

        impl Kind {
            /// Every kind.
            pub(crate) fn all() -> Vec<Self> {
                vec![$(Self::$variant,)*]
            }

            /// Its name in controls and in the log.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it is, for people.
            pub(crate) fn explanation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)* }
            }
        }
    };
}

kinds! {
    /// 429 with `Retry-After` in whole seconds.
    Throttled = "throttled",
    /// 429 with a fraction of a second in `Retry-After`.
    ThrottledFraction = "throttled_fraction",
    /// 429 with an HTTP date in `Retry-After`.
    ThrottledDate = "throttled_date",
    /// 429 without `Retry-After`.
    ThrottledSilent = "throttled_silent",
    /// 429 for some parts of a batch that itself answers 200.
    ThrottledParts = "throttled_parts",
    /// 503 with `Retry-After`.
    Unavailable = "unavailable",
    /// 503 without `Retry-After`.
    UnavailableSilent = "unavailable_silent",
    /// 503 with an empty body.
    UnavailableEmpty = "unavailable_empty",
    /// 500, 502 or 504 with an error in JSON.
    FailureJson = "failure_json",
    /// 500, 502 or 504 with plain text, from something in between.
    FailureText = "failure_text",
    /// 500, 502 or 504 with a page for people, from something in between.
    FailureHtml = "failure_html",
    /// The connection ends before any answer.
    Dropped = "dropped",
    /// The connection ends in the middle of a body whose length was announced.
    CutShort = "cut_short",
    /// The connection ends in the middle of a body that comes in chunks.
    CutChunked = "cut_chunked",
    /// The answer pauses in the middle, and goes on.
    Stalled = "stalled",
    /// 401 `InvalidAuthenticationToken`: this token is refused from now on, a new one is good.
    TokenRefused = "token_refused",
    /// A batch answers without one of its parts.
    PartMissing = "part_missing",
    /// A batch answers one of its parts twice.
    PartDuplicated = "part_duplicated",
    /// A batch answers its parts from last to first.
    PartsReordered = "parts_reordered",
    /// A page without users, and a link to the page that was asked for.
    EmptyPage = "empty_page",
    /// A user of an earlier page comes again on a later one.
    UserRepeated = "user_repeated",
    /// 400 `Directory_ExpiredPageToken` for the link to a later page of a listing.
    PageExpired = "page_expired",
    /// 410 `SyncStateNotFound` with `Location`, for a delta link.
    DeltaExpired = "delta_expired",
    /// The token endpoint answers 429 in plain text.
    TokenThrottled = "token_throttled",
    /// The token endpoint answers AADSTS90033, which passes.
    TokenTransient = "token_transient",
    /// The token endpoint answers 5xx with a page for people.
    TokenFailureHtml = "token_failure_html",
}

impl Kind {
    /// Whether this can happen to such a request.
    pub(crate) fn fits(self, situation: Situation) -> bool {
        let Situation { call, later_page, delta_link, .. } = situation;
        let graph = !matches!(call, Call::Discovery | Call::Token);
        match self {
            Self::Dropped | Self::CutShort | Self::CutChunked | Self::Stalled => true,
            Self::ThrottledParts | Self::PartMissing | Self::PartDuplicated | Self::PartsReordered => {
                call == Call::Batch
            }
            Self::EmptyPage => matches!(call, Call::Listing | Call::Delta),
            Self::UserRepeated => matches!(call, Call::Listing | Call::Delta) && later_page,
            Self::PageExpired => call == Call::Listing && later_page,
            Self::DeltaExpired => call == Call::Delta && delta_link,
            Self::TokenThrottled | Self::TokenTransient => call == Call::Token,
            Self::TokenFailureHtml => !graph,
            _ => graph,
        }
    }
}
