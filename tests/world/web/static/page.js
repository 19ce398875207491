// The page: who one is, what one sees, what happens when something is done. Choices live in the address, so that
// a link shows the same thing again: ?as=Mina&lang=ko&theme=light&room=general

import { compose, label, start } from './composer.js';
import { $, make } from './dom.js';
import { commands, modal, places, samples } from './forms.js';
import { message, prepare, spoken } from './message.js';
import { say, speak } from './texts.js';

const TYPING_MS = 10_000; // Discord: how long a typing indicator lasts
const chosen = new URLSearchParams(location.search);
const seen = new Map(); // id of a message: {body, element}
const dismissed = new Set(); // as in Discord, only this client forgets a private answer
const typing = new Map(); // name: when it ends
let place = null;
let stream = null;

function keep(name, value) {
  chosen.set(name, value);
  history.replaceState(null, '', `?${chosen}`);
}

const room = () => place.rooms.find((each) => each.name === chosen.get('room') && !(each.kind === 1 && chosen.get('room') === 'general')) ?? place.rooms[0];
const shown = (each) => (each.kind === 1 ? `@ ${each.name}` : each.parent ? `⤷ ${each.name}` : `# ${each.name}`);
const names = () => Object.fromEntries(['people', 'roles', 'rooms'].map((group) => [group, new Map(place[group].map((each) => [each.id, each.name]))]));
const context = () => ({ place, names: { ...names(), people: names().people.set(place.app.id, place.app.name) }, room: room(), ask, act, start: begin, dismiss });

/** One act of this person; null if it was refused, and then the reason is said. */
async function ask(what, body = {}, files = {}) {
  const form = new FormData();
  form.set('body', JSON.stringify({ as: chosen.get('as'), room: room().id, ...body }));
  for (const [name, each] of Object.entries(files)) for (const file of [each].flat()) form.append(name, file, file.name);
  $('trouble').textContent = '';
  try {
    const answer = await (await fetch(`/act/${what}`, { method: 'POST', body: form })).json();
    if (answer.error) { alarm(answer.error); return null; }
    return answer;
  } catch {
    alarm(say('connecting'));
    return null;
  }
}

/** An act the app answers: it may fail, or open a form. */
async function act(what, body, from, files = {}) {
  from?.setAttribute('aria-busy', 'true');
  const answer = await ask(what, body, files);
  from?.removeAttribute('aria-busy');
  if (answer?.failed) alarm(say('noAnswer'));
  if (answer?.modal) modal(answer.modal, context(), (fields) => act('submit', { form: answer.form, fields }));
}

function dismiss(id) {
  dismissed.add(id);
  seen.get(id).element.remove();
  $('words').focus();
}

function begin(what, one) {
  if (what === 'forward') places(place.rooms.map((each) => ({ ...each, shown: shown(each) })), (to) => ask('forward', { message: one.id, room: one.channel_id, to }));
  else start(what, one, one.author.global_name ?? one.author.username);
}

function open(what) {
  if (what === 'commands') commands(context(), (name, options, files, things) => act('slash', { name, options, things }, null, files));
  else samples(async ({ file }) => ask('voice', {}, { files: [new File([await (await fetch(`/samples/${file}`)).blob()], file)] }));
}

function alarm(text) {
  $('trouble').textContent = text;
}

/** Puts a message where it belongs, in place of its older self; whoever stood in it keeps their place. */
function put(body) {
  if (dismissed.has(body.id)) return;
  const before = seen.get(body.id)?.element;
  const element = message(body, context());
  seen.set(body.id, { body, element });
  if (body.channel_id !== room().id) { before?.remove(); return; }
  const key = before?.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  if (before?.isConnected) before.replaceWith(element);
  else {
    const next = [...$('log').children].find((each) => BigInt(each.dataset.id) > BigInt(body.id));
    $('log').insertBefore(element, next ?? null);
  }
  if (key) element.updateComplete.then(() => element.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus());
  $('empty').hidden = true;
}

function draw() {
  $('log').replaceChildren();
  $('empty').hidden = false;
  for (const { body } of [...seen.values()]) put(body);
  atBottom = true;
}

/** Whoever reads the newest message goes on reading the newest, whatever grows above it. */
let atBottom = true;

