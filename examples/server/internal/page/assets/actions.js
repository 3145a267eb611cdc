// Buttons for exactly the actions that the API lists for a campaign now. Those
// that cannot be taken back are asked about first.

import { h, notice, once, say, unnotice } from './dom.js';
import { act, unique } from './api.js';
import { ask, radios } from './dialog.js';
import { settings } from './settings.js';
import { actionName } from './words.js';

// One button stands out: what brings the campaign on. Where it can be resumed,
// start does the same and stays plain.
const strong = (action, all) => action === 'resume' || (action === 'start' && !all.includes('resume'));

// The actions that a row of the list has room for; the campaign's own page has
// them all.
export const brief = (action) => ['start', 'pause', 'resume', 'stop', 'restart'].includes(action);

// buttons keeps a place filled with them. `now` is the campaign as it stands,
// `changed` gets it as the API returns it, and `own` says what the page itself
// does for an action. The function it returns is called whenever the campaign
// may have changed; buttons that stay the same are left alone, since one that
// is replaced under a finger does not hear the click.
export function buttons(place, now, changed, { only = () => true, own = {}, after = [] } = {}) {
  let shown = '';
  return () => {
    const campaign = now();
    const said = JSON.stringify([campaign.name, campaign.actions]);
    if (said === shown) return;
    shown = said;
    const inside = place.contains(document.activeElement);
    const focused = document.activeElement?.dataset?.action;
    place.replaceChildren(...campaign.actions.filter(only).map((action) => h('button', {
      'data-action': action, class: strong(action, campaign.actions) ? 'main' : '',
      'aria-label': `${actionName(action)} ${campaign.name}`,
      click: own[action] ?? ((e) => press(e.currentTarget, now(), action, changed)),
    }, actionName(action))), ...after);
    if (inside) (place.querySelector(`[data-action=${focused}]`) ?? place.querySelector('button'))?.focus();
  };
}

function press(button, campaign, action, changed) {
  unnotice();
  if (questions[action]) questions[action](campaign, changed);
  else once(button, () => act(campaign.id, action).then((c) => done(c, action, changed), (e) => notice(e.message)));
}

function done(campaign, action, changed) {
  say(`${campaign.name}: ${actionName(action)} done, it is ${campaign.status}.`);
  changed(campaign);
}

const questions = {
  edit: (campaign, changed) => settings({ campaign, saved: changed }),
  stop: (campaign, changed) => ask({
    title: `Stop ${campaign.name}?`, verb: 'Stop the campaign', danger: true,
    fields: [
      h('p', {}, 'Contacts that still wait will not be called in this run, and pending callbacks are cancelled. The figures stay.'),
      radios('calls', 'Calls that are up', [
        ['hangup', 'Hang up now'],
        ['drain', 'Let them finish'],
      ]),
    ],
    ok: async (form) => done(await act(campaign.id, 'stop', { drain: form.get('calls') === 'drain' }), 'stop', changed),
  }),
  restart: (campaign, changed) => ask({
    title: `Restart ${campaign.name}?`, verb: 'Prepare a new run',
    fields: [
      h('p', {}, 'The campaign becomes a draft with a new run and fresh figures. This run is kept under Runs.'),
      radios('scope', 'Contacts of the new run', [
        ['all', 'All contacts', 'also those who asked not to be called again: that held for this run'],
        ['not_completed', 'Those not completed'],
      ]),
    ],
    ok: async (form) => done(await act(campaign.id, 'restart', { scope: form.get('scope') }), 'restart', changed),
  }),
  clone: (campaign) => {
    const key = unique();
    ask({
      title: `Clone ${campaign.name}`, verb: 'Clone',
      fields: [
        h('div', { class: 'field' }, h('label', { for: 'clone-name' }, 'Name'),
          h('input', { id: 'clone-name', name: 'name', required: true, value: `${campaign.name} (copy)`, maxlength: 255 })),
        h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'with' }), h('span', {}, 'Copy the contacts too',
          h('small', {}, 'also those who asked not to be called again: the clone does not know it'))),
      ],
      ok: async (form) => {
        const body = { name: form.get('name'), with_contacts: form.get('with') !== null };
        const clone = await act(campaign.id, 'clone', body, key);
        location.assign(`/campaigns/${encodeURIComponent(clone.id)}`);
      },
    });
  },
};
