// A message as an element: who, when, in answer to what, words, files, embeds, components, and what one may do with it.

import { component, file, picture } from './components.js';
import { avatar, icon, make, safe } from './dom.js';
import { inline, markdown } from './markdown.js';
import { locale, localised, say } from './texts.js';
import { player } from './voice.js';

const VOICE = 1 << 13;
const LAYOUT = 1 << 15;

// The library's greys are too faint for small text on its grounds (WCAG 1.4.3); its times are not in Korean.
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
  :host { padding-right: 16px; font-family: inherit; font-size: 1rem; }
  :host(:hover), :host(:focus-within) { background: var(--hover); }
  .discord-message-timestamp, :host([light-theme]) .discord-message-timestamp { color: var(--muted); margin-left: 8px; }
  .discord-message-body { color: var(--text); line-height: 1.375rem; }
  .discord-message-content { min-width: 0; }
  @media (max-width: 40em) { :host { padding-left: 10px; padding-right: 10px; } .discord-author-avatar { margin-right: 10px; } }
`);
const plain = new CSSStyleSheet();
plain.replaceSync(':host { font-family: inherit; } .discord-replied-message-username { color: var(--text) !important; opacity: 1; }');
const faint = new CSSStyleSheet();
faint.replaceSync(':host { color: var(--muted) !important; }');
const tag = new CSSStyleSheet();
tag.replaceSync(':host { background-color: #4752c4 !important; }');
const nameOf = (user) => user.global_name ?? user.username.replace(/^./, (letter) => letter.toUpperCase());

/** The library's components, with what they lack. */
export async function prepare() {
  await import('/vendor/discord-components.js');
  const add = (name, ...sheets) => customElements.get(name).elementStyles.push(...sheets);
  add('discord-message', sheet);
  add('discord-verified-author-tag', tag);
  add('discord-embed-footer', faint);
  for (const name of ['discord-reply', 'discord-embed']) add(name, plain);
}

/** One message. `context`: {place, names, act(name, body, from), start(what, message), dismiss(id)}. */
export function message(one, context) {
  const name = nameOf(one.author);
  const made = make('discord-message', { role: 'listitem', author: name, avatar: avatar(name, one.author.bot), bot: one.author.bot, timestamp: when(one), 'data-id': one.id });
  made.classList.toggle('private', one.private);
  const say = (event, body, from) => context.act(event, { message: one.id, room: one.channel_id, ...body }, from);
  const within = { ...context, act: say };
  made.append(...[above(one, context), ...words(one, context), actions(one, name, within)].filter(Boolean));
  for (const [slot, children] of [['attachments', files(one)], ['embeds', (one.embeds ?? []).map((each) => embed(each, context))]]) {
    if (children.length) made.append(make('div', { slot }, children));
  }
  const below = (one.components ?? []).map((each) => component(each, within));
  if (one.private && !one.thinking) below.push(onlyYou(() => context.dismiss(one.id)));
  if (below.length) made.append(make('div', { slot: 'components', class: one.flags & LAYOUT ? 'layout' : '' }, below));
  const reactions = Object.values(one.reactions ?? []).map((each) => make('span', { class: 'reaction' }, `${each.emoji.name} ${each.count}`));
  if (reactions.length) made.append(make('div', { slot: 'reactions', class: 'row' }, reactions));
  return made;
}

/** What a screen reader is told of a new message. */
export function spoken(one) {
  const bodies = [one.content, ...(one.components ?? []).flatMap(texts)].filter(Boolean).join(' ');
  const plain = bodies.replace(/<t:\d+(:\w)?>|-# |[*_`~|#>\\]/g, ' ').replace(/\s+/g, ' ').trim();
  const sound = one.flags & VOICE ? say('voice') : (one.attachments ?? []).map((each) => each.filename).join(', ');
  return `${say('said', nameOf(one.author))} ${plain} ${sound}${one.private ? ` (${say('private')})` : ''}`.trim();
}

function texts(one) {
  return [one.type === 10 ? one.content : '', ...(one.components ?? []).flatMap(texts)];
}

function when(one) {
  const at = new Date(one.timestamp);
  const time = new Intl.DateTimeFormat(locale(), { timeStyle: 'short' }).format(at);
  return at.toDateString() === new Date().toDateString() ? say('today', time) : new Intl.DateTimeFormat(locale(), { dateStyle: 'short', timeStyle: 'short' }).format(at);
}

