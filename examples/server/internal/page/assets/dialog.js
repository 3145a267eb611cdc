// Questions asked in a dialog: the browser keeps the focus inside, and Escape
// closes it.

import { $, h, once } from './dom.js';

// open shows a dialog; `ok` returns false to keep it open. Afterwards the
// browser gives the focus back; where that button has gone, we give it to the
// first of those that came.
export function open(dialog, ok) {
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
    if (at === document.body || dialog.contains(at)) (document.querySelector('#actions button') ?? $('main')).focus();
  };
  dialog.showModal();
}

// ask shows a question with its own fields and one verb.
export function ask({ title, verb, danger, fields, ok }) {
  const dialog = $('ask');
  $('ask-title').textContent = title;
  const wrong = h('p', { class: 'wrong', role: 'alert' });
  dialog.querySelector('[data-body]').replaceChildren(...fields, wrong);
  const button = dialog.querySelector('[data-ok]');
  button.textContent = verb;
  button.classList.toggle('danger', Boolean(danger));
  open(dialog, async () => {
    try {
      await ok(new FormData(dialog.querySelector('form')));
      return true;
    } catch (e) {
      wrong.textContent = e.message;
      return false;
    }
  });
}

export function radios(name, label, options) {
  return h('fieldset', { class: 'choices' }, h('legend', {}, label),
    ...options.map(([value, words, detail], i) => h('label', {},
      h('input', { type: 'radio', name, value, checked: i === 0 }),
      h('span', {}, words, detail ? h('small', {}, detail) : null))));
}
