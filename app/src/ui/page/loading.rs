//! What a page loads, as one type for all pages: every type of resource brings the whole of Leptos's loading into the
//! WebAssembly once more.

use std::{any::Any, fmt, marker::PhantomData, pin::Pin, sync::Arc};

use domain::AppError;
use leptos::{
    prelude::Resource as LeptosResource,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

use super::text;

pub(super) type Resource = LeptosResource<Result<Loaded, AppError>, Json>;

/// A page's data, on its way.
pub(crate) struct Load<T> {
    pub(super) resource: Resource,
    what: PhantomData<fn() -> T>,
}

impl<T> Clone for Load<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Load<T> {}

impl<T: Clone + DeserializeOwned + Send + Sync + 'static> Load<T> {
    /// Waits for it.
    pub(crate) async fn get(self) -> Result<T, AppError> {
        self.resource.await?.read()
    }
}

/// Loads a page's data: on the server into the HTML, in the browser when a page is opened there.
pub(crate) fn load<S, T, Fut>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> Fut + Send + Sync + 'static,
) -> Load<T>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    type Fetching = Pin<Box<dyn Future<Output = Result<Loaded, AppError>> + Send>>;
    let fetch = move |source| -> Fetching {
        let fetched = fetch(source);
        Box::pin(async move { Ok(Loaded::of(fetched.await?)) })
    };
    Load { resource: LeptosResource::new_with_options(source, fetch, false), what: PhantomData }
}

/// Data of whatever type: a value, or still the text that came with the page.
#[derive(Clone)]
pub(super) enum Loaded {
    Value {
        value: Arc<dyn Any + Send + Sync>,
        /// Writes it into the page. The browser never does.
        #[cfg(feature = "ssr")]
        write: fn(&dyn Any) -> serde_json::Result<String>,
    },
    Text(Arc<str>),
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Loaded")
    }
}

impl Loaded {
    fn of<T: Serialize + Send + Sync + 'static>(value: T) -> Self {
        Self::Value {
            value: Arc::new(value),
            #[cfg(feature = "ssr")]
            write: |value| serde_json::to_string(&value.downcast_ref::<T>()),
        }
    }

    /// # Errors
    /// [`AppError::Invalid`] when it is something else: the page is of another version than the server.
    pub(super) fn read<T: Clone + DeserializeOwned + 'static>(&self) -> Result<T, AppError> {
        let other = || AppError::invalid("page", text::UPDATED);
        match self {
            Self::Value { value, .. } => value.downcast_ref::<T>().cloned().ok_or_else(other),
            // From bytes, as server functions read theirs: each reader would bring every type of the wire once more.
            Self::Text(text) => serde_json::from_slice(text.as_bytes()).map_err(|_| other()),
        }
    }
}

/// How it stands in the page: `+` and the JSON of the data, or `-` and the JSON of the refusal.
#[derive(Debug)]
pub(super) struct Json;

impl Encoder<Result<Loaded, AppError>> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &Result<Loaded, AppError>) -> Result<String, serde_json::Error> {
        Ok(match value {
            #[cfg(feature = "ssr")]
            Ok(Loaded::Value { value, write }) => format!("+{}", write(value.as_ref())?),
            #[cfg(not(feature = "ssr"))]
            Ok(Loaded::Value { .. }) => String::new(),
            Ok(Loaded::Text(text)) => format!("+{text}"),
            Err(error) => format!("-{}", serde_json::to_string(error)?),
        })
    }
}

impl Decoder<Result<Loaded, AppError>> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<Result<Loaded, AppError>, serde_json::Error> {
        match text.split_at_checked(1) {
            Some(("+", data)) => Ok(Ok(Loaded::Text(data.into()))),
            Some((_, refusal)) => serde_json::from_slice(refusal.as_bytes()).map(Err),
            None => serde_json::from_slice(b"").map(Err),
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn data_and_refusals_survive_the_page() {
        for sent in [Ok(Loaded::of(vec![1_u32, 2])), Err(AppError::NotFound)] {
            let text = Json::encode(&sent).unwrap();
            let came = Json::decode(&text).unwrap();
            match (sent, came) {
                (Ok(sent), Ok(came)) => {
                    assert_eq!(sent.read::<Vec<u32>>(), Ok(vec![1, 2]));
                    assert_eq!(came.read::<Vec<u32>>(), Ok(vec![1, 2]));
                    assert!(came.read::<String>().is_err() && sent.read::<String>().is_err());
                }
                (sent, came) => assert_eq!(sent.unwrap_err(), came.unwrap_err()),
            }
        }
        assert!(Json::decode("").is_err());
    }
}
