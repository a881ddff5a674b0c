//! The theme: light, dark, or as the system. It is stored in a cookie of this browser, so that the server's HTML is
//! right from the first byte and nothing flashes.

/// The theme chosen in this browser; from its cookie, put into the context by the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Theme(Option<&'static str>);

impl Theme {
    /// The cookie's name.
    pub const COOKIE: &'static str = "theme";

    /// The theme of a cookie; any other value is "as the system".
    #[must_use]
    pub fn of(cookie: Option<&str>) -> Self {
        Self(cookie.and_then(|value| ["light", "dark"].into_iter().find(|known| *known == value)))
    }

    /// For `<html data-theme>`.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        self.0
    }
}

/// The current theme, the same on the server and in the browser.
pub(crate) fn current() -> Theme {
    #[cfg(feature = "ssr")]
    return leptos::prelude::use_context::<Theme>().unwrap_or_default();
    #[cfg(not(feature = "ssr"))]
    {
        let html = leptos::prelude::document().document_element();
        Theme::of(html.and_then(|html| html.get_attribute("data-theme")).as_deref())
    }
}
