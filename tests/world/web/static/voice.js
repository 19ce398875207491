// A voice message: a button, its waveform, how long it lasts.

import { icon, make } from './dom.js';
import { say } from './texts.js';

const BARS = 40;

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

export function player(file) {
  const sound = new Audio(file.url);
  sound.preload = 'none';
  const length = clock(Math.max(1, Math.round(file.duration_secs ?? 0)));
  const bars = heights(file.waveform ?? '').map((height) => make('i', { style: `height:${Math.max(8, height)}%` }));
  const time = make('span', { class: 'time' }, length);
  const button = make('button', { type: 'button', class: 'play' }, icon('play'));
  const name = () => button.setAttribute('aria-label', `${say(sound.paused ? 'play' : 'pause')}: ${say('voiceOf', length)}`);
  name();
  button.addEventListener('click', () => (sound.paused ? sound.play().catch(() => {}) : sound.pause()));
  for (const event of ['play', 'pause', 'ended']) {
    sound.addEventListener(event, () => {
      button.replaceChildren(icon(sound.paused ? 'play' : 'pause'));
      name();
    });
  }
  sound.addEventListener('timeupdate', () => {
    const part = sound.currentTime / (file.duration_secs || sound.duration || 1);
    bars.forEach((bar, index) => bar.classList.toggle('past', index / bars.length < part));
    time.textContent = sound.paused && part >= 1 ? length : clock(sound.currentTime);
  });
  return make('div', { class: 'voice', role: 'group', 'aria-label': say('voiceOf', length) }, button, make('span', { class: 'wave', 'aria-hidden': 'true' }, bars), time);
}

function heights(waveform) {
  const bytes = [...atob(waveform)].map((letter) => letter.charCodeAt(0));
  return Array.from({ length: BARS }, (_, bar) => {
    const part = bytes.slice(Math.floor((bar * bytes.length) / BARS), Math.max(Math.floor(((bar + 1) * bytes.length) / BARS), Math.floor((bar * bytes.length) / BARS) + 1));
    return part.length ? (Math.max(...part) / 255) * 100 : 8;
  });
}
