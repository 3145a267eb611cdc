// The campaign's settings as they stand, to be read.

import { h } from './dom.js';
import { none, span } from './format.js';
import { all } from './fields.js';
import { saysHours } from './hours.js';

const text = (kind, v, choices) => {
  if (v === null || v === undefined || v === '') return none;
  if (kind === 'seconds') return span(v);
  if (kind === 'check') return v ? 'yes' : 'no';
  return choices?.find(([c]) => c === v)?.[1] ?? String(v);
};

export function setup(place, campaign) {
  const s = campaign.settings ?? {};
  place.replaceChildren(h('dl', { class: 'setup' },
    ...all.filter(([name]) => name !== 'name').map(([name, words, kind, , , , choices]) => item(words, text(kind, s[name], choices))),
    item('Calling hours', saysHours(s.windows)),
    item('Campaign’s id', campaign.id)));
}

const item = (words, value) => h('div', {}, h('dt', {}, words), h('dd', {}, value));
