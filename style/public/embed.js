// <warmy-domain-delegation session-endpoint="/where/your/server/mints/launch/tokens" path="/mailboxes">
// The element frames the console, supplies a launch token on request, and dispatches its events as DOM events.
// Instead of `session-endpoint` the page may set the property `fetchToken`, an async function that returns a token.
(() => {
  const CONSOLE = new URL(document.currentScript.src).origin;
  const SANDBOX =
    'allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads ' +
    'allow-modals';
  const EVENTS = new Set([
    'ready', 'session.needed', 'navigated', 'resized', 'run.created', 'run.progress', 'run.completed',
    'mailbox.connected', 'mailbox.disconnected', 'slots.needed', 'plan.upgrade_requested', 'consent.completed',
    'delegation.status', 'selection.changed', 'error',
  ]);

  class WarmyDomainDelegation extends HTMLElement {
    static observedAttributes = ['path', 'theme'];
    #frame;
    #listener = (event) => this.#onMessage(event);

    connectedCallback() {
      const frame = document.createElement('iframe');
      const query = new URLSearchParams({ host: location.origin, path: this.getAttribute('path') ?? '/' });
      frame.src = `${CONSOLE}/embed?${query}`;
      frame.title = this.getAttribute('label') ?? 'Warmy Domain Delegation';
      frame.allow = 'clipboard-write';
      frame.setAttribute('sandbox', SANDBOX);
      Object.assign(frame.style, { border: '0', width: '100%', height: '100%', display: 'block' });
      if (!this.style.display) this.style.display = 'block';
      this.#frame = frame;
      addEventListener('message', this.#listener);
      this.replaceChildren(frame);
    }

    disconnectedCallback() {
      removeEventListener('message', this.#listener);
    }

    attributeChangedCallback(name, before, value) {
      if (!this.#frame || before === value) return;
      if (name === 'path') this.#send('route.set', { path: value });
      if (name === 'theme') this.#theme();
    }

    #onMessage({ origin, source, data }) {
      if (origin !== CONSOLE || source !== this.#frame?.contentWindow) return;
      if (data?.ns !== 'warmy.dd' || data.v !== 1 || !EVENTS.has(data.type)) return;
      const { type, payload } = data;
      if (type === 'session.needed') {
        // First, so that the console's first page is painted with it.
        this.#theme();
        this.#launch(payload?.nonce);
      }
      if (type === 'ready') this.#theme();
      if (type === 'resized' && this.getAttribute('mode') === 'auto') this.style.height = `${payload.height}px`;
      this.dispatchEvent(new CustomEvent(type, { detail: payload, bubbles: true }));
    }

    async #launch(nonce) {
      try {
        const token = await (this.fetchToken ? this.fetchToken() : this.#fetchToken());
        this.#send('launch', { token, nonce });
      } catch (error) {
        this.dispatchEvent(new CustomEvent('error', { detail: { code: 'no_token', message: String(error) } }));
      }
    }

    async #fetchToken() {
      const answer = await fetch(this.getAttribute('session-endpoint'), { method: 'POST' });
      if (!answer.ok) throw new Error(`the session endpoint answered ${answer.status}`);
      return (await answer.json()).token;
    }

    #theme() {
      const theme = this.getAttribute('theme');
      if (!theme) return;
      try {
        this.#send('theme.set', JSON.parse(theme));
      } catch (error) {
        this.dispatchEvent(new CustomEvent('error', { detail: { code: 'bad_theme', message: String(error) } }));
      }
    }

    #send(type, payload) {
      const message = { v: 1, ns: 'warmy.dd', id: crypto.randomUUID?.() ?? `${Math.random()}`, ts: Date.now(), type, payload };
      this.#frame.contentWindow.postMessage(message, CONSOLE);
    }
  }
  customElements.define('warmy-domain-delegation', WarmyDomainDelegation);
})();
