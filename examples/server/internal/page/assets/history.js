// What the charts draw: the live figures, as long as a browser's tab remembers
// them, which is the last hour, also over a reload.

const hour = 3600;

// The columns of a row. Those that are not known are null: agents where nobody
// counts them, the abandon rate before anybody has answered.
export const columns = ['at', 'lines', 'conversations', 'talking', 'agents', 'abandon'];
const none = columns.map(() => []);

export const rowOf = (m, seconds) => [seconds, m.lines ?? 0, m.states?.in_progress ?? 0,
  m.agents?.talking ?? null, m.agents?.total ?? null, m.abandon_rate ?? null];

// history is kept by campaign and run.
export function history(name) {
  const key = `outdial:${name}`;
  let rows = kept(key);
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
    // counted says whether agents were, when figures last came.
    counted: () => rows.length > 0 && rows.at(-1)[columns.indexOf('agents')] !== null,
    columns() {
      if (!rows.length) return named(none);
      const drawn = calm(rows);
      return named(columns.map((_, i) => drawn.map((r) => r[i])));
    },
  };
}

const named = (lists) => Object.fromEntries(columns.map((name, i) => [name, lists[i]]));

function kept(key) {
  try {
    const rows = JSON.parse(sessionStorage.getItem(key) ?? '[]');
    return rows.filter((r) => r.length === columns.length); // another build may have had others
  } catch { // not readable: start anew
    return [];
  }
}

// calm draws a long time as means of equal spans, some two hundred, and the
// present as it is: lines that open and close each second would be a blot.
function calm(rows) {
  const size = Math.ceil((rows.at(-1)[0] - rows[0][0]) / 200);
  if (size < 3) return rows;
  const spans = Map.groupBy(rows.slice(0, -1), (r) => Math.floor(r[0] / size));
  return [...Array.from(spans.values(), mean), rows.at(-1)];
}

// mean is a row of means; the time and the abandon rate, which is one of the whole
// run, are the last ones.
function mean(rows) {
  const last = rows.at(-1);
  return last.map((v, i) => (i === 0 || i === columns.length - 1 ? v : of(rows.map((r) => r[i]).filter((x) => x !== null))));
}

const of = (list) => (list.length ? Math.round(list.reduce((a, b) => a + b, 0) / list.length * 10) / 10 : null);
