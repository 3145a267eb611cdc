// Questions asked in a dialog: the browser keeps the focus inside, and Escape
// closes it.

import { $, h, once } from './dom.js';

// open shows a dialog; `ok` returns false to keep it open. Afterwards the
// browser gives the focus back; where that button has gone, or never had it, we
// give it to what `back` finds, or to the first action. Then `closed` is called.
export function open(dialog, ok, { back = () => null, closed = () => {} } = {}) {
  const form = dialog.querySelector('form');
  form.onsubmit = (e) => {
    e.preventDefault();
    once(dialog.querySelector('[data-ok]'), async () => {
      if ((await ok()) !== false) dialog.close();
    });
  };
  for (const b of dialog.querySelectorAll('[data-close]')) b.onclick = () => dialog.close();
  dialog.onclose = () => {
    const at = document.activeElement;
    if (at === document.body || dialog.contains(at)) (back() ?? document.querySelector('#actions button') ?? $('main')).focus();
    closed();
  };
  dialog.showModal();
}

// Wrong is what is wrong with a control of a question, before anybody is asked.
// In the form of settings it is said at the field of this name.
export class Wrong extends Error {
  constructor(words, control, field = '') {
    super(words);
    this.control = control;
    this.field = field;
  }
}

// words are a refusal's, with the faults that it lists.
const words = (e) => [e.message, ...(e.faults ?? []).map((f) => [f.field, f.message].filter(Boolean).join(': '))].join('\n');

// ask shows a question with its own fields and one verb. What `ok` throws is said
// below the fields, and the question stays open.
export function ask({ title, verb, danger, fields, ok, back }) {
  const dialog = $('ask');
  $('ask-title').textContent = title;
  const wrong = h('p', { class: 'wrong lines', role: 'alert' });
  dialog.querySelector('[data-body]').replaceChildren(...fields, wrong);
  const button = dialog.querySelector('[data-ok]');
  button.textContent = verb;
  button.classList.toggle('danger', Boolean(danger));
  open(dialog, async () => {
    for (const el of dialog.querySelectorAll('[aria-invalid]')) el.removeAttribute('aria-invalid');
    wrong.textContent = '';
    try {
      await ok(new FormData(dialog.querySelector('form')));
      return true;
    } catch (e) {
      wrong.textContent = words(e);
      e.control?.setAttribute('aria-invalid', 'true');
      e.control?.focus();
      return false;
    }
  }, { back });
}

export function radios(name, label, options) {
  return h('fieldset', { class: 'choices' }, h('legend', {}, label),
    ...options.map(([value, words, detail], i) => h('label', {},
      h('input', { type: 'radio', name, value, checked: i === 0 }),
      h('span', {}, words, detail ? h('small', {}, detail) : null))));
}
