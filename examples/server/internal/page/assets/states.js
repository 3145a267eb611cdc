// Where the contacts stand: one bar of all states, which moves, and its legend
// in three groups.

import { h, put } from './dom.js';
import { count, span } from './format.js';
import { barOrder, groups, stateName } from './words.js';

// bar makes the segments; the function it returns gives them their lengths.
export function bar(place) {
  const parts = barOrder.map((state) => h('span', { 'data-state': state, title: stateName(state) }));
  place.replaceChildren(...parts);
  return (states) => {
    let total = 0;
    for (const part of parts) {
      const n = states[part.dataset.state] ?? 0;
      total += n;
      part.style.flexGrow = n;
      part.classList.toggle('some', n > 0);
    }
    const said = barOrder.filter((s) => states[s]).map((s) => `${count(states[s])} ${stateName(s)}`).join(', ');
    place.classList.toggle('nothing', total === 0);
    place.setAttribute('aria-label', said || 'No contacts');
  };
}

// legend lists all states with their numbers, and how old the oldest attempt
// is that still stands in one: an old one is a sign of trouble.
export function legend(place) {
  const rows = new Map();
  place.replaceChildren(...groups.map(([title, states]) => {
    const sum = h('b');
    const list = h('ul', {}, ...states.map((state) => {
      const n = h('b');
      const age = h('small');
      const row = h('li', { 'data-state': state }, h('i', { 'aria-hidden': 'true' }), h('span', {}, stateName(state)), age, n);
      rows.set(state, { row, n, age });
      return row;
    }));
    rows.set(title, { sum, states });
    return h('div', {}, h('h3', {}, title, ' ', sum), list);
  }));
  return (states, oldest = {}) => {
    for (const [title, names] of groups) put(rows.get(title).sum, count(names.reduce((n, s) => n + (states[s] ?? 0), 0)));
    for (const [state, { row, n, age }] of rows) {
      if (!row) continue;
      put(n, count(states[state] ?? 0));
      row.classList.toggle('nil', !states[state]);
      put(age, oldest?.[state] ? `oldest ${span(oldest[state])}` : '');
    }
  };
}
