// Lines, agents and the abandon rate over time, from the live figures, as long
// as a browser's tab remembers them: the last hour.

import { $ } from './dom.js';
import { rate } from './format.js';

/* global uPlot */

const hour = 3600;
const dark = matchMedia('(prefers-color-scheme: dark)');
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// history is kept over a reload, by campaign and run.
function history(name) {
  const key = `outdial:${name}`;
  let rows = [];
  try {
    rows = JSON.parse(sessionStorage.getItem(key) ?? '[]');
  } catch { /* not readable: start anew */ }
  addEventListener('pagehide', () => {
    try {
      sessionStorage.setItem(key, JSON.stringify(rows));
    } catch { /* full: the charts start anew after a reload */ }
  });
  return {
    add(row) {
      if (rows.length && row[0] <= rows.at(-1)[0]) rows.pop();
      rows.push(row);
      const since = row[0] - hour;
      rows = rows.filter((r) => r[0] >= since);
    },
    columns: () => (rows.length ? rows[0].map((_, i) => calm(rows).map((r) => r[i])) : [[], [], [], []]),
  };
}

// calm draws a long time as means of equal spans, some two hundred, and the
// present as it is: lines that open and close each second would be a blot.
function calm(rows) {
  const size = Math.ceil((rows.at(-1)[0] - rows[0][0]) / 200);
  if (size < 3) return rows;
  const spans = Map.groupBy(rows.slice(0, -1), (r) => Math.floor(r[0] / size));
  return [...Array.from(spans.values(), mean), rows.at(-1)];
}

function mean(rows) {
  const of = (i) => Math.round(rows.reduce((sum, r) => sum + r[i], 0) / rows.length * 10) / 10;
  return [rows.at(-1)[0], of(1), of(2), rows.at(-1)[3]];
}

const clock = (t, seconds) => new Date(t * 1000).toLocaleTimeString('en-GB', {
  hour: '2-digit', minute: '2-digit', second: seconds ? '2-digit' : undefined,
});

const axis = (more) => ({
  stroke: () => colour('--muted'), font: `12px ${getComputedStyle(document.body).fontFamily}`, ticks: { show: false },
  grid: { stroke: () => colour('--line'), width: 1 }, ...more,
});

// minutes is what the charts span: all that is known, and a minute at least.
function minutes(u) {
  const at = u.data[0];
  const last = at.at(-1) ?? Date.now() / 1000;
  return [Math.min(at[0] ?? last, last - 60), last];
}

function chart(place, series, { percent, top }) {
  const options = {
    width: place.clientWidth, height: 180, pxAlign: 1, padding: [8, 26, 0, 0],
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { range: minutes },
      y: { range: (u, min, max) => [0, Math.max(max ?? 0, top) * 1.08] } },
    axes: [
      axis({ space: 84, size: 26, gap: 6, values: (u, at, i, space, step) => at.map((t) => clock(t, step < 60)) }),
      axis({ size: 46, space: 34, incrs: percent ? undefined : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
        values: (u, at) => at.map((v) => (percent ? `${+(v * 100).toFixed(1)} %` : String(v))) }),
    ],
    series: [{ label: 'At', value: (u, t) => (t ? clock(t, true) : '–') }, ...series],
    legend: { live: true },
  };
  const u = new uPlot(options, [[], ...series.map(() => [])], place);
  new ResizeObserver(() => u.setSize({ width: place.clientWidth, height: 180 })).observe(place);
  dark.addEventListener('change', () => u.redraw());
  return u;
}

// plot draws; where no mouse points at a moment, the legend says the last one.
function plot(u, data) {
  u.setData(data);
  if (!(u.cursor.left >= 0) && data[0].length) u.setLegend({ idx: data[0].length - 1 });
}

const whole = (u, v) => (v === null || v === undefined ? '–' : String(v));

// charts makes both; the function it returns takes the figures of now.
export function charts(campaign, run) {
  const kept = history(`${campaign}:${run}`);
  const fill = (name) => () => `color-mix(in srgb, ${colour(name)} 14%, transparent)`;
  const line = (label, name, more) => ({ label, width: 1.6, points: { show: false }, stroke: () => colour(name), value: whole, ...more });
  for (const id of ['chart-lines', 'chart-abandon']) $(id).replaceChildren();
  const lines = chart($('chart-lines'), [
    line('Lines up', '--chart-1', { fill: fill('--chart-1'), paths: uPlot.paths.stepped({ align: 1 }) }),
    line('With an agent', '--chart-2', { paths: uPlot.paths.stepped({ align: 1 }) }),
  ], { top: 4 });
  const abandon = chart($('chart-abandon'), [
    line('Abandon rate', '--chart-3', { fill: fill('--chart-3'), value: (u, v) => rate(v) }),
    line('US rules allow', '--muted', { width: 1, dash: [4, 4], value: () => '3 %' }),
  ], { top: 0.035, percent: true });
  const draw = () => {
    const [at, up, busy, abandoned] = kept.columns();
    plot(lines, [at, up, busy]);
    plot(abandon, [at, abandoned, at.map(() => 0.03)]);
  };
  draw();
  return (metrics) => {
    const s = metrics.states ?? {};
    kept.add([Math.floor(Date.now() / 1000), metrics.lines, s.in_progress ?? 0, metrics.abandon_rate]);
    draw();
    for (const [id, text] of [['chart-lines', `${metrics.lines} lines up, ${s.in_progress ?? 0} with an agent`], ['chart-abandon', rate(metrics.abandon_rate)]]) {
      $(id).setAttribute('role', 'img');
      $(id).setAttribute('aria-label', `Now ${text}`);
    }
  };
}
