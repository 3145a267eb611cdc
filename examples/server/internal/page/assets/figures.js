// The campaign's figures by their names in words.

import { $, h, put } from './dom.js';
import { as } from './format.js';
import { figures, headline } from './words.js';

// figureList makes the list once; the function it returns fills it in.
export function figureList(place) {
  const values = new Map();
  const list = (rows, kind) => h('dl', { class: kind }, ...rows.map(([name, words, , what]) => {
    const value = h('dd', { 'data-figure': name });
    values.set(name, value);
    return h('div', { title: what }, h('dt', {}, words), value);
  }));
  place.replaceChildren(list(headline, 'headline'), list(figures, 'dense'));
  return (metrics) => {
    for (const [name, , kind] of [...headline, ...figures]) {
      const text = as[kind](metrics[name]);
      const value = values.get(name);
      put(value, text);
      value.classList.toggle('nil', text === '–' || text === '0');
    }
  };
}

// announcer tells a screen reader the figures now and then: each change would
// drown everything else.
export function announcer() {
  let last = 0;
  return (metrics) => {
    if (Date.now() - last < 20000) return;
    last = Date.now();
    put($('say'), `${metrics.lines} lines, ${metrics.completed_count} of ${metrics.total_calls} completed, `
      + `abandon rate ${as.rate(metrics.abandon_rate)}`);
  };
}
