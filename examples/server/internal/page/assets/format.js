// Figures and times as people read them. What is not known is a dash.

const whole = new Intl.NumberFormat('en');
const one = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const two = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });

export const none = '–';
const known = (v) => v !== null && v !== undefined && v !== '';

export const count = (v) => (known(v) ? whole.format(v) : none);
export const rate = (v) => (known(v) ? `${one.format(v * 100)} %` : none);
export const ratio = (v) => (known(v) ? two.format(v) : none);

// span says seconds: 45 s, 3 min 20 s, 2 h 5 min, 3 d 4 h.
export function span(v) {
  if (!known(v)) return none;
  const s = Math.round(v);
  if (s < 60) return `${s} s`;
  const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const at = parts.findIndex(([, size]) => s >= size);
  const [unit, size] = parts[at];
  const [lower, small] = parts[at + 1];
  const rest = Math.floor((s % size) / small);
  return `${Math.floor(s / size)} ${unit}${rest ? ` ${rest} ${lower}` : ''}`;
}

export const as = { count, rate, ratio, span };

// time is the browser's own time: of today only the clock.
export function time(at) {
  if (!known(at)) return none;
  const t = new Date(at);
  return t.toDateString() === new Date().toDateString() ? clock.format(t) : day.format(t);
}

export const now = () => clock.format(new Date());

export function plural(n, singular, many = `${singular}s`) {
  return `${count(n)} ${n === 1 ? singular : many}`;
}
