// What became of a file of contacts, in words, and its bad rows as a list.

import { h, once } from './dom.js';
import { count, plural } from './format.js';

// result says it. `again` sends the file once more, or only its good rows; `kept`
// is what is there though nothing was added.
export function result({ ok, known, body }, partial, again, kept) {
  const rows = (body.errors ?? []).map(fault);
  const button = (words, good, name) => h('p', {}, h('button', {
    type: 'button', [`data-${name}`]: true, click: (e) => once(e.currentTarget, () => again(good)),
  }, words));
  const out = ok ? [h('p', { class: 'good' }, saysAdded(body))] : [refusal(body, known, kept)];
  if (ok && body.rejected) out.push(h('p', { class: 'wrong' }, `${saysLeftOut(body)}:`));
  if (rows.length) out.push(...badRows(rows, body.rejected));
  if (!known) out.push(button('Send again', partial, 'again'));
  else if (!ok && !partial && rows.length) out.push(button('Add the good rows only', true, 'partial'));
  return out;
}

export function saysAdded(body) {
  const twice = body.duplicates ? `, ${plural(body.duplicates, 'duplicate')} among them` : '';
  return `${plural(body.added, 'contact')} added${twice}; the campaign has ${count(body.total)}.`;
}

export const saysLeftOut = (body) => `${plural(body.rejected, 'row')} left out`;

function refusal(body, known, kept) {
  const added = known ? ['Nothing was added.', kept] :
    ['Whether the contacts were added is not known. Send the same file again: nobody is added twice.'];
  return h('p', { class: 'wrong', role: 'alert' },
    [sentence(body.detail || body.title || 'The file was refused'), ...added].filter(Boolean).join(' '));
}

// sentence ends a text that the server did not end.
const sentence = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);

// fault reads both forms: the upload's own, and the problem document's.
function fault(e) {
  if (e.row !== undefined) return [e.row, e.column ?? '', e.message];
  return [String(e.location ?? '').match(/\d+/)?.[0] ?? '', String(e.location ?? '').replace(/^.*\d+\]?[.,: ]*/, ''), e.message];
}

// badRows lists the rows that the server names: of many only the first.
function badRows(rows, all) {
  const listed = new Set(rows.map(([row]) => row)).size;
  return [
    all > listed ? h('p', {}, `The first ${count(listed)} of ${count(all)} bad rows:`) : null,
    h('div', { class: 'wide badrows', tabindex: 0, role: 'region', 'aria-label': 'Bad rows' },
      h('table', { class: 'rows' },
        h('thead', {}, h('tr', {}, ...['Row', 'Column', 'What is wrong'].map((t) => h('th', { scope: 'col' }, t)))),
        h('tbody', {}, ...rows.map((r) => h('tr', {}, ...r.map((c) => h('td', {}, String(c)))))))),
  ].filter(Boolean);
}
