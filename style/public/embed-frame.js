// The console's side of an embedding: it asks the page around it for launch tokens, trades them for sessions, and passes
// events on. It runs on the first page of the frame (#embed) and on every page of the console in it (<html data-host>).
(() => {
  const first = document.getElementById('embed');
  const root = document.documentElement;
  const host = (first ?? root).dataset.host;
  if (!host || parent === window) {
    if (first) first.textContent = 'This page is part of another one. Open it there.';
    return;
  }
  // Asks again when nobody answers, and gives up in words.
  const [AGAIN, TRIES] = [4000, 5];
  // Before a session ends.
  const EARLY = 120_000;
  let nonce;
  let timer;
  let tries = 0;

  const say = (type, payload = {}) =>
    parent.postMessage({ v: 1, ns: 'warmy.dd', id: id(), ts: Date.now(), type, payload }, host);
  const id = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

  const ask = () => {
    clearTimeout(timer);
    if (tries >= TRIES) {
      if (first) first.textContent = 'The page around this one gives no access. Reload it, or tell its support.';
      say('error', { code: 'no_launch' });
      return;
    }
    tries += 1;
    nonce = id();
    say('session.needed', { nonce });
    timer = setTimeout(ask, AGAIN * tries);
  };
  const renewIn = (until) => {
    clearTimeout(timer);
    tries = 0;
    timer = setTimeout(ask, Math.max(5000, until - Date.now() - EARLY));
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
      say('error', { code: 'launch_refused', status: answer?.status ?? 0 });
      timer = setTimeout(ask, AGAIN * (tries + 1));
      return;
    }
    const { expires_at: until } = await answer.json();
    if (first) {
      const path = new URLSearchParams(location.search).get('path') ?? '/';
      location.replace(inside(path) ? path : '/');
      return;
    }
    renewIn(until);
    dispatchEvent(new CustomEvent('warmy-renewed'));
  };

  const inside = (path) => typeof path === 'string' && /^\/(?![\/\\])/.test(path);
  const route = ({ path }) => {
    if (!inside(path) || first) return;
    history.pushState(null, '', path);
    dispatchEvent(new PopStateEvent('popstate'));
  };

  // Nothing but these, and only values that look like what they are.
  const luminance = (hex) => {
    const part = (at) => {
      const value = parseInt(hex.slice(at, at + 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
  };
  const THEME = {
    // Has to be readable under white words.
    accent: (value) => /^#[0-9a-f]{6}$/i.test(value) && 1.05 / (luminance(value) + 0.05) >= 4.5 && ['--accent-fill', value],
    radius: (value) => /^(?:[0-9]|1[0-6])px$/.test(value) && ['--radius-m', value],
    font: (value) => /^[\w ,'-]{1,80}$/.test(value) && ['--font', value],
  };
  const theme = (wanted) => {
    for (const [name, value] of Object.entries(wanted ?? {})) {
      if (name === 'scheme' && (value === 'light' || value === 'dark')) root.dataset.theme = value;
      const set = Object.hasOwn(THEME, name) && THEME[name](String(value));
      if (set) root.style.setProperty(...set);
    }
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
    ask();
    return;
  }

  // What the console says: { type, payload } as JSON.
  document.addEventListener('warmy', ({ detail }) => {
    const { type, payload } = JSON.parse(detail);
    if (type === 'session.needed') ask();
    else say(type, payload);
  });
  let path;
  let height = 0;
  const look = () => {
    if (path !== location.pathname + location.search) {
      path = location.pathname + location.search;
      say('navigated', { path });
    }
    const now = document.body.scrollHeight;
    if (Math.abs(now - height) > 1) {
      height = now;
      say('resized', { height });
    }
  };
  new ResizeObserver(look).observe(document.body);
  addEventListener('popstate', look);
  new MutationObserver(look).observe(document.head, { childList: true, subtree: true, characterData: true });
  say('ready', { path: location.pathname });
  look();
  renewIn(Number(root.dataset.until));
})();
