// The list of campaigns with live figures.

import { $, chip, h, notice, put, settled, when } from './dom.js';
import * as api from './api.js';
import { brief, buttons } from './actions.js';
import { demo } from './demo.js';
import { count, rate, time } from './format.js';
import { live } from './live.js';
import { settings } from './settings.js';
import { bar } from './states.js';
import { dropping } from './upload.js';
import { statusName } from './words.js';

const rows = new Map(); // by the campaign's id
const most = 500; // campaigns that one request asks for
const shown = 50; // campaigns that are shown at first, and more on demand
const at = { status: '', hidden: [] }; // those not shown yet, the newest last

// makeRow makes a campaign's row; its `fill` and `figures` keep it current.
function makeRow() {
  const cell = { name: h('a'), facts: h('small'), status: h('td'), bar: h('div', { class: 'bar', role: 'img' }), done: h('small'),
    lines: h('td', { class: 'n', 'data-label': 'Lines' }), answered: h('td', { class: 'n', 'data-label': 'Answered' }),
    abandon: h('td', { class: 'n', 'data-label': 'Abandon rate' }), actions: h('td', { class: 'do' }) };
  const lengths = bar(cell.bar);
  const tr = h('tr', {}, h('td', { class: 'who' }, cell.name, cell.facts), cell.status,
    h('td', { class: 'progress' }, cell.bar, cell.done), cell.lines, cell.answered, cell.abandon, cell.actions);
  const figures = (m) => {
    lengths(m.states ?? {});
    const ended = (m.total_calls ?? 0) - (m.remaining ?? 0) - (m.lines ?? 0);
    put(cell.done, m.total_calls ? `${count(ended)} of ${count(m.total_calls)} ended` : 'no contacts yet');
    put(cell.lines, count(m.lines));
    put(cell.answered, count(m.answered_count));
    put(cell.abandon, rate(m.abandon_rate));
  };
  const fill = (c) => {
    row.campaign = c;
    tr.dataset.id = c.id;
    put(cell.name, c.name);
    cell.name.href = `/campaigns/${encodeURIComponent(c.id)}`;
    cell.facts.replaceChildren(c.started_at ? 'started ' : 'created ', when(time(c.started_at || c.created_at), c.started_at || c.created_at), c.run > 1 ? ` · run ${c.run}` : '');
    cell.status.replaceChildren(chip(c.status, statusName(c.status)));
    showButtons();
    figures(c.metrics ?? {});
  };
  const row = { tr, fill, figures };
  const showButtons = buttons(cell.actions, () => row.campaign, fill, { only: brief });
  return row;
}

function showRow(c, place) {
  let row = rows.get(c.id);
  if (!row) {
    row = makeRow();
    rows.set(c.id, row);
    $('campaigns')[place](row.tr);
  }
  row.fill(c);
}

// load reads all campaigns, as the server tells them from the oldest on, and shows
// the newest of them first.
async function load() {
  const status = at.status;
  try {
    const all = [];
    let cursor = '';
    do {
      const answer = await api.campaigns({ status, cursor, limit: most });
      all.push(...answer.campaigns);
      cursor = answer.next ?? '';
    } while (cursor);
    if (status !== at.status) return; // somebody has changed the filter meanwhile
    rows.clear();
    $('campaigns').replaceChildren();
    at.hidden = all;
    more();
  } catch (e) {
    notice(e.message);
  }
}

// more shows the next of those that are not shown. One that has changed since it
// was read has its row already.
function more() {
  for (const c of at.hidden.splice(-shown).reverse()) {
    if (!rows.has(c.id)) showRow(c, 'append');
  }
  $('more').hidden = at.hidden.length === 0;
  empty();
}

function empty() {
  $('none').hidden = rows.size > 0;
  put($('none'), at.status ? `No campaign is ${at.status}.` : 'No campaigns yet. Create one, or drop a CSV of contacts anywhere on this page.');
}

const fresh = settled(load);

// one reads a campaign that changed. One that is not listed yet comes first,
// where the filter lets it.
async function one(id) {
  try {
    const c = await api.campaign(id);
    if (at.status && c.status !== at.status) {
      rows.get(id)?.tr.remove();
      rows.delete(id);
    } else {
      showRow(c, 'prepend');
    }
    empty();
  } catch (e) {
    if (e.status !== 404) notice(e.message);
  }
}

const readers = new Map();

function read(id) {
  if (!readers.has(id)) readers.set(id, settled(() => one(id)));
  readers.get(id)();
}

function filter(button) {
  for (const b of $('statuses').children) b.setAttribute('aria-pressed', String(b === button));
  at.status = button.dataset.status;
  load();
}

for (const b of $('statuses').children) b.addEventListener('click', () => filter(b));
$('more').addEventListener('click', more);
$('new').addEventListener('click', () => settings({ kept: read }));
dropping(document.body, (file) => $('settings').open || settings({ file, kept: read }));
demo();
await load();
live(api.events(), {
  metrics(m) {
    const row = rows.get(m.campaign);
    if (!row) return;
    row.figures(m);
    if (m.status && m.status !== row.campaign.status) read(m.campaign);
  },
  campaign: (e) => read(e.campaign),
  fresh,
});
