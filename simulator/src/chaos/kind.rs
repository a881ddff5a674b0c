//! The kinds of chaos.

use serde::{Deserialize, Serialize};

use super::call::{Call, Situation};

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)*) => {
        /// A kind of failure, with its name in the controls.
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

            /// Description for users of the simulator.
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
    /// 500, 502 or 504 with plain text, as from a gateway.
    FailureText = "failure_text",
    /// 500, 502 or 504 with an HTML page, as from a gateway.
    FailureHtml = "failure_html",
    /// 200 with an HTML page, as from a proxy.
    SuccessHtml = "success_html",
    /// 200 with an empty body.
    SuccessEmpty = "success_empty",
    /// 200 with JSON that ends in the middle.
    SuccessCut = "success_cut",
    /// 403 `UnknownError` with an empty message.
    ForbiddenUnknown = "forbidden_unknown",
    /// The connection ends before any answer.
    Dropped = "dropped",
    /// The connection ends in the middle of a body whose length was announced.
    CutShort = "cut_short",
    /// The connection ends in the middle of a body that comes in chunks.
    CutChunked = "cut_chunked",
    /// The answer pauses in the middle and then continues.
    Stalled = "stalled",
    /// 401 `InvalidAuthenticationToken`: this token is refused from now on, a new one is accepted.
    TokenRefused = "token_refused",
    /// A batch answers without one of its parts.
    PartMissing = "part_missing",
    /// A batch answers one of its parts twice.
    PartDuplicated = "part_duplicated",
    /// A batch answers its parts from last to first.
    PartsReordered = "parts_reordered",
    /// A page without users, with a link to the requested page.
    EmptyPage = "empty_page",
    /// A later page repeats a user of an earlier page.
    UserRepeated = "user_repeated",
    /// 400 `Directory_ExpiredPageToken` for the link to a later page of a listing.
    PageExpired = "page_expired",
    /// 410 `SyncStateNotFound` with `Location`, for a delta link.
    DeltaExpired = "delta_expired",
    /// A page of a delta round without any link.
    LinkMissing = "link_missing",
    /// 400 `BadRequest` for a delta link.
    LinkRefused = "link_refused",
    /// A batch answers one of its parts with an error that no documentation names.
    PartOdd = "part_odd",
    /// A batch answers one of its parts with `"headers": null`.
    PartWithoutHeaders = "part_without_headers",
    /// The token endpoint answers 429 in plain text.
    TokenThrottled = "token_throttled",
    /// The token endpoint answers AADSTS90033, a transient error.
    TokenTransient = "token_transient",
    /// The token endpoint or discovery answers 5xx with an HTML page.
    TokenFailureHtml = "token_failure_html",
    /// The token endpoint answers 200 with an HTML page.
    TokenHtml = "token_html",
    /// The token endpoint answers 407 with an HTML page, as a proxy that wants a password.
    TokenProxy = "token_proxy",
}

impl Kind {
    /// Whether this kind can affect such a request.
    pub(crate) fn fits(self, situation: Situation) -> bool {
        let Situation { call, later_page, delta_link, .. } = situation;
        let graph = !matches!(call, Call::Discovery | Call::Token);
        match self {
            Self::Dropped | Self::CutShort | Self::CutChunked | Self::Stalled => true,
            Self::ThrottledParts
            | Self::PartMissing
            | Self::PartDuplicated
            | Self::PartsReordered
            | Self::PartOdd
            | Self::PartWithoutHeaders => call == Call::Batch,
            Self::EmptyPage => matches!(call, Call::Listing | Call::Delta),
            Self::UserRepeated => matches!(call, Call::Listing | Call::Delta) && later_page,
            Self::PageExpired => call == Call::Listing && later_page,
            Self::DeltaExpired | Self::LinkRefused => call == Call::Delta && delta_link,
            Self::LinkMissing => call == Call::Delta,
            Self::TokenThrottled | Self::TokenTransient | Self::TokenHtml | Self::TokenProxy => {
                call == Call::Token
            }
            Self::TokenFailureHtml => !graph,
            _ => graph,
        }
    }
}
