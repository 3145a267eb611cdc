// Tabs: the arrow keys move between them, and the address keeps which is open.

import { $ } from './dom.js';

// tabs serves the tab list; `shown` is called with the panel's id each time one
// is opened.
export function tabs(shown) {
  const list = Array.from($('tabs').children);
  const name = (tab) => tab.getAttribute('aria-controls');

  function select(tab, focus) {
    for (const t of list) {
      t.setAttribute('aria-selected', String(t === tab));
      t.tabIndex = t === tab ? 0 : -1;
      $(name(t)).hidden = t !== tab;
    }
    if (focus) tab.focus();
    tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2; // on a phone not all are in view
    history.replaceState(null, '', `#${name(tab)}`);
    shown(name(tab));
  }

  const step = { ArrowRight: 1, ArrowLeft: -1 };
  $('tabs').addEventListener('keydown', (e) => {
    const at = list.indexOf(document.activeElement);
    if (e.key === 'Home') select(list[0], true);
    else if (e.key === 'End') select(list.at(-1), true);
    else if (step[e.key]) select(list[(at + step[e.key] + list.length) % list.length], true);
    else return;
    e.preventDefault();
  });
  for (const t of list) t.addEventListener('click', () => select(t));
  const open = (id, focus) => select(list.find((t) => name(t) === id) ?? list[0], focus);
  open(location.hash.slice(1));
  return open;
}
