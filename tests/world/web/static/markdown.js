// The part of Discord's Markdown that messages use, as elements. What is said in a message is never HTML.

import { make, safe } from './dom.js';
import { locale, say } from './texts.js';

const DEEPEST = 12;
// Atoms are escapes or single characters, so that an escaped mark ends nothing.
const INLINE = [
  [/^\\([^A-Za-z0-9\s])/, ([, mark]) => mark],
  [/^(`+)((?:(?!\1)[\s\S])+)\1(?!`)/, ([, , code]) => make('code', {}, code.replace(/^ (.*) $/, '$1'))],
  [/^<@!?(\d+)>/, ([whole, id], names) => mention('user', names.people.get(id), whole)],
  [/^<@&(\d+)>/, ([whole, id], names) => mention('role', names.roles.get(id), whole)],
  [/^<#(\d+)>/, ([whole, id], names) => mention('channel', names.rooms.get(id), whole)],
  [/^<\/([^:>\n]{1,80}):\d+>/, ([whole, name]) => mention('slash', name, whole)],
  [/^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/, ([, seconds, style]) => moment(Number(seconds), style)],
  [/^<a?:(\w{2,32}):\d+>/, ([, name]) => `:${name}:`],
  [/^\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/, ([, inner], names, depth) => make('strong', {}, inline(inner, names, depth))],
  [/^__((?:\\[\s\S]|[^\\])+?)__(?!_)/, ([, inner], names, depth) => make('u', {}, inline(inner, names, depth))],
  [/^~~((?:\\[\s\S]|[^\\])+?)~~/, ([, inner], names, depth) => make('s', {}, inline(inner, names, depth))],
  [/^\|\|((?:\\[\s\S]|[^\\])+?)\|\|/, ([, inner], names, depth) => spoiler(inline(inner, names, depth))],
  [/^\*(?![\s*])((?:\\[\s\S]|[^\\*])+?)\*(?!\*)/, ([, inner], names, depth) => make('em', {}, inline(inner, names, depth))],
  [/^_((?:\\[\s\S]|[^\\_])+?)_(?!\w)/, ([, inner], names, depth) => make('em', {}, inline(inner, names, depth))],
  [/^\[((?:\\[\s\S]|[^\\\]\n])+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/, ([whole, inner, url], names, depth) => link(url, inline(inner, names, depth), whole)],
  [/^<(https?:\/\/[^\s<>]+)>/, ([whole, url]) => link(url, [url], whole)],
  [/^https?:\/\/[^\s<]*[^\s<.,:;"'\])]/, ([url]) => link(url, [url], url)],
];
const PLAIN = /^[^\\`<*_~|[h]+|^[\s\S]/u;

/** One run of text. */
export function inline(text, names, depth = 0) {
  if (depth > DEEPEST) return [text];
  const made = [];
  while (text) {
    const [found, build] = first(text);
    made.push(found ? build(found, names, depth + 1) : text.match(PLAIN)[0]);
    text = text.slice((found ?? text.match(PLAIN))[0].length);
  }
  return made;
}

function first(text) {
  for (const [pattern, build] of INLINE) {
    const found = text.match(pattern);
    if (found) return [found, build];
  }
  return [null, null];
}

/** A whole message: blocks of code, headings, small text, quotes, lists, and lines. */
export function markdown(text, names) {
  const made = [];
  for (const [index, part] of text.split(/```/).entries()) {
    const isCode = index % 2 === 1 && text.split('```').length > index + 1;
    if (isCode) made.push(make('pre', { tabindex: '0' }, make('code', {}, part.replace(/^[\w+-]+\n/, '').replace(/^\n/, ''))));
    else made.push(...lines((index % 2 === 1 ? '```' : '') + part, names));
  }
  return made;
}

function lines(text, names) {
  const made = [];
  let rest = text.replace(/^\n/, '').replace(/\n$/, '').split('\n');
  if (rest.length === 1 && !rest[0]) return made;
  while (rest.length) {
    const line = rest[0];
    const heading = line.match(/^(#{1,3}) +(.+)/);
    const like = (pattern) => rest.findIndex((each) => !pattern.test(each));
    const take = (pattern) => rest.splice(0, like(pattern) < 0 ? rest.length : like(pattern));
    if (heading) made.push(make('p', { class: `heading heading-${heading[1].length}`, role: 'heading', 'aria-level': 2 }, inline(heading[2], names)));
    else if (/^-# +\S/.test(line)) made.push(make('p', { class: 'small' }, inline(line.slice(3), names)));
    else if (/^>>> /.test(line)) { made.push(make('blockquote', {}, lines(rest.join('\n').slice(4), names))); break; }
    else if (/^> /.test(line)) { made.push(make('blockquote', {}, lines(take(/^> /).map((each) => each.slice(2)).join('\n'), names))); continue; }
    else if (/^ *[-*] +\S/.test(line)) { made.push(list('ul', take(/^ *[-*] +\S/), /^ *[-*] +/, names)); continue; }
    else if (/^\d{1,9}\. +\S/.test(line)) { made.push(list('ol', take(/^\d{1,9}\. +\S/), /^\d+\. +/, names)); continue; }
    else made.push(make('p', {}, line ? inline(line, names) : make('br')));
    rest = rest.slice(1);
  }
  return made;
}

function list(tag, items, mark, names) {
  return make(tag, {}, items.map((each) => make('li', {}, inline(each.replace(mark, ''), names))));
}

function mention(type, name, whole) {
  return name === undefined ? whole : make('discord-mention', { type }, name);
}

function spoiler(children) {
  const hidden = make('span', { class: 'spoiler', role: 'button', tabindex: '0', 'aria-label': say('spoiler') }, make('span', { 'aria-hidden': 'true' }, children));
  const show = () => hidden.replaceWith(make('span', { class: 'shown', tabindex: '-1' }, children));
  hidden.addEventListener('click', show);
  hidden.addEventListener('keydown', (event) => ['Enter', ' '].includes(event.key) && (event.preventDefault(), show()));
  return hidden;
}

function link(url, children, whole) {
  const href = safe(url);
  return href ? make('a', { href, target: '_blank', rel: 'noopener noreferrer nofollow' }, children) : whole;
}

const STYLES = {
  t: { timeStyle: 'short' }, T: { timeStyle: 'medium' }, d: { dateStyle: 'short' }, D: { dateStyle: 'long' },
  f: { dateStyle: 'long', timeStyle: 'short' }, F: { dateStyle: 'full', timeStyle: 'short' },
};
const UNITS = [['year', 31_536_000], ['month', 2_592_000], ['day', 86_400], ['hour', 3600], ['minute', 60], ['second', 1]];

function moment(seconds, style = 'f') {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return '';
  const told = style === 'R' ? distance(seconds - Date.now() / 1000) : new Intl.DateTimeFormat(locale(), STYLES[style]).format(at);
  return make('time', { dateTime: at.toISOString() }, told);
}

function distance(seconds) {
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}
