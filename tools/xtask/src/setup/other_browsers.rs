//! Firefox and WebKit with their WebDriver programs: Debian's packages, and Firefox's program from crates.io.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::{apt, tools};
use crate::workspace::Workspace;

const FIREFOX: &str = "/usr/bin/firefox-esr";
const WEBKIT_DRIVER: &str = "/usr/bin/WebKitWebDriver";
const DISPLAY: &str = "/usr/bin/xvfb-run";

/// The paths of both browsers and their programs.
pub(crate) struct OtherBrowsers {
    geckodriver: PathBuf,
    webkit: PathBuf,
}

/// Installs what is missing.
pub(crate) fn ready(workspace: &Workspace) -> Result<OtherBrowsers> {
    if ![FIREFOX, WEBKIT_DRIVER, DISPLAY].iter().all(|path| Path::new(path).is_file()) {
        let packages = ["firefox-esr", "webkit2gtk-driver", "xvfb", "xauth"];
        apt::install(&packages, "Installing Firefox, WebKit and a virtual display", "about 1 min")?;
    }
    let programs = tools::geckodriver(&workspace.toolchain, &workspace.target)?;
    Ok(OtherBrowsers { geckodriver: programs.join("geckodriver"), webkit: webkit()? })
}

impl OtherBrowsers {
    /// The paths as environment variables, for `end2end/browsers`.
    pub(crate) fn environment(&self) -> [(&'static str, PathBuf); 4] {
        [
            ("E2E_FIREFOX", FIREFOX.into()),
            ("E2E_GECKODRIVER", self.geckodriver.clone()),
            ("E2E_WEBKIT", self.webkit.clone()),
            ("E2E_WEBKIT_DRIVER", WEBKIT_DRIVER.into()),
        ]
    }
}

/// WebKitGTK's small browser; the folder has the version of its interface in its name.
fn webkit() -> Result<PathBuf> {
    let libraries = std::fs::read_dir("/usr/lib/x86_64-linux-gnu").context("no folder of libraries")?;
    libraries
        .filter_map(|entry| Some(entry.ok()?.path().join("MiniBrowser")))
        .filter(|path| path.to_string_lossy().contains("/webkit2gtk-") && path.is_file())
        .max()
        .context("the package `webkit2gtk-driver` did not bring MiniBrowser")
}
