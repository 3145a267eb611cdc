// Making and finding elements. Text goes in as text: nothing here parses HTML.

export const $ = (id) => document.getElementById(id);

// h makes an element. Attributes that are false, null or undefined are left
// out, true is an empty attribute, functions are listeners.
export function h(tag, attributes = {}, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === 'function') el.addEventListener(name, value);
    else el.setAttribute(name, value === true ? '' : value);
  }
  el.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return el;
}

// put writes text only where it changed, so that a selection or a screen
// reader is not disturbed.
export function put(el, text) {
  const s = String(text);
  if (el.textContent !== s) el.textContent = s;
}

// when shows a time in words with its UTC in the tooltip.
export const when = (text, at) => h('time', at ? { datetime: at, title: at } : {}, text);

export const chip = (status, words) => h('span', { class: 'chip', 'data-status': status }, words);

// say tells a screen reader.
export function say(text) {
  put($('say'), text);
}

// notice shows what went wrong, or right, until it is closed: a text, or a list of
// texts and elements.
export function notice(text, kind = 'bad') {
  const box = h('div', { class: `notice ${kind}` }, h('p', {}, text),
    h('button', { class: 'quiet', 'aria-label': 'Close this message', click: () => box.remove() }, 'Close'));
  $('notices').replaceChildren(box);
}

const left = (campaign) => `outdial:notice:${campaign}`;

// tellNext leaves a good notice for a campaign's page, which is gone to next.
export function tellNext(campaign, text) {
  try {
    sessionStorage.setItem(left(campaign), text);
  } catch { /* full: the page's figures say it too */ }
}

// tellLeft shows the notice that was left for the page, once.
export function tellLeft(campaign) {
  const text = sessionStorage.getItem(left(campaign));
  if (text) notice(text, 'good');
  sessionStorage.removeItem(left(campaign));
}

export const unnotice = () => $('notices').replaceChildren();

// once runs what a button is for, and not again until that is done. It is not
// disabled meanwhile: that would take the focus from it.
export async function once(button, run) {
  if (button.ariaDisabled === 'true') return;
  button.ariaDisabled = 'true';
  try {
    await run();
  } finally {
    button.ariaDisabled = null;
  }
}

// settled makes a function that runs once at a time: called meanwhile, it runs
// once more afterwards, and not more often than the gap (in ms) says.
export function settled(run, gap = 400) {
  let busy = false;
  let again = false;
  return async function go() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      await run();
    } finally {
      setTimeout(() => {
        busy = false;
        if (!again) return;
        again = false;
        go();
      }, gap);
    }
  };
}
