// Past runs side by side: a column for each run, a row for each figure.

import { h, notice, when } from './dom.js';
import * as api from './api.js';
import { as, none, time } from './format.js';
import { endName, figures, headline } from './words.js';

const rows = [...headline, ...figures].filter(([name]) => name !== 'lines');

export async function runs(place, campaign) {
  try {
    const { runs: list } = await api.runs(campaign);
    const order = list.toSorted((a, b) => b.number - a.number);
    place.replaceChildren(h('div', { class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'Runs' }, table(campaign, order)));
  } catch (e) {
    notice(e.message);
  }
}

function table(campaign, list) {
  const line = (words, cell) => h('tr', {}, h('th', { scope: 'row' }, words), ...list.map((r) => h('td', { class: 'n' }, cell(r))));
  return h('table', { class: 'rows runs' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Figure'), ...list.map((r) => h('th', { scope: 'col', class: 'n' }, `Run ${r.number}`)))),
    h('tbody', {},
      line('Contacts', (r) => (r.scope === 'not_completed' ? 'those not completed' : 'all')),
      line('Started', (r) => when(time(r.started_at), r.started_at)),
      line('Ended', (r) => when(time(r.ended_at), r.ended_at)),
      line('End', (r) => (r.end_reason ? endName(r.end_reason) : none) + (r.fail_reason ? `: ${r.fail_reason}` : '')),
      ...rows.map(([name, words, kind]) => line(words, (r) => as[kind](r.metrics?.[name]))),
      line('Attempt report', (r) => (r.purged_at ? 'purged' : link(campaign, r.number)))));
}

const link = (campaign, run, words = 'Download') =>
  h('a', { href: api.report(campaign, run), download: true }, words);
