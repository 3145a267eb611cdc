// The form of a campaign's settings: a new campaign, with its contacts if a CSV
// is dropped on it, or a draft's edit. What the server refuses is said at its
// field.

import { $, h, notice, say, tellNext } from './dom.js';
import { create, edit, Problem, unique } from './api.js';
import { open, Wrong } from './dialog.js';
import { all, basic, hours, more, read } from './fields.js';
import { hoursEditor } from './hours.js';
import { saysAdded, saysLeftOut } from './result.js';
import { uploader } from './upload.js';

// settings opens the form. With a campaign it edits it and calls `saved`;
// without, it creates one and goes there, or calls `kept` with its id where the form
// is closed before. `file` is a CSV that was dropped.
export function settings({ campaign = null, file = null, saved, kept }) {
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
  const contacts = campaign ? null : uploader(section, { auto: false, kept: 'The draft is kept.', added: tell });
  if (file) {
    contacts.take(file);
    if (!$('s-name').value) $('s-name').value = file.name.replace(/\.[^.]*$/, '');
  }
  const before = collect(dialog, windows);
  const state = { key: unique(), sent: null, id: null };
  open(dialog, () => attempt(dialog, async () => {
    const body = collect(dialog, windows);
    if (campaign) {
      saved(await edit(campaign.id, changes(before, body)));
      say('Saved.');
      return true;
    }
    return make(state, body, contacts);
  }), { closed: () => state.id && sayKept(state, kept) });
  $('s-name').focus();
}

// make creates the campaign, once however often it is pressed, and sends its
// contacts; with bad rows the form stays open to show them. What is changed in the
// form meanwhile is edited into the draft.
async function make(state, body, contacts) {
  if (!state.id) await createOnce(state, body);
  const since = changes(state.sent, body);
  if (Object.keys(since).length) await edit(state.id, since);
  state.sent = body;
  if (!contacts.file()) {
    go(state.id);
    return false;
  }
  await contacts.send(state.id);
  $('settings').querySelector('[data-ok]').textContent = 'Try again';
  return false;
}

// createOnce sends what was sent before, where no answer tells what became of it:
// the server knows it by its key, and takes no other settings under that.
async function createOnce(state, body) {
  state.sent ??= body;
  try {
    state.id = (await create(state.sent, state.key)).id;
  } catch (e) {
    if (e.status >= 400 && e.status < 500) state.sent = null;
    throw e;
  }
}

// sayKept says what is left by a form that is closed before its contacts are in.
function sayKept(state, kept) {
  kept(state.id);
  const link = h('a', { href: address(state.id) }, state.sent.name);
  notice(['The draft ', link, ' is kept. Contacts can be added on its page.'], 'good');
}

// tell goes to the campaign, where it is said what was added to it.
function tell(id, body) {
  tellNext(id, [saysAdded(body), body.rejected ? `${saysLeftOut(body)}.` : ''].join(' ').trim());
  go(id);
}

const address = (id) => `/campaigns/${encodeURIComponent(id)}`;
const go = (id) => location.assign(address(id));

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
    h('p', { class: 'wrong', id: 's-windows-wrong', role: 'alert', 'data-wrong': 'windows' }), fieldset(hours, value), zones());
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
  if (!(e instanceof Problem || e instanceof Wrong)) throw e;
  const faults = e.faults ?? [{ field: e.field, message: e.message }];
  e.control?.setAttribute('aria-invalid', 'true');
  const rest = faults.filter((f) => !atField(dialog, f)).map((f) => [f.field, f.message].filter(Boolean).join(': '));
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
