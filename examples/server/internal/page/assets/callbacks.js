// Callbacks that wait, with a button to cancel each.

import { h, notice, once, say, when } from './dom.js';
import * as api from './api.js';
import { count, time } from './format.js';

export async function callbacks(place, campaign, cursor = '') {
  try {
    const page = await api.callbacks(campaign, { cursor, limit: 50 });
    place.replaceChildren(page.callbacks.length ? table(place, campaign, page.callbacks) : h('p', { class: 'empty' }, 'No callback waits.'),
      h('div', { class: 'pager' }, h('button', { click: () => callbacks(place, campaign) }, cursor ? 'First page' : 'Refresh'),
        page.next ? h('button', { click: () => callbacks(place, campaign, page.next) }, 'Next page') : null));
  } catch (e) {
    notice(e.message);
  }
}

function table(place, campaign, list) {
  const heads = [['Contact'], ['Due'], ['Asked', 'n'], ['Tries', 'n']];
  return h('div', { class: 'wide' }, h('table', { class: 'rows' },
    h('thead', {}, h('tr', {}, ...heads.map(([t, c]) => h('th', { scope: 'col', class: c }, t)),
      h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Cancel')))),
    h('tbody', {}, ...list.map((c) => row(place, campaign, c)))));
}

function row(place, campaign, c) {
  const button = h('button', { 'aria-label': `Cancel the callback of ${c.name || c.address}`, click: () => cancel() }, 'Cancel');
  const cancel = () => once(button, async () => {
    try {
      await api.cancelCallback(campaign, c.contact);
      say('The callback is cancelled.');
      await callbacks(place, campaign);
    } catch (e) {
      notice(e.message);
    }
  });
  return h('tr', {},
    h('td', {}, h('b', {}, c.name || c.key || c.address), h('small', {}, c.name || c.key ? c.address : '')),
    h('td', {}, when(time(c.due_at), c.due_at)),
    h('td', { class: 'n', title: 'How many callbacks the contact has asked for' }, count(c.asked)),
    h('td', { class: 'n' }, count(c.tries)), h('td', { class: 'do' }, button));
}
