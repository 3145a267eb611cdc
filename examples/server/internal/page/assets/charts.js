// Lines, agents and the abandon rate over time, from the live figures.

import { $, put } from './dom.js';
import { rate } from './format.js';
import { history, rowOf } from './history.js';

/* global uPlot */

const height = 180;
const dark = matchMedia('(prefers-color-scheme: dark)');
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const clock = (t, seconds) => new Date(t * 1000).toLocaleTimeString('en-GB', {
  hour: '2-digit', minute: '2-digit', second: seconds ? '2-digit' : undefined,
});

const axis = (more) => ({
  stroke: () => colour('--muted'), font: `12px ${getComputedStyle(document.body).fontFamily}`, ticks: { show: false },
  grid: { stroke: () => colour('--line'), width: 1 }, ...more,
});

// span is what the charts do: all that is known, and a minute at least.
function span(at) {
  const last = at.at(-1) ?? Date.now() / 1000;
  return [Math.min(at[0] ?? last, last - 60), last];
}

function chart(place, series, { percent, top }) {
  const options = {
    width: place.clientWidth, height, pxAlign: 1, padding: [8, 26, 0, 0],
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { range: (u) => span(u.data[0]) },
      y: { range: (u, min, max) => [0, Math.max(max ?? 0, top) * 1.08] } },
    axes: [
      axis({ space: 84, size: 30, gap: 10, values: (u, at, i, space, step) => at.map((t) => clock(t, step < 60)) }),
      axis({ size: 46, space: 34, incrs: percent ? undefined : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        values: (u, at) => at.map((v) => (percent ? `${+(v * 100).toFixed(1)} %` : String(v))) }),
    ],
    series: [{ label: 'At', value: (u, t) => (t ? clock(t, true) : '–') }, ...series],
    legend: { live: true },
    hooks: { setCursor: [(u) => queueMicrotask(() => rest(u))] },
  };
  const u = new uPlot(options, [[], ...series.map(() => [])], place);
  const sizes = new ResizeObserver(() => {
    u.setSize({ width: place.clientWidth, height }); // draws in a microtask of its own
    queueMicrotask(() => rest(u));
  });
  const redraw = () => u.redraw();
  sizes.observe(place);
  dark.addEventListener('change', redraw);
  return {
    draw(data) {
      u.setData(data);
      rest(u);
    },
    end() {
      sizes.disconnect();
      dark.removeEventListener('change', redraw);
      u.destroy();
    },
  };
}

// rest lets the legend say the last moment where no mouse points at one.
function rest(u) {
  if (!(u.cursor.left >= 0) && u.data[0].length) u.setLegend({ idx: u.data[0].length - 1 }, false);
}

const whole = (u, v) => (v === null || v === undefined ? '–' : String(v));
const fill = (name) => () => `color-mix(in srgb, ${colour(name)} 14%, transparent)`;
// A single figure, as the first one is, is no line yet: it is a point.
const first = (u, i) => u.data[i].filter((v) => v !== null).length === 1;
const line = (label, name, more) => ({
  label, width: 1.6, points: { show: first, size: 6 }, stroke: () => colour(name), value: whole, ...more,
});
const steps = () => ({ paths: uPlot.paths.stepped({ align: 1 }) });

// The chart of lines shows agents where the server counts them, and else how many
// contacts talk: [column, words, colour, more].
const linesUp = ['lines', 'Lines up', '--chart-1', { fill: fill('--chart-1') }];
const kinds = {
  unknown: [linesUp], // until the server's first word
  conversations: [linesUp, ['conversations', 'In conversation', '--chart-2']],
  agents: [linesUp, ['talking', 'Agents talking', '--chart-2'], ['agents', 'Agents in all', '--muted', { width: 1, dash: [4, 4] }]],
};

function kindOf(agents, kept) {
  if (agents) return 'agents';
  if (agents === null) return 'conversations';
  return kept.counted() ? 'agents' : 'unknown';
}

function linesChart(kind) {
  const drawn = kinds[kind];
  put($('lines-title'), kind === 'agents' ? 'Lines and agents' : 'Lines and conversations');
  $('lines-note').hidden = kind !== 'agents';
  const made = chart($('chart-lines'), drawn.map(([, words, name, more]) => line(words, name, { ...steps(), ...more })), { top: 4 });
  return { ...made, kind, draw: (all) => made.draw([all.at, ...drawn.map(([column]) => all[column])]) };
}

function abandonChart() {
  const made = chart($('chart-abandon'), [
    line('Abandon rate', '--chart-3', { fill: fill('--chart-3'), value: (u, v) => rate(v) }),
    line('US rules allow', '--muted', { width: 1, dash: [4, 4], value: () => '3 %', points: { show: false } }),
  ], { top: 0.035, percent: true });
  return { ...made, draw({ at, abandon }) {
    const [begin] = span(at); // so that what is allowed is drawn from there
    const all = begin < at[0] ? [begin, ...at] : at;
    made.draw([all, all === at ? abandon : [null, ...abandon], all.map(() => 0.03)]);
  } };
}

const said = (m) => (m.agents ? `${m.agents.talking} of ${m.agents.total} agents talking, ${m.agents.idle} idle`
  : `${m.states?.in_progress ?? 0} in conversation`);

function name(id, text) {
  $(id).setAttribute('role', 'img');
  $(id).setAttribute('aria-label', text);
}

// charts makes both. Its `draw` takes the figures of now, with the agents: null
// where the server counts none, undefined while it has not said. `end` removes them.
export function charts(campaign, run) {
  const kept = history(`${campaign}:${run}`);
  let lines = null;
  const abandon = abandonChart();
  return {
    draw(m) {
      const kind = kindOf(m.agents, kept);
      if (lines?.kind !== kind) {
        lines?.end();
        lines = linesChart(kind);
      }
      kept.add(rowOf(m, Math.floor(Date.now() / 1000)));
      const all = kept.columns();
      lines.draw(all);
      abandon.draw(all);
      $('no-abandon').hidden = all.abandon.some((v) => v !== null);
      name('chart-lines', `Now ${m.lines} lines up, ${said(m)}`);
      name('chart-abandon', `Now ${rate(m.abandon_rate)}`);
    },
    end() {
      lines?.end();
      abandon.end();
    },
  };
}
