//! The data of a page, as one type for all pages: every type of resource adds all of Leptos's loading code to the
//! WebAssembly again.

use std::{any::Any, fmt, marker::PhantomData, pin::Pin, sync::Arc};

use domain::AppError;
use leptos::{
    prelude::Resource as LeptosResource,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

use super::text;

pub(super) type Resource = LeptosResource<Result<Loaded, AppError>, Json>;

/// A page's data, while they load.
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
    /// Loads the data again.
    pub(super) fn again(self) {
        self.resource.refetch();
    }

    /// Waits for the data.
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

/// Data of any type: a value, or the text from the page that is not parsed yet.
#[derive(Clone)]
pub(super) enum Loaded {
    Value {
        value: Arc<dyn Any + Send + Sync>,
        /// Serialises it into the page. Only the server does this.
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
    /// [`AppError::Invalid`] when the data have another type: the page and the server have different versions.
    pub(super) fn read<T: Clone + DeserializeOwned + 'static>(&self) -> Result<T, AppError> {
        let other = || AppError::invalid("page", text::UPDATED);
        match self {
            Self::Value { value, .. } => value.downcast_ref::<T>().cloned().ok_or_else(other),
            // From bytes, as in server functions: another kind of reader would compile all wire types again.
            Self::Text(text) => serde_json::from_slice(text.as_bytes()).map_err(|_| other()),
        }
    }
}

/// The encoding in the page: `+` and the JSON of the data, or `-` and the JSON of the refusal.
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
    fn data_and_refusals_are_decoded_from_the_page_unchanged() {
        for sent in [Ok(Loaded::of(vec![1_u32, 2])), Err(AppError::NotFound)] {
            let text = Json::encode(&sent).unwrap();
            let decoded = Json::decode(&text).unwrap();
            match (sent, decoded) {
                (Ok(sent), Ok(decoded)) => {
                    assert_eq!(sent.read::<Vec<u32>>(), Ok(vec![1, 2]));
                    assert_eq!(decoded.read::<Vec<u32>>(), Ok(vec![1, 2]));
                    assert!(decoded.read::<String>().is_err() && sent.read::<String>().is_err());
                }
                (sent, decoded) => assert_eq!(sent.unwrap_err(), decoded.unwrap_err()),
            }
        }
        assert!(Json::decode("").is_err());
    }
}
