// One campaign's page.

import { $, chip, h, notice, put, say, settled, tellLeft, when } from './dom.js';
import * as api from './api.js';
import { buttons } from './actions.js';
import { attempts } from './attempts.js';
import { callbacks } from './callbacks.js';
import { charts } from './charts.js';
import { demo } from './demo.js';
import { announcer, figureList } from './figures.js';
import { time } from './format.js';
import { live } from './live.js';
import { runs } from './runs.js';
import { setup } from './setup.js';
import { bar, legend } from './states.js';
import { tabs } from './tabs.js';
import { dropping, uploader } from './upload.js';
import { why } from './why.js';
import { endName, statusName } from './words.js';

const id = document.body.dataset.campaign;
const show = { figures: figureList($('figures')), bar: bar($('states')), legend: legend($('legend')), announce: announcer() };
let campaign = null;
let plotted = null; // the run that the charts show
let agents; // as the live figures last told of them; null: the server counts none
let openTab = () => {};

const showButtons = buttons($('actions'), () => campaign, changed, {
  own: { add_contacts: () => openTab('contacts', true) },
  after: [h('a', { class: 'button', id: 'report', href: api.report(id), download: true }, 'Attempt report')],
});

function showCampaign(c) {
  const before = campaign?.status;
  campaign = c;
  document.title = `${c.name} · outdial`;
  put($('name'), c.name);
  $('facts').replaceChildren(...facts(c));
  showButtons();
  const open = c.actions.includes('add_contacts');
  $('no-upload').hidden = open;
  $('contacts').querySelector('[data-upload]').classList.toggle('off', !open);
  if (before && before !== c.status) say(`The campaign is ${c.status}.`);
  setup($('setup'), c);
  if (plotted?.run !== c.run) {
    plotted?.end();
    plotted = { run: c.run, ...charts(id, c.run) };
  }
  if (c.metrics) showMetrics(c.metrics);
}

function facts(c) {
  const part = (words, at) => (at ? h('span', {}, `${words} `, when(time(at), at)) : null);
  return [
    chip(c.status, statusName(c.status)), h('span', {}, `Run ${c.run}`),
    c.started_at ? part('started', c.started_at) : part('created', c.created_at), part('ended', c.ended_at),
    c.end_reason ? h('span', {}, endName(c.end_reason)) : null,
    c.fail_reason ? h('span', { class: 'wrong' }, c.fail_reason) : null,
    document.body.dataset.demo ? h('span', {}, 'in the demo’s own time, not yours') : null,
    c.cloned_from ? h('a', { href: `/campaigns/${encodeURIComponent(c.cloned_from)}` }, 'cloned from') : null,
  ].filter(Boolean);
}

function showMetrics(m) {
  show.figures(m);
  show.bar(m.states ?? {});
  show.legend(m.states ?? {}, m.oldest_seconds);
  plotted?.draw({ ...m, agents });
  show.announce(m);
}

const reload = settled(async () => {
  try {
    showCampaign(await api.campaign(id));
  } catch (e) {
    if (e.status === 404) gone();
    else notice(e.message);
  }
});

const explain = settled(() => why(id).catch((e) => notice(e.message)), 1000);

function changed(c) {
  showCampaign(c);
  explain();
}

function gone() {
  $('main').replaceChildren(h('div', { class: 'card message' }, h('h1', {}, 'No such campaign'),
    h('p', { class: 'muted' }, 'It may be on another server, or was in the memory of this one before a restart.'),
    h('p', {}, h('a', { href: '/' }, 'Back to the campaigns'))));
}

function start() {
  const readAttempts = attempts(id);
  const panels = {
    attempts: readAttempts,
    callbacks: () => callbacks($('callbacks'), id),
    runs: () => runs($('runs'), id),
  };
  const contacts = uploader($('contacts'), { id, added: () => { reload(); explain(); } });
  dropping(document.body, (file) => { // anywhere, and where it cannot be taken it does not replace the page
    if (document.querySelector('dialog[open]')) return;
    if (!campaign.actions.includes('add_contacts')) {
      notice(`${file.name} was not taken. ${$('no-upload').textContent}`);
      return;
    }
    openTab('contacts');
    contacts.take(file);
  });
  // No event tells of a name or a setting that another tab has changed.
  document.addEventListener('visibilitychange', () => document.hidden || reload());
  openTab = tabs((name) => panels[name]?.());
  live(api.events(id), {
    metrics(m) {
      agents = m.agents ?? null;
      if (campaign && (m.status !== campaign.status || m.run !== campaign.run)) reload();
      showMetrics(m);
    },
    campaign() {
      reload();
      explain();
    },
    limit: explain,
    fresh() {
      reload();
      explain();
    },
  });
}

demo();
try {
  showCampaign(await api.campaign(id));
  tellLeft(id);
  explain();
  start();
} catch (e) {
  if (e.status === 404) gone();
  else notice(e.message);
}
