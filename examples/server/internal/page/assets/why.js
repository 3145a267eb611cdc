// Why isn't it dialling: the limit that binds now, in the library's own words.

import { $, put, say } from './dom.js';
import * as api from './api.js';
import { count, plural, time } from './format.js';

// Limits that mean all is well: the campaign goes as fast as it was told to, or it is done.
const well = new Set(['none', 'agents', 'max_concurrent', 'calls_per_second', 'trunk_lines', 'trunk_calls_per_second',
  'switch_ringing', 'switch_calls_per_second', 'nothing_due', 'finishing', 'completed']);
const quiet = new Set(['draft', 'paused']);

const title = (x) => {
  if (x.status !== 'running') return 'Why isn’t it dialling?';
  return well.has(x.limit) && x.limit !== 'nothing_due' && x.limit !== 'finishing' ? 'What limits its dialling' : 'Why isn’t it dialling?';
};

export async function why(id) {
  const x = await api.explanation(id);
  const box = $('why');
  const mood = well.has(x.limit) ? 'well' : quiet.has(x.limit) ? 'quiet' : 'ill';
  if (box.dataset.limit && box.dataset.limit !== x.limit && mood === 'ill') say(x.sentence);
  box.dataset.limit = x.limit;
  box.dataset.mood = mood;
  put($('why-title'), title(x));
  put($('why-sentence'), `${x.sentence[0].toUpperCase()}${x.sentence.slice(1)}.`);
  put($('why-facts'), [
    x.since && `since ${time(x.since)}`, x.until && `until ${time(x.until)}`,
    plural(x.lines, 'line'), `${count(x.waiting)} waiting`, plural(x.workers, 'worker'),
  ].filter(Boolean).join(' · '));
}
