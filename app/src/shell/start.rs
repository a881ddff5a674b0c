//! The start of the console in the browser. Leptos's own component preloads the WebAssembly, and WebKit does not use what
//! was preloaded: it would fetch it twice. So the page itself begins to fetch it and hands it over.

use std::{fs, sync::OnceLock};

use leptos::{nonce::use_nonce, prelude::*};

/// The addresses of the console's script and of its WebAssembly.
#[derive(Debug, PartialEq, Eq)]
struct Files {
    script: String,
    wasm: String,
}

impl Files {
    /// With hashes in their names, `hashes` is the list of them.
    fn named(options: &LeptosOptions, hashes: Option<&str>) -> Self {
        let (folder, name) = (&options.site_pkg_dir, &options.output_name);
        let Some(hashes) = hashes else {
            return Self { script: format!("/{folder}/{name}.js"), wasm: format!("/{folder}/{name}.wasm") };
        };
        let file = |kind: &str| {
            let listed = hashes.lines().filter_map(|line| line.split_once(':'));
            let hash = listed
                .filter(|(of, _)| of.trim() == kind)
                .map(|(_, hash)| format!(".{}", hash.trim()))
                .next();
            format!("/{folder}/{name}{}.{kind}", hash.unwrap_or_default())
        };
        Self { script: file("js"), wasm: file("wasm") }
    }

    /// The files of this build: the list is beside the server's program.
    fn of_build(options: &LeptosOptions) -> &'static Self {
        static FILES: OnceLock<Files> = OnceLock::new();
        FILES.get_or_init(|| {
            let folder = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
            let list =
                folder.filter(|_| options.hash_files).map(|folder| folder.join(options.hash_file.as_ref()));
            let hashes = list.and_then(|list| fs::read_to_string(list).ok());
            Self::named(options, hashes.as_deref())
        })
    }
}

/// The scripts that start the console. They come before the style sheet, which scripts wait for.
pub(super) fn scripts(options: &LeptosOptions) -> impl IntoView + use<> {
    let Files { script, wasm } = Files::of_build(options);
    let fetch = format!("globalThis.wasm=fetch('{wasm}');wasm.catch(()=>{{}})");
    let start =
        format!("import('{script}').then(m=>m.default({{module_or_path:wasm}}).then(()=>m.hydrate()))");
    view! {
        <script nonce=use_nonce() inner_html=fetch></script>
        <link rel="modulepreload" href=script.as_str() crossorigin="anonymous" nonce=use_nonce()/>
        <script type="module" nonce=use_nonce() inner_html=start></script>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_names_of_the_build() {
        let options = LeptosOptions::builder().output_name("warmy").build();
        let hashed = Files::named(&options, Some("js:a1\nwasm: b2\ncss:c3\n"));
        assert_eq!(
            (hashed.script.as_str(), hashed.wasm.as_str()),
            ("/pkg/warmy.a1.js", "/pkg/warmy.b2.wasm")
        );
        assert_eq!(Files::named(&options, None).script, "/pkg/warmy.js");
    }
}
