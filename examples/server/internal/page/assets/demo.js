// The demo's controls: a sample campaign by one button, and how fast the
// simulated world runs.

import { $, notice, once, put } from './dom.js';
import { call } from './api.js';

// The slider's steps: a doubling and more each, since 2 is as far from 1 as 600 from 300.
let steps = [1, 2, 5, 10, 30, 60, 120, 300, 600];

export async function demo() {
  if (!document.body.dataset.demo) return;
  const slider = $('speed');
  slider.addEventListener('input', () => shown(slider));
  slider.addEventListener('change', () => attempt(() => call('PUT', '/demo/speed', { speed: steps[slider.value] })));
  $('sample').addEventListener('click', sample);
  await attempt(async () => {
    const { speed, least = 1, most = 600 } = await call('GET', '/demo');
    steps = steps.filter((s) => s >= least && s <= most);
    slider.max = steps.length - 1;
    const at = steps.findIndex((s) => s >= speed);
    slider.value = at < 0 ? steps.length - 1 : at;
    shown(slider, speed);
  });
}

function shown(slider, speed = steps[slider.value]) {
  put($('speed-now'), `${speed}×`);
  slider.setAttribute('aria-valuetext', `${speed} times as fast as the clock`);
}

const sample = () => once($('sample'), () => attempt(async () => {
  const { id } = await call('POST', '/demo/campaign');
  location.assign(`/campaigns/${encodeURIComponent(id)}`);
}));

async function attempt(run) {
  try {
    await run();
  } catch (e) {
    notice(e.message);
  }
}
