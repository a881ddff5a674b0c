// The console's side of an embedding: requests launch tokens from the host page, exchanges them for sessions, and
// forwards events. It runs on the first page of the frame (#embed) and on every page of the console in it (<html
// data-host>).
(() => {
  const root = document.documentElement;

  // Only these properties, and only values of the expected form.
  const luminance = (hex) => {
    const part = (at) => {
      const value = parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  };
  const THEME = {
    // White text on it must be legible. The style sheet derives the other colours from it.
    accent: (value) => /^#[0-9a-f]{6}$/i.test(value) && 1.05 / (luminance(value) + 0.05) >= 4.5 && ['--host-accent', value],
    radius: (value) => /^(?:[0-9]|1[0-6])px$/.test(value) && ['--radius-m', value],
    font: (value) => /^[\w ,'-]{1,80}$/.test(value) && ['--font', value],
  };
  // Applies a theme; returns the names of the properties that are not accepted.
  const apply = (wanted) => {
    const refused = [];
    for (const [name, value] of Object.entries(wanted ?? {})) {
      const set = Object.hasOwn(THEME, name) && THEME[name](String(value));
      if (name === 'scheme' && (value === 'light' || value === 'dark')) root.dataset.theme = value;
      else if (set) root.style.setProperty(...set);
      else refused.push(name);
      if (set && name === 'accent') root.dataset.accent = 'host';
    }
    return refused;
  };
  const read = (json) => {
    try {
      return JSON.parse(json);
    } catch {
      return undefined;
    }
  };
  // Kept in the frame's name for the next page, which applies it before it is painted: browsers that block third-party
  // cookies give a frame no storage. The frame's first page gets it from the host anew.
  const KEPT = 'warmy-theme:';
  if (window.name.startsWith(KEPT)) {
    const kept = window.name.slice(KEPT.length);
    if (document.getElementById('embed')) window.name = '';
    else apply(read(kept));
  }
  let send;
  const theme = (wanted) => {
    const refused = apply(wanted);
    window.name = KEPT + JSON.stringify(wanted);
    if (refused.length > 0) send('error', { code: 'theme_refused', properties: refused });
  };

  const start = () => {
    const first = document.getElementById('embed');
    const host = (first ?? root).dataset.host;
    if (!host || parent === window) {
      if (first) first.textContent = 'This page is part of another one. Open it there.';
      return;
    }
    // Unanswered requests are repeated; after the last attempt the page shows a message.
    const [RETRY_AFTER, MAX_ATTEMPTS] = [4000, 5];
    // A session is renewed this long before its end.
    const RENEW_BEFORE = 120_000;
    let nonce;
    let timer;
    let attempts = 0;

    send = (type, payload = {}) =>
      parent.postMessage({ v: 1, ns: 'warmy.dd', id: id(), ts: Date.now(), type, payload }, host);
    const id = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

    const requestLaunch = () => {
      clearTimeout(timer);
      if (attempts >= MAX_ATTEMPTS) {
        if (first) first.textContent = 'The page around this one gives no access. Reload it, or tell its support.';
        send('error', { code: 'no_launch' });
        return;
      }
      attempts += 1;
      nonce = id();
      send('session.needed', { nonce });
      timer = setTimeout(requestLaunch, RETRY_AFTER * attempts);
    };
    const renewIn = (until) => {
      clearTimeout(timer);
      attempts = 0;
      timer = setTimeout(requestLaunch, Math.max(5000, until - Date.now() - RENEW_BEFORE));
    };

    const launch = async ({ token, nonce: answered }) => {
      if (typeof token !== 'string' || !nonce || answered !== nonce) return;
      nonce = undefined;
      clearTimeout(timer);
      const answer = await fetch('/embed/session', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      }).catch(() => undefined);
      if (!answer?.ok) {
        send('error', { code: 'launch_refused', status: answer?.status ?? 0 });
        timer = setTimeout(requestLaunch, RETRY_AFTER * (attempts + 1));
        return;
      }
      const { expires_at: until } = await answer.json();
      if (first) {
        location.replace(inside(new URLSearchParams(location.search).get('path')) ?? '/');
        return;
      }
      renewIn(until);
      dispatchEvent(new CustomEvent('warmy-renewed'));
    };

    // The address of a path, if it leads to the console: the browser leaves out tabs and line breaks, for example.
    const inside = (path) => {
      if (typeof path !== 'string' || !path.startsWith('/')) return undefined;
      const url = URL.canParse(path, location.origin) ? new URL(path, location.origin) : undefined;
      return url?.origin === location.origin ? url.href : undefined;
    };
    const route = ({ path }) => {
      const to = inside(path);
      if (to === undefined || first) return;
      history.pushState(null, '', to);
      dispatchEvent(new PopStateEvent('popstate'));
    };

    addEventListener('message', ({ origin, source, data }) => {
      if (origin !== host || source !== parent || data?.ns !== 'warmy.dd' || data.v !== 1) return;
      const { type, payload } = data;
      if (typeof payload !== 'object' || payload === null) return;
      if (type === 'launch') launch(payload);
      if (type === 'route.set') route(payload);
      if (type === 'theme.set') theme(payload);
    });
    if (first) {
      requestLaunch();
      return;
    }

    // Events of the console: { type, payload } as JSON.
    document.addEventListener('warmy', ({ detail }) => {
      const { type, payload } = JSON.parse(detail);
      if (type === 'session.needed') requestLaunch();
      else send(type, payload);
    });
    let path;
    let height = 0;
    const reportChanges = () => {
      if (path !== location.pathname + location.search) {
        path = location.pathname + location.search;
        send('navigated', { path });
      }
      const now = document.body.scrollHeight;
      if (Math.abs(now - height) > 1) {
        height = now;
        send('resized', { height });
      }
    };
    new ResizeObserver(reportChanges).observe(document.body);
    addEventListener('popstate', reportChanges);
    new MutationObserver(reportChanges).observe(document.head, { childList: true, subtree: true, characterData: true });
    send('ready', { path: location.pathname });
    reportChanges();
    renewIn(Number(root.dataset.until));
  };
  // In the head of a console page this runs before the body is there.
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', start);
  else start();
})();
