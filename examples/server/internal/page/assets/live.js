// Live events. The browser reconnects a broken stream by itself and says where
// it was (Last-Event-ID); when it gives up, because the server answered with an
// error, we try again ourselves. Either way everything is read anew once: a
// campaign's name or settings are in no event. There is no polling beside it;
// while the link is down, what the page shows is marked as old.

import { $, put, say } from './dom.js';
import { campaigns } from './api.js';

const words = { connecting: 'Connecting', live: 'Live', reconnecting: 'Reconnecting…' };

function show(state) {
  const link = $('link');
  if (link.dataset.state === state) return;
  link.dataset.state = state;
  put(link.firstElementChild, words[state]);
}

// live hears the events of the address. `on` has a function for each kind of
// event, and `fresh`, which is called when the stream cannot tell what was
// missed, so that everything has to be read anew.
export function live(address, on) {
  let wait = 500;
  let lost = false;

  function open() {
    const source = new EventSource(address);
    source.onopen = () => {
      wait = 500;
      show('live');
      if (lost) on.fresh();
      lost = false;
    };
    source.onerror = () => {
      show('reconnecting');
      lost = true;
      if (source.readyState !== EventSource.CLOSED) return;
      refused();
      setTimeout(open, wait);
      wait = Math.min(wait * 2, 8000);
    };
    source.addEventListener('reset', () => on.fresh());
    for (const kind of ['campaign', 'attempt', 'call', 'limit', 'metrics']) {
      if (on[kind]) source.addEventListener(kind, (e) => on[kind](JSON.parse(e.data)));
    }
    addEventListener('pagehide', () => source.close(), { once: true });
  }

  open();
  addEventListener('pageshow', (e) => { // kept by the browser and gone back to: what it shows is old
    if (e.persisted) location.reload();
  });
}

// refused asks why: an event source is not told the status, and a session that
// has ended leads to the sign-in page.
function refused() {
  campaigns({ limit: 1 }).catch(() => say('The server cannot be reached.'));
}
