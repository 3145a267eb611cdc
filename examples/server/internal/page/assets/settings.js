// The form of a campaign's settings: a new campaign, with its contacts if a CSV
// is dropped on it, or a draft's edit. What the server refuses is said at its
// field.

import { $, h, say } from './dom.js';
import { create, edit, Problem, unique } from './api.js';
import { open } from './dialog.js';
import { all, basic, hours, more, read } from './fields.js';
import { hoursEditor } from './hours.js';
import { uploader } from './upload.js';

// settings opens the form. With a campaign it edits it and calls `saved`;
// without, it creates one and goes there. `file` is a CSV that was dropped.
export function settings({ campaign = null, file = null, saved }) {
  const dialog = $('settings');
  const now = campaign?.settings ?? {};
  const value = (name, otherwise) => (name === 'name' && campaign ? campaign.name : now[name] ?? otherwise);
  const windows = hoursEditor(now.windows ?? []);
  const first = fieldset(basic, value);
  const section = dialog.querySelector('[data-contacts]');
  $('settings-title').textContent = campaign ? `Edit ${campaign.name}` : 'New campaign';
  dialog.querySelector('[data-ok]').textContent = campaign ? 'Save' : 'Create';
  dialog.querySelector('[data-fields]').replaceChildren(first, hoursPart(value, windows), details(value));
  dialog.querySelector('[data-general]').replaceChildren();
  section.hidden = Boolean(campaign);
  const contacts = campaign ? null : uploader(section, { auto: false, added: go });
  if (file) {
    contacts.take(file);
    if (!$('s-name').value) $('s-name').value = file.name.replace(/\.[^.]*$/, '');
  }
  const before = collect(dialog, windows);
  const state = { key: unique(), id: null };
  open(dialog, () => attempt(dialog, async () => {
    const body = collect(dialog, windows);
    if (campaign) {
      saved(await edit(campaign.id, changes(before, body)));
      say('Saved.');
      return true;
    }
    return make(state, body, contacts);
  }));
  $('s-name').focus();
}

// make creates the campaign, once however often it is pressed, and sends its
// contacts; with bad rows the form stays open to show them.
async function make(state, body, contacts) {
  if (!state.id) state.id = (await create(body, state.key)).id;
  if (!contacts.file()) go(state.id);
  else await contacts.send(state.id);
  return false;
}

const go = (id) => location.assign(`/campaigns/${encodeURIComponent(id)}`);

async function attempt(dialog, run) {
  clearFaults(dialog);
  try {
    return await run();
  } catch (e) {
    showFaults(dialog, e);
    return false;
  }
}

function fieldset(fields, value) {
  return h('div', { class: 'fields' }, ...fields.map((f) => field(f, value(f[0], f[3]))));
}

function field([name, words, kind, , hint, more, choices], value) {
  const id = `s-${name}`;
  const described = `${id}-hint ${id}-wrong`;
  const shared = { id, name, 'aria-describedby': described, ...more };
  const wrong = h('p', { class: 'wrong', id: `${id}-wrong`, 'data-wrong': name });
  if (kind === 'check') {
    return h('div', { class: 'field wide' }, h('label', { class: 'check' },
      h('input', { type: 'checkbox', ...shared, checked: Boolean(value) }), words),
    h('small', { id: `${id}-hint` }, hint), wrong);
  }
  return h('div', { class: `field ${name}` }, h('label', { for: id }, words, kind === 'seconds' ? h('i', {}, ' seconds') : null),
    control(kind, shared, value, choices), h('small', { id: `${id}-hint` }, hint), wrong);
}

function control(kind, shared, value, choices) {
  if (kind === 'choice') {
    return h('select', shared, ...choices.map(([v, w]) => h('option', { value: v, selected: v === value }, w)));
  }
  const type = { number: 'number', seconds: 'number', date: 'date' }[kind] ?? 'text';
  return h('input', { type, step: type === 'number' ? 'any' : null, ...shared, value });
}

function hoursPart(value, windows) {
  return h('section', {}, h('h3', {}, 'Calling hours'), windows.element,
    h('p', { class: 'wrong', 'data-wrong': 'windows' }), fieldset(hours, value), zones());
}

function zones() {
  return h('datalist', { id: 'zones' }, ...Intl.supportedValuesOf('timeZone').map((z) => h('option', { value: z })));
}

function details(value) {
  return h('details', {}, h('summary', {}, 'More settings'), fieldset(more, value));
}

function collect(dialog, windows) {
  const body = {};
  for (const [name, , kind] of all) {
    const v = read(kind, dialog.querySelector(`#s-${name}`));
    if (v !== undefined) body[name] = v;
  }
  body.windows = windows.value();
  return body;
}

function changes(before, after) {
  return Object.fromEntries(Object.entries(after)
    .filter(([name, v]) => JSON.stringify(v) !== JSON.stringify(before[name])));
}

function clearFaults(dialog) {
  for (const el of dialog.querySelectorAll('[data-wrong]')) el.textContent = '';
  for (const el of dialog.querySelectorAll('[aria-invalid]')) el.removeAttribute('aria-invalid');
  dialog.querySelector('[data-general]').replaceChildren();
}

// showFaults says each fault at its field and the others, or a refusal without
// any, below. The focus goes to the first.
function showFaults(dialog, e) {
  if (!(e instanceof Problem)) throw e;
  const rest = e.faults.filter((f) => !atField(dialog, f)).map((f) => [f.field, f.message].filter(Boolean).join(': '));
  const first = dialog.querySelector('[aria-invalid]');
  if (rest.length || !first) rest.unshift(e.message);
  dialog.querySelector('[data-general]').replaceChildren(...rest.map((t) => h('p', { class: 'wrong', role: 'alert' }, t)));
  first?.closest('details')?.setAttribute('open', '');
  first?.focus();
}

function atField(dialog, fault) {
  const name = fault.field.split(/[.[]/)[0];
  const place = dialog.querySelector(`[data-wrong="${CSS.escape(name)}"]`);
  if (!place) return false;
  place.textContent = fault.message;
  dialog.querySelector(`#s-${CSS.escape(name)}`)?.setAttribute('aria-invalid', 'true');
  return true;
}
