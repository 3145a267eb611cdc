// What a conversation was, in the operator's words: a code, a note, and what the
// person asked for. The server takes it while the call is up, or for as long after
// as the campaign waits for it.

import { h, say } from './dom.js';
import { dispose } from './api.js';
import { ask, Wrong } from './dialog.js';
import { stateName } from './words.js';

// The states of an attempt whose call has an agent, or has had one and is waited for.
const states = new Set(['attaching', 'in_progress', '_processing']);

export const takesDisposition = (attempt) => states.has(attempt.state) && Boolean(attempt.last_call);

const demo = Boolean(document.body.dataset.demo);
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

// disposition asks for one; `done` is called once the server has it. The focus goes
// to what `back` finds then.
export function disposition(attempt, done, back) {
  const form = fields();
  ask({
    title: `Disposition of ${attempt.name || attempt.key || attempt.address}`, verb: 'Record',
    fields: [
      h('p', { class: 'muted' }, `${attempt.address} · ${stateName(attempt.state)} · call ${attempt.last_call.number}`),
      ...form.elements,
    ],
    ok: async () => {
      await dispose(attempt.last_call.id, form.read());
      say('The disposition is recorded.');
      done();
    },
    back,
  });
  form.code.focus();
}

function fields() {
  const code = h('input', { id: 'd-code', maxlength: 64, required: true, autocomplete: 'off', 'aria-describedby': 'd-code-hint' });
  const note = h('textarea', { id: 'd-note', maxlength: 1000, rows: 3 });
  const callback = h('input', { id: 'd-callback', type: 'datetime-local', 'aria-describedby': 'd-callback-hint' });
  const never = h('input', { id: 'd-never', type: 'checkbox', change: () => {
    callback.disabled = never.checked; // one of them can be meant
    if (never.checked) callback.value = '';
  } });
  return {
    code,
    elements: [
      field(code, 'Code', 'your own word for the result, such as sold'),
      field(note, 'Note'),
      field(callback, 'Call again at', `in your own time, ${zone}${demo ? ', and the demo’s clock is its own' : ''}; empty: not asked for`),
      h('label', { class: 'check' }, never, h('span', {}, 'Does not want to be called again',
        h('small', {}, 'in this run: a restart with all contacts, or a clone, calls them again'))),
    ],
    read() {
      if (!code.value.trim()) throw new Wrong('A disposition needs a code.', code);
      if (callback.validity.badInput) throw new Wrong('The time to call again is not complete: give it a date and a time, or clear it.', callback);
      return {
        code: code.value.trim(),
        ...(note.value.trim() ? { note: note.value.trim() } : {}),
        ...(callback.value ? { callback_at: new Date(callback.value).toISOString() } : {}),
        ...(never.checked ? { do_not_call: true } : {}),
      };
    },
  };
}

function field(control, words, hint) {
  return h('div', { class: 'field' }, h('label', { for: control.id }, words), control,
    hint ? h('small', { id: `${control.id}-hint` }, hint) : null);
}
