// An `EventSource` that the tabs of a browser share: of all that follow the same organisation, one holds the connection
// and passes its events on. `address` is called when a connection is opened. One event more: `follow`, when another tab
// holds the connection.
{
  const EVENTS = ['open', 'beat', 'change', 'reset', 'error'];

  globalThis.LiveStream = class extends EventTarget {
    #address;
    #closed = new AbortController();
    #channel;
    #source;

    constructor(address) {
      super();
      this.#address = address;
      this.#share().catch(() => {
        this.#channel?.close();
        this.#channel = undefined;
        this.#hold();
      });
    }

    // Fails where the browser has no locks (a page without TLS), or does not allow them.
    async #share() {
      const { locks } = navigator;
      if (!locks) return this.#hold();
      const topic = new URL(this.#address(), location).pathname;
      this.#channel = new BroadcastChannel(topic);
      this.#channel.onmessage = ({ data }) => this.#tell(data.type, data.data);
      const signal = this.#closed.signal;
      const hold = (lock) => {
        if (!lock || signal.aborted) return false;
        this.#hold();
        return new Promise((closed) => signal.addEventListener('abort', closed));
      };
      if ((await locks.request(topic, { ifAvailable: true }, hold)) === false && !signal.aborted) {
        this.#tell('follow');
        // The next in the queue holds the connection when this tab is closed or hidden. The others ask what the last events
        // were: the one before may not have passed them on.
        const next = (lock) => {
          const held = hold(lock);
          if (held) this.#channel.postMessage({ type: 'follow' });
          return held;
        };
        locks.request(topic, { signal }, next).catch(() => {});
      }
    }

    #hold() {
      if (this.#closed.signal.aborted) return;
      this.#source = new EventSource(this.#address());
      for (const type of EVENTS) {
        this.#source.addEventListener(type, ({ data }) => {
          if (type !== 'open') this.#channel?.postMessage({ type, data });
          this.#tell(type, data);
        });
      }
    }

    #tell(type, data) {
      if (!this.#closed.signal.aborted) this.dispatchEvent(new MessageEvent(type, { data }));
    }

    close() {
      this.#closed.abort();
      this.#source?.close();
      this.#channel?.close();
    }
  };
}