function above(one, context) {
  if (one.used) {
    const user = nameOf(one.interaction_metadata.user);
    return make('discord-reply', { slot: 'reply', author: user, avatar: avatar(user), mentions: true }, say('used', commandName(one, context)));
  }
  if (!one.message_reference || one.message_reference.type === 1) return null;
  const target = one.referenced_message;
  if (!target) return make('p', { slot: 'reply', class: 'lost' }, say('gone'));
  const user = nameOf(target.author);
  const preview = target.content ? inline(target.content.split('\n')[0].slice(0, 120), context.names) : [target.flags & VOICE ? say('voice') : say('attachment')];
  return make('discord-reply', { slot: 'reply', author: user, avatar: avatar(user, target.author.bot), bot: target.author.bot, mentions: (one.mentions ?? []).some((each) => each.id === target.author.id) }, preview);
}

/** The command as its reader's client calls it. */
function commandName(one, { place }) {
  const room = place.rooms.find((each) => each.id === one.channel_id);
  const slash = room?.commands.find((each) => each.name === one.used);
  const menu = room?.menus.find((each) => each.name === one.used);
  return slash ? `/${localised(slash)}` : menu ? localised(menu) : one.used;
}

function words(one, context) {
  if (one.thinking) return [make('p', { class: 'muted thinking' }, `${nameOf(one.author)} ${say('thinking')}`)];
  const made = markdown(one.content, context.names);
  if (one.edited_timestamp) (made.at(-1) ?? made[made.push(make('p')) - 1]).append(make('span', { class: 'muted edited' }, ` ${say('edited')}`));
  for (const { message: inner } of one.message_snapshots ?? []) {
    made.push(make('blockquote', { class: 'forwarded' }, make('p', { class: 'muted' }, icon('forward'), ` ${say('forwarded')}`), markdown(inner.content, context.names), files(inner), (inner.embeds ?? []).map((each) => embed(each, context))));
  }
  return made;
}

function files(one) {
  if (one.flags & LAYOUT) return []; // what such a message shows, its components show
  return (one.attachments ?? []).map((each) => {
    const kind = each.content_type ?? '';
    if (one.flags & VOICE) return player(each);
    if (kind.startsWith('image/')) return picture(each.url, each.description);
    const held = file(each.url, each.title ? `${each.title}${each.filename.match(/\.\w+$/) ?? ''}` : each.filename, each.size);
    if (kind.startsWith('audio/')) held.append(make('audio', { controls: true, preload: 'none', src: safe(each.url), 'aria-label': each.filename }));
    if (kind.startsWith('video/')) held.append(make('video', { controls: true, preload: 'none', src: safe(each.url), 'aria-label': each.filename }));
    return held;
  });
}

function embed(one, context) {
  const colour = one.color === undefined || one.color === null ? undefined : `#${one.color.toString(16).padStart(6, '0')}`;
  const made = make('discord-embed', { color: colour, embedTitle: one.title, url: one.url && safe(one.url), authorName: one.author?.name });
  if (one.description) made.append(make('discord-embed-description', { slot: 'description' }, markdown(one.description, context.names)));
  if (one.fields?.length) made.append(make('discord-embed-fields', { slot: 'fields' }, one.fields.map((each) => make('discord-embed-field', { fieldTitle: each.name, inline: each.inline }, markdown(each.value, context.names)))));
  const foot = [one.image && picture(one.image.url, one.image.description), one.footer && make('discord-embed-footer', {}, one.footer.text)].filter(Boolean);
  if (foot.length) made.append(make('div', { slot: 'footer' }, foot));
  return made;
}

function onlyYou(dismiss) {
  return make('p', { class: 'muted only' }, icon('eye'), ` ${say('private')} • `, make('button', { type: 'button', class: 'link', onclick: dismiss }, say('dismiss')));
}

function actions(one, name, { act, start, place }) {
  if (one.private || one.thinking) return null;
  const room = place.rooms.find((each) => each.id === one.channel_id);
  const summary = make('summary', { 'aria-label': say('actions', name), 'data-key': 'actions' }, icon('more'));
  const made = make('details', { class: 'actions' }, summary);
  const item = (label, onclick) => make('button', { type: 'button', class: 'option', onclick: () => { made.open = false; onclick(); } }, label);
  const apps = (room?.menus ?? []).map((each) => item(`${say('apps')} › ${localised(each)}`, () => act('menu', { name: each.name }, summary)));
  made.append(make('div', { class: 'options' }, apps, item(say('reply'), () => start('reply', one)), item(say('forward'), () => start('forward', one)),
    one.mine && !(one.flags & VOICE) && item(say('edit'), () => start('edit', one)), one.may_delete && item(say('delete'), () => act('delete', {}, summary))));
  made.addEventListener('keydown', (event) => { if (event.key === 'Escape') { made.open = false; summary.focus(); } });
  return made;
}
