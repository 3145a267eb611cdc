// The keys of uploads whose answer has not come. Under its key a file's contacts
// are added once however often it is sent, so the tab remembers the key until it
// knows what became of the file: also over a reload, or a signing in.

import { unique } from './api.js';

const place = 'outdial:sent';
const keys = kept();

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(place)) ?? {};
  } catch { // not readable: start anew
    return {};
  }
}

function keep() {
  try {
    sessionStorage.setItem(place, JSON.stringify(keys));
  } catch { /* full: they are known until the page is left */ }
}

// sending names what is sent. A file is the same while its name, size and time
// are; of one that has changed nevertheless, the server refuses the key.
export function sending(campaign, file, partial) {
  const name = [campaign, partial, file.size, file.lastModified, file.name].join('/');
  const again = name in keys;
  keys[name] ??= unique();
  keep();
  return {
    key: keys[name],
    // settled takes the answer's status, and says whether it tells what was added.
    // A refusal tells nothing of an earlier sending, unless it is of the rows.
    settled(status) {
      const refused = status >= 400 && status < 500 && (!again || status === 422);
      const known = refused || (status >= 200 && status < 300);
      if (known) {
        delete keys[name];
        keep();
      }
      return known;
    },
  };
}
