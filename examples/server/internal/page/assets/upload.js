// Contacts from a CSV that is dropped or chosen: its way up as a bar, and its
// bad rows as a list. The server takes all rows or none, unless it is asked to
// take the good ones. The upload's key makes sending a file again harmless.

import { h, say } from './dom.js';
import { headers, read, signIn, unique, upload } from './api.js';
import { count, plural } from './format.js';

// uploader serves the drop zone within an element. With `auto` a file is sent
// to `id` when it is taken; without, the form asks for it. `added` is called
// after contacts were added.
export function uploader(root, { auto = true, id = null, added = () => {} }) {
  const el = (name) => root.querySelector(`[data-${name}]`);
  const at = { file: null, key: null };

  const progress = (text, part) => {
    el('uploading').hidden = text === '';
    el('file-state').textContent = text;
    el('progress').value = part;
    el('progress').hidden = part === 0;
  };
  const take = (file) => {
    at.file = file;
    at.key = unique();
    el('result').replaceChildren();
    el('file-name').textContent = file.name;
    progress(`${count(Math.ceil(file.size / 1024))} kB`, 0);
    if (auto) send(id, false);
  };

  async function send(campaign, partial) {
    progress('sending', 0.001);
    const key = partial ? `${at.key}-good` : at.key;
    const answer = await post(upload(campaign, key, partial), at.file, (part) => {
      progress(part < 1 ? `${Math.round(part * 100)} % sent` : 'reading the rows', part);
    });
    progress(answer.ok ? 'added' : 'not added', 0);
    el('result').replaceChildren(...result(answer, partial, () => send(campaign, true)));
    say(el('result').firstChild.textContent);
    if (!answer.ok) return;
    at.file = null;
    added(campaign);
  }

  el('file').onchange = (e) => {
    if (e.target.files[0]) take(e.target.files[0]);
    e.target.value = '';
  };
  progress('', 0);
  el('result').replaceChildren();
  at.file = null;
  dropping(el('drop'), take);
  return { take, file: () => at.file, send: (campaign) => send(campaign, false) };
}

// dropping lets files fall on an element.
export function dropping(zone, take) {
  let depth = 0;
  const over = (on) => zone.classList.toggle('over', on);
  const files = (e) => e.dataTransfer?.types.includes('Files');
  zone.ondragenter = (e) => { if (files(e)) { depth += 1; over(true); e.preventDefault(); } };
  zone.ondragleave = () => { depth = Math.max(0, depth - 1); over(depth > 0); };
  zone.ondragover = (e) => { if (files(e)) e.preventDefault(); };
  zone.ondrop = (e) => {
    depth = 0;
    over(false);
    const file = e.dataTransfer?.files[0];
    if (!file || e.defaultPrevented) return;
    e.preventDefault();
    e.stopPropagation();
    take(file);
  };
}

// post sends a file by XMLHttpRequest: fetch does not tell how far it is.
function post(address, file, part) {
  return new Promise((done) => {
    const x = new XMLHttpRequest();
    x.open('POST', address);
    for (const [name, value] of Object.entries(headers())) x.setRequestHeader(name, value);
    x.setRequestHeader('Content-Type', 'text/csv');
    x.upload.onprogress = (e) => { if (e.lengthComputable) part(e.loaded / e.total); };
    x.onload = () => {
      if (x.status === 401) signIn();
      done({ ok: x.status >= 200 && x.status < 300, body: read(x.responseText) });
    };
    x.onerror = () => done({ ok: false, body: { detail: 'The connection broke. Send the file again: no contact is added twice.' } });
    x.send(file);
  });
}

function result({ ok, body }, partial, again) {
  const rows = (body.errors ?? []).map(fault);
  const out = [];
  if (ok) {
    const twice = body.duplicates ? `, ${plural(body.duplicates, 'duplicate')} among them` : '';
    out.push(h('p', { class: 'good' }, `${plural(body.added, 'contact')} added${twice}; the campaign has ${count(body.total)}.`));
    if (body.rejected) out.push(h('p', { class: 'wrong' }, `${plural(body.rejected, 'row')} left out:`));
  } else {
    out.push(h('p', { class: 'wrong', role: 'alert' }, `${sentence(body.detail || body.title || 'The file was refused')} Nothing was added.`));
  }
  if (rows.length) out.push(badRows(rows));
  if (!ok && !partial && rows.length) out.push(h('p', {}, h('button', { type: 'button', 'data-partial': true, click: again }, 'Add the good rows only')));
  return out;
}

// sentence ends a text that the server did not end.
const sentence = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);

// fault reads both forms: the upload's own, and the problem document's.
function fault(e) {
  if (e.row !== undefined) return [e.row, e.column ?? '', e.message];
  return [String(e.location ?? '').match(/\d+/)?.[0] ?? '', String(e.location ?? '').replace(/^.*\d+\]?[.,: ]*/, ''), e.message];
}

function badRows(rows) {
  return h('div', { class: 'wide badrows', tabindex: 0, role: 'region', 'aria-label': 'Bad rows' },
    h('table', { class: 'rows' },
      h('thead', {}, h('tr', {}, ...['Row', 'Column', 'What is wrong'].map((t) => h('th', { scope: 'col' }, t)))),
      h('tbody', {}, ...rows.map((r) => h('tr', {}, ...r.map((c) => h('td', {}, String(c))))))));
}
