// The editor of calling hours: rows of weekdays and a span of the day. No row:
// the campaign dials at any time.

import { h } from './dom.js';
import { Wrong } from './dialog.js';

const days = [['mon', 'Mon'], ['tue', 'Tue'], ['wed', 'Wed'], ['thu', 'Thu'], ['fri', 'Fri'], ['sat', 'Sat'], ['sun', 'Sun']];
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri'];

export function hoursEditor(windows) {
  const rows = h('div', { class: 'hours' });
  const any = h('small', { class: 'muted' }, 'It dials at any time. ');
  const add = h('button', { type: 'button', click: () => append({ days: weekdays.join(','), from: '09:00', to: '18:00' }) }, 'Add hours');
  const changed = () => { any.hidden = rows.children.length > 0; };
  const append = (w) => {
    rows.append(row(w, changed));
    changed();
  };
  windows.forEach(append);
  return {
    element: h('div', {}, rows, h('p', { class: 'addhours' }, any, add)),
    value: () => Array.from(rows.children, read),
  };
}

// A window without days is one of every day.
function row(w, changed) {
  const chosen = new Set(w.days ? w.days.split(',') : days.map(([d]) => d));
  const el = h('fieldset', { class: 'window', 'aria-describedby': 's-windows-wrong' }, h('legend', { class: 'unseen' }, 'Hours'),
    h('span', { class: 'days' }, ...days.map(([d, words]) => h('label', {},
      h('input', { type: 'checkbox', value: d, checked: chosen.has(d) }), h('span', {}, words)))),
    h('input', { type: 'time', value: w.from, 'aria-label': 'From', 'data-from': true, required: true }),
    h('input', { type: w.to === '24:00' ? 'text' : 'time', value: w.to, 'aria-label': 'To', 'data-to': true, required: true }),
    h('button', { type: 'button', class: 'quiet', click: () => { el.remove(); changed(); } }, 'Remove'));
  return el;
}

// read takes the hours out of a row. To the API no day is every day: a row that
// has none must be somebody's mistake.
function read(el) {
  const chosen = Array.from(el.querySelectorAll('[type=checkbox]:checked'), (b) => b.value);
  if (!chosen.length) throw new Wrong('Choose a day for these hours, or remove them.', el.querySelector('[type=checkbox]'), 'windows');
  return {
    ...(chosen.length === days.length ? {} : { days: chosen.join(',') }),
    from: el.querySelector('[data-from]').value,
    to: el.querySelector('[data-to]').value,
  };
}

// saysHours says the windows in a line.
export function saysHours(windows) {
  if (!windows?.length) return 'any time';
  return windows.map((w) => `${w.days ? w.days.split(',').map((d) => d[0].toUpperCase() + d.slice(1)).join(' ') : 'every day'} ${w.from}–${w.to}`).join('; ');
}
