// What hangs below a message: rows, buttons, selects, and the layout of panels ("Component Reference", docs).
// Everything shown is what the app sent; `act` tells the local Discord what was pressed or chosen.

import { icon, make, safe } from './dom.js';
import { markdown } from './markdown.js';
import { say } from './texts.js';

const STYLES = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'secondary', 6: 'primary' };
const THINGS = { 5: ['people'], 6: ['roles'], 7: ['people', 'roles'], 8: ['rooms'] };

/** One component as an element. `context`: {place, names, act(name, body, from)}. */
export function component(one, context) {
  const inner = (children) => (children ?? []).map((each) => component(each, context));
  switch (one.type) {
    case 1: return make('div', { class: 'row' }, inner(one.components));
    case 2: return button(one, context);
    case 3: case 5: case 6: case 7: case 8: return select(one, context);
    case 9: return make('div', { class: 'section' }, make('div', {}, inner(one.components)), one.accessory && component(one.accessory, context));
    case 10: return make('div', { class: 'text' }, markdown(one.content, context.names));
    case 11: return make('img', { class: 'thumbnail', src: safe(one.media.url), alt: one.description ?? say('image') });
    case 12: return make('div', { class: 'gallery' }, one.items.map((each) => picture(each.media.url, each.description)));
    case 13: return make('discord-attachments', {}, file(one.file.url, one.name ?? say('attachment'), one.size));
    case 14: return make('hr', { class: one.divider === false ? 'space' : 'line' });
    case 17: return make('div', { class: 'container', style: one.accent_color ? `border-left-color:#${one.accent_color.toString(16).padStart(6, '0')}` : '' }, inner(one.components));
    default: return make('p', { class: 'small' }, `[${one.type}]`);
  }
}

/** A picture with the words its sender gave it. */
export function picture(url, description) {
  const href = safe(url);
  return make('a', { class: 'picture', href, target: '_blank', rel: 'noopener' }, make('img', { src: href, alt: description || say('image') }));
}

/** A file to keep. */
export function file(url, name, bytes) {
  const size = bytes === undefined ? '' : bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`;
  return make('div', { class: 'file' }, icon('file'), make('div', {}, make('a', { href: safe(url), download: name }, name), make('span', { class: 'muted' }, size)));
}

function emoji(one) {
  return one.emoji?.name ? make('span', { class: 'emoji', 'aria-hidden': one.label ? 'true' : false }, `${one.emoji.name} `) : null;
}

function button(one, context) {
  const label = [emoji(one), one.label ?? ''];
  if (one.style === 5) {
    return make('a', { class: 'button secondary', href: safe(one.url), target: '_blank', rel: 'noopener noreferrer' }, label, ' ↗', make('span', { class: 'unseen' }, say('opensNew')));
  }
  const made = make('button', { type: 'button', class: `button ${STYLES[one.style] ?? 'secondary'}`, disabled: one.disabled, 'data-key': one.custom_id }, label);
  made.addEventListener('click', () => context.act('press', { custom_id: one.custom_id }, made));
  return made;
}

/** What a select offers: its own options, or the people, roles and channels of this place. */
export function offered(one, place) {
  if (one.type === 3) return one.options;
  const chosen = new Set((one.default_values ?? []).map((each) => each.id));
  const kinds = one.channel_types ?? [];
  return THINGS[one.type].flatMap((group) => place[group]
    .filter((each) => group !== 'rooms' || (each.kind !== 1 && (!kinds.length || kinds.includes(each.kind))))
    .map((each) => ({ value: each.id, label: `${{ people: '@', roles: each.name.startsWith('@') ? '' : '@', rooms: '#' }[group]}${each.name}`, default: chosen.has(each.id) })));
}

function select(one, context) {
  const options = offered(one, context.place);
  const [least, most] = [one.min_values ?? 1, one.max_values ?? 1];
  const now = options.filter((each) => each.default).map((each) => each.label).join(', ');
  const name = one.placeholder ?? say('choose');
  const summary = make('summary', { 'data-key': one.custom_id }, now ? make('span', { class: 'unseen' }, `${name}: `) : null, make('span', {}, now || name), icon('open'));
  if (one.disabled) return make('div', { class: 'select' }, make('button', { type: 'button', disabled: true, class: 'shut' }, now || name));
  const send = (values) => context.act('choose', { custom_id: one.custom_id, values, things: one.type !== 3 }, summary);
  const made = make('details', { class: 'select' }, summary);
  const close = () => { made.open = false; summary.focus(); };
  if (least === 1 && most === 1) {
    made.append(make('div', { class: 'options', role: 'group', 'aria-label': name }, options.map((each) => make('button', {
      type: 'button', class: 'option', 'aria-current': each.default ? 'true' : false,
      onclick: () => { close(); send([each.value]); },
    }, emoji(each), make('span', {}, each.label), each.default ? make('span', { class: 'tick', 'aria-hidden': 'true' }, '✓') : null, each.description ? make('span', { class: 'muted' }, each.description) : null))));
  } else {
    const boxes = options.map((each) => make('input', { type: 'checkbox', value: each.value, checked: each.default }));
    const done = make('button', { type: 'button', class: 'button primary' }, say('done'));
    const check = () => {
      const count = boxes.filter((box) => box.checked).length;
      done.disabled = count < least || count > most;
    };
    boxes.forEach((box) => box.addEventListener('change', check));
    check();
    done.addEventListener('click', () => { close(); send(boxes.filter((box) => box.checked).map((box) => box.value)); });
    made.append(make('div', { class: 'options', role: 'group', 'aria-label': name }, options.map((each, index) => make('label', { class: 'option' }, boxes[index], emoji(each), make('span', {}, each.label), each.description ? make('span', { class: 'muted' }, each.description) : null)), done));
  }
  made.addEventListener('keydown', (event) => { if (event.key === 'Escape' && made.open) { event.stopPropagation(); close(); } });
  return made;
}
