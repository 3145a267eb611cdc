// Contacts from a CSV that is dropped or chosen: its way up as a bar, and its
// bad rows as a list. The server takes all rows or none, unless it is asked to
// take the good ones.

import { say } from './dom.js';
import { headers, read, signIn, upload } from './api.js';
import { count } from './format.js';
import { result } from './result.js';
import { sending } from './sent.js';

// uploader serves the drop zone within an element. With `auto` a file is sent
// to `id` when it is taken; without, the form asks for it. `kept` is what is there
// though a file is refused. `added` is called after contacts were added.
export function uploader(root, { auto = true, id = null, kept = '', added = () => {} }) {
  const el = (name) => root.querySelector(`[data-${name}]`);
  const at = { file: null };

  const progress = (text, part) => {
    el('uploading').hidden = text === '';
    el('file-state').textContent = text;
    el('progress').value = part;
    el('progress').hidden = part === 0;
  };
  const take = (file) => {
    at.file = file;
    el('result').replaceChildren();
    el('file-name').textContent = file.name;
    progress(`${count(Math.ceil(file.size / 1024))} kB`, 0);
    if (auto) send(id, file, false);
  };

  async function send(campaign, file, partial) {
    progress('sending', 0.001);
    const { key, settled } = sending(campaign, file, partial);
    const answer = await post(upload(campaign, key, partial), file, (part) => {
      progress(part < 1 ? `${Math.round(part * 100)} % sent` : 'reading the rows', part);
    });
    answer.known = settled(answer.status);
    progress(saysEnd(answer), 0);
    show(result(answer, partial, (good) => send(campaign, file, good), kept));
    if (!answer.ok) return;
    at.file = null;
    added(campaign, answer.body);
  }

  // show says what became of a file. A button of what stood there before may have
  // the focus: it goes to the one that comes.
  const show = (parts) => {
    const inside = el('result').contains(document.activeElement);
    el('result').replaceChildren(...parts);
    if (inside) (el('result').querySelector('button') ?? el('file')).focus();
    say(parts[0].textContent);
  };

  el('file').onchange = (e) => {
    if (e.target.files[0]) take(e.target.files[0]);
    e.target.value = '';
  };
  progress('', 0);
  el('result').replaceChildren();
  at.file = null;
  dropping(el('drop'), take);
  return { take, file: () => at.file, send: (campaign) => send(campaign, at.file, false) };
}

const saysEnd = ({ ok, known }) => (ok ? 'added' : known ? 'not added' : 'no answer');

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

// post sends a file by XMLHttpRequest: fetch does not tell how far it is. The
// status is 0 where no answer came.
function post(address, file, part) {
  return new Promise((done) => {
    const x = new XMLHttpRequest();
    x.open('POST', address);
    for (const [name, value] of Object.entries(headers())) x.setRequestHeader(name, value);
    x.setRequestHeader('Content-Type', 'text/csv');
    x.upload.onprogress = (e) => { if (e.lengthComputable) part(e.loaded / e.total); };
    x.onload = () => {
      if (x.status === 401) signIn();
      done({ ok: x.status >= 200 && x.status < 300, status: x.status, body: read(x.responseText) });
    };
    x.onerror = () => done({ ok: false, status: 0, body: { detail: 'The connection broke before the answer came.' } });
    x.send(file);
  });
}
