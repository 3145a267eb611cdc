// The attempts with a filter, page by page. The table stands still while it is
// read: it says of when it is, and is read anew when asked to.

import { $, h, notice, put, when } from './dom.js';
import * as api from './api.js';
import { disposition, takesDisposition } from './disposition.js';
import { count, none, now, plural, time } from './format.js';
import { groups, outcomeName, outcomes, reasonName, stateName } from './words.js';

const size = 50;

// attempts serves the tab; it returns what reads the first page.
export function attempts(campaign) {
  const form = $('filter');
  $('f-state').append(...groups.map(([title, states]) =>
    h('optgroup', { label: title }, ...states.map((s) => h('option', { value: s }, stateName(s))))));
  $('f-outcome').append(...outcomes.map((o) => h('option', { value: o }, outcomeName(o))));

  let trail = ['']; // the cursors of the pages up to this one
  let next = '';

  const show = async () => {
    try {
      const filter = Object.fromEntries(new FormData(form));
      const page = await api.attempts(campaign, { ...filter, cursor: trail.at(-1), limit: size });
      next = page.next ?? '';
      rows(page.attempts, show);
      $('prev').disabled = trail.length === 1;
      $('next').disabled = !next;
      put($('rows-note'), `${saysPage(page.attempts, trail.length, filter)}, as of ${now()}`);
    } catch (e) {
      notice(e.faults?.map((f) => `${f.field}: ${f.message}`).join('; ') || e.message);
    }
  };
  const first = () => {
    trail = [''];
    return show();
  };
  form.addEventListener('submit', (e) => {
    e.preventDefault();
    first();
  });
  form.addEventListener('reset', () => setTimeout(first)); // the fields are empty only after the event
  for (const s of form.querySelectorAll('select')) s.addEventListener('change', first);
  $('again').addEventListener('click', show);
  $('next').addEventListener('click', () => { trail.push(next); show(); });
  $('prev').addEventListener('click', () => { trail.pop(); show(); });
  return first;
}

function saysPage(list, page, filter) {
  if (list.length) return `Page ${page}, ${plural(list.length, 'attempt')}`;
  return Object.values(filter).some(Boolean) ? 'No attempt matches' : 'No attempts yet';
}

// rows shows them in place of those before. Where one of these had the focus, its
// contact keeps it.
function rows(list, again) {
  const at = document.activeElement?.closest('#rows tr')?.dataset.contact;
  $('rows').replaceChildren(...list.flatMap((a) => row(a, again)));
  if (at) placeOf(at).focus();
}

// placeOf is where the focus of a contact's row is kept, also when that has gone.
const placeOf = (contact) => $('rows').querySelector(`[data-contact="${CSS.escape(contact)}"] button`) ?? $('again');

function row(a, again) {
  const last = a.last_call;
  const answer = h('tr', { class: 'answer', hidden: true }, h('td', { colspan: 8, id: `why-${a.contact}` }));
  const toggle = h('button', {
    class: 'quiet', 'aria-expanded': 'false', 'aria-controls': `why-${a.contact}`,
    'aria-label': `Why: ${a.name || a.address}`, click: () => explain(toggle, answer, a.contact),
  }, 'Why?');
  const dispose = takesDisposition(a) ? h('button', {
    class: 'quiet', 'aria-label': `Disposition: ${a.name || a.address}`, 'data-dispose': a.last_call.id, click: () => disposition(a, again, () => placeOf(a.contact)),
  }, 'Disposition') : null;
  return [h('tr', { 'data-contact': a.contact },
    h('td', {}, h('b', {}, a.name || a.key || a.address), h('small', {}, [a.name || a.key ? a.address : '', a.name && a.key].filter(Boolean).join(' · '))),
    h('td', {}, h('span', { class: 'state', 'data-state': a.state }, h('i', { 'aria-hidden': 'true' }), stateName(a.state)),
      h('small', {}, a.reason ? reasonName(a.reason) : '')),
    h('td', { 'data-label': 'Last call' }, last ? outcomeName(last.outcome || 'under way') : none,
      last ? h('small', {}, when(time(last.dialled_at), last.dialled_at)) : null),
    h('td', { class: 'n', 'data-label': 'SIP' }, last?.sip_status ? String(last.sip_status) : none),
    h('td', { class: 'n', 'data-label': 'Dials' }, count(a.dials)),
    h('td', { 'data-label': 'Since' }, when(time(a.since), a.since)),
    h('td', { 'data-label': 'Due' }, when(time(a.due_at), a.due_at), a.callback_pending ? h('small', {}, 'callback') : null),
    h('td', { class: 'do' }, dispose, toggle)), answer];
}

async function explain(toggle, answer, contact) {
  const open = answer.hidden;
  toggle.setAttribute('aria-expanded', String(open));
  answer.hidden = !open;
  if (!open) return;
  const cell = answer.firstChild;
  cell.replaceChildren('…');
  try {
    const x = await api.explainContact(contact);
    const due = x.due_at ? `; it may be dialled from ${time(x.due_at)}` : '';
    cell.replaceChildren(h('p', { role: 'status' }, `${x.sentence[0].toUpperCase()}${x.sentence.slice(1)}${due}.`));
  } catch (e) {
    cell.replaceChildren(h('p', { class: 'wrong', role: 'alert' }, e.message));
  }
}
