// The operator's API. Every request says X-Requested-With, which a page of
// another origin cannot, and an answer of 401 leads to the sign-in page.

import { faultWords } from './words.js';

const base = '/v1/campaigns';

// Problem is a refusal in the API's words (RFC 9457).
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `The server answered ${status}.`);
    this.status = status;
    this.body = body;
    this.faults = (body.errors ?? []).map((e) => ({
      field: String(e.location ?? e.column ?? '').replace(/^(body|query|path)\.?/, ''),
      message: faultWords(e.message ?? ''), value: e.value, row: e.row, column: e.column,
    }));
  }
}

export const headers = () => ({ 'X-Requested-With': 'outdial', Accept: 'application/json' });

// signIn goes to the sign-in page, but not again at once: where no session can
// be had at all, as without cookies, that would go on for ever.
export function signIn() {
  const last = Number(sessionStorage.getItem('outdial:asked'));
  if (Date.now() - last < 5000) return;
  sessionStorage.setItem('outdial:asked', Date.now());
  location.assign(`/signin?next=${encodeURIComponent(location.pathname)}`);
}

export async function call(method, path, body, more = {}) {
  const request = { method, headers: { ...headers(), ...more }, credentials: 'same-origin' };
  if (body !== undefined) {
    request.headers['Content-Type'] = 'application/json';
    request.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(path, request);
  } catch {
    throw new Problem(0, { detail: 'The server cannot be reached.' });
  }
  if (answer.status === 401) signIn();
  const text = await answer.text();
  if (!answer.ok) throw new Problem(answer.status, read(text));
  return text ? JSON.parse(text) : null;
}

export function read(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

// unique names what must happen once however often it is sent.
export function unique() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

// query leaves out what is empty.
export function query(values) {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(values)) if (v !== '' && v !== null && v !== undefined) q.set(k, v);
  const text = q.toString();
  return text ? `?${text}` : '';
}

const one = (id) => `${base}/${encodeURIComponent(id)}`;

export const campaigns = (q) => call('GET', base + query(q));
export const create = (body, key) => call('POST', base, body, { 'Idempotency-Key': key });
export const campaign = (id) => call('GET', one(id));
export const edit = (id, body) => call('PATCH', one(id), body);
export const act = (id, action, body, key) =>
  call('POST', `${one(id)}/${action}`, body, key ? { 'Idempotency-Key': key } : {});
export const runs = (id) => call('GET', `${one(id)}/runs`);
export const attempts = (id, q) => call('GET', `${one(id)}/attempts${query(q)}`);
export const callbacks = (id, q) => call('GET', `${one(id)}/callbacks${query(q)}`);
export const cancelCallback = (id, contact) => call('DELETE', `${one(id)}/callbacks/${encodeURIComponent(contact)}`);
export const explanation = (id) => call('GET', `${one(id)}/explanation`);
export const explainContact = (contact) => call('GET', `/v1/contacts/${encodeURIComponent(contact)}/explanation`);
export const dispose = (id, body) => call('POST', `/v1/calls/${encodeURIComponent(id)}/disposition`, body);
export const report = (id, run) => `${one(id)}/report${query({ run })}`;
export const upload = (id, key, partial) => `${one(id)}/contacts${query({ key, partial: partial ? 'true' : '' })}`;
export const events = (id) => (id ? `${one(id)}/events` : '/v1/events');
