//! The client of server functions that change something: the browser completes their requests even if the page is left at
//! once, by a link, a reload or by closing the tab.

use std::mem;

use futures::{Sink, Stream};
use http::Method;
use js_sys::Reflect;
use leptos::server_fn::{
    Bytes,
    client::{Client, browser::BrowserClient},
    error::{FromServerFnError, ServerFnErrorErr},
    request::{
        ClientReq,
        browser::{BrowserFormData, BrowserRequest, Request},
    },
    response::browser::BrowserResponse,
};
use wasm_bindgen::JsValue;
use web_sys::RequestInit;

/// The largest body that is kept alive, in bytes. Browsers refuse requests whose bodies have more than 64 KiB, all that
/// are under way together.
const MAX_BODY: usize = 16 * 1_024;

/// See the module.
#[derive(Debug)]
pub struct KeptAlive;

/// A request with a JSON body.
#[derive(Debug)]
pub struct KeptAliveRequest(BrowserRequest);

impl<E, I, O> Client<E, I, O> for KeptAlive
where
    E: FromServerFnError,
    I: FromServerFnError,
    O: FromServerFnError,
{
    type Request = KeptAliveRequest;
    type Response = BrowserResponse;

    fn send(request: KeptAliveRequest) -> impl Future<Output = Result<BrowserResponse, E>> + Send {
        <BrowserClient as Client<E, I, O>>::send(request.0)
    }

    fn open_websocket(
        path: &str,
    ) -> impl Future<
        Output = Result<
            (impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static, impl Sink<Bytes> + Send + 'static),
            E,
        >,
    > + Send {
        <BrowserClient as Client<E, I, O>>::open_websocket(path)
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        <BrowserClient as Client<E, I, O>>::spawn(future);
    }
}

impl<E: FromServerFnError> ClientReq<E> for KeptAliveRequest {
    type FormData = BrowserFormData;

    fn try_new_req_bytes(
        path: &str,
        content_type: &str,
        accepts: &str,
        body: Bytes,
        method: Method,
    ) -> Result<Self, E> {
        let small = body.len() <= MAX_BODY;
        let mut request: BrowserRequest =
            ClientReq::<E>::try_new_req_bytes(path, content_type, accepts, body, method)?;
        if small {
            keep_alive(&mut request)
                .map_err(|error| E::from_server_fn_error(ServerFnErrorErr::Request(format!("{error:?}"))))?;
        }
        Ok(Self(request))
    }

    fn try_new_req_query(_: &str, _: &str, _: &str, _: &str, method: Method) -> Result<Self, E> {
        Err(unsupported(&method))
    }

    fn try_new_req_text(_: &str, _: &str, _: &str, _: String, method: Method) -> Result<Self, E> {
        Err(unsupported(&method))
    }

    fn try_new_req_form_data(
        _: &str,
        _: &str,
        _: &str,
        _: BrowserFormData,
        method: Method,
    ) -> Result<Self, E> {
        Err(unsupported(&method))
    }

    fn try_new_req_multipart(_: &str, _: &str, _: BrowserFormData, method: Method) -> Result<Self, E> {
        Err(unsupported(&method))
    }

    fn try_new_req_streaming(
        _: &str,
        _: &str,
        _: &str,
        _: impl Stream<Item = Bytes> + Send + 'static,
        method: Method,
    ) -> Result<Self, E> {
        Err(unsupported(&method))
    }
}

/// `web-sys` has no name for this property yet.
fn keep_alive(request: &mut Request) -> Result<(), JsValue> {
    let options = RequestInit::new();
    Reflect::set(&options, &"keepalive".into(), &true.into())?;
    // A request can only be made from another one by consuming that.
    let nothing = web_sys::Request::new_with_str("")?;
    let plain: web_sys::Request = mem::replace(request, nothing.into()).into();
    *request = web_sys::Request::new_with_request_and_init(&plain, &options)?.into();
    Ok(())
}

/// Our server functions take JSON only.
fn unsupported<E: FromServerFnError>(method: &Method) -> E {
    E::from_server_fn_error(ServerFnErrorErr::UnsupportedRequestMethod(method.to_string()))
}