function follow() {
  const box = $('scroll');
  box.addEventListener('scroll', () => { atBottom = box.scrollHeight - box.scrollTop - box.clientHeight < 80; });
  const down = () => { if (atBottom) box.scrollTop = box.scrollHeight; };
  const grown = new ResizeObserver(down);
  grown.observe($('log'));
  grown.observe(box);
}

function furnish() {
  speak(place.me.locale);
  document.title = `${shown(room())} · Earshot`;
  $('room').textContent = shown(room());
  $('rooms').setAttribute('aria-label', say('rooms'));
  $('rooms').replaceChildren(make('p', { class: 'server' }, place.guild.name), ...place.rooms.map((each) => make('button', {
    type: 'button', 'data-key': `room-${each.id}`, 'aria-current': each.id === room().id ? 'page' : false, onclick: () => { keep('room', each.name); furnish(); draw(); document.querySelector(`[data-key="room-${each.id}"]`)?.focus(); },
  }, shown(each))));
  $('as').replaceChildren(...place.visitors.map((each) => make('option', { value: each, selected: each === chosen.get('as') }, each)));
  $('language').value = place.me.locale;
  $('server').value = place.guild.locale;
  $('log').setAttribute('aria-label', shown(room()));
  label(shown(room()));
  look(chosen.get('theme') ?? 'dark');
}

function look(theme) {
  document.documentElement.dataset.theme = theme;
  $('log').lightTheme = theme === 'light';
  $('theme').textContent = say(theme === 'light' ? 'dark' : 'light');
}

function types(body) {
  if (body.channel_id !== room().id || body.user_id === place.me.id) return;
  typing.set(body.user_id, Date.now() + TYPING_MS);
  indicate();
  setTimeout(indicate, TYPING_MS + 100);
}

function indicate() {
  for (const [id, ends] of typing) if (ends < Date.now()) typing.delete(id);
  const who = [...typing.keys()].map((id) => (id === place.app.id ? place.app.name : names().people.get(id) ?? '?'));
  $('typing').textContent = who.length ? say('typing', who.join(', ')) : '';
}

function listen() {
  stream?.close();
  seen.clear();
  stream = new EventSource(`/events?as=${encodeURIComponent(chosen.get('as'))}`);
  const on = (name, told) => stream.addEventListener(name, (event) => told(JSON.parse(event.data)));
  on('place', (body) => { const first = place === null; place = body; furnish(); if (!first) draw(); });
  on('messages', (body) => { seen.clear(); for (const one of body.messages) seen.set(one.id, { body: one }); draw(); document.body.dataset.ready = 'yes'; });
  on('message', (body) => {
    const before = seen.get(body.id)?.body;
    typing.delete(body.author.id);
    indicate();
    put(body);
    if (body.channel_id === room().id && !body.thinking && (!before || before.thinking)) announce(spoken(body));
  });
  on('gone', ({ id }) => {
    const held = seen.get(id);
    if (held?.element?.contains(document.activeElement)) $('words').focus();
    if (held?.body.channel_id === room().id) announce(say('deleted'));
    held?.element?.remove();
    seen.delete(id);
    $('empty').hidden = $('log').children.length > 0;
  });
  on('typing', types);
  stream.addEventListener('error', () => alarm(say('connecting')));
  stream.addEventListener('open', () => alarm(''));
}

function announce(text) {
  $('news').append(make('p', {}, text));
  while ($('news').children.length > 5) $('news').firstChild.remove();
}

await prepare();
chosen.set('as', chosen.get('as') ?? 'Mina');
compose({ ask, open, alarm });
follow();
$('as').addEventListener('change', () => { keep('as', $('as').value); place = null; listen(); });
$('language').addEventListener('change', () => ask('language', { whose: 'me', locale: $('language').value }));
$('server').addEventListener('change', () => ask('language', { whose: 'server', locale: $('server').value }));
$('theme').addEventListener('click', () => { keep('theme', document.documentElement.dataset.theme === 'light' ? 'dark' : 'light'); look(chosen.get('theme')); });
addEventListener('click', (event) => { for (const each of document.querySelectorAll('details[open]')) if (!each.contains(event.target)) each.open = false; });
if (chosen.get('lang')) {
  // The language is the person's, as in Discord; the address only sets it.
  const form = new FormData();
  form.set('body', JSON.stringify({ as: chosen.get('as'), whose: 'me', locale: chosen.get('lang') === 'ko' ? 'ko' : 'en-US' }));
  await fetch('/act/language', { method: 'POST', body: form });
  chosen.delete('lang');
}
listen();
