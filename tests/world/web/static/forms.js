// What opens over the page: the app's forms, the list of commands and their options, sample notes, where to forward to.

import { offered } from './components.js';
import { icon, make } from './dom.js';
import { markdown } from './markdown.js';
import { localised, say } from './texts.js';
import { clock } from './voice.js';

let count = 0;

/** A dialog with a heading; focus goes into it and, when it closes, back to where it was. */
export function dialog(title, ...children) {
  const back = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
  const key = back?.dataset?.key;
  const id = `title-${(count += 1)}`;
  const made = make('dialog', { 'aria-labelledby': id }, make('div', { class: 'dialog' }, make('header', {}, make('h2', { id }, title),
    make('button', { type: 'button', class: 'tool', 'aria-label': say('close'), onclick: () => made.close() }, icon('close'))), ...children));
  made.addEventListener('close', () => {
    made.remove();
    const again = back?.isConnected ? back : key && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    (again || document.getElementById('words')).focus();
  });
  document.body.append(made);
  made.showModal();
  return made;
}

function field(label, control, { hint, required } = {}) {
  const id = `field-${(count += 1)}`;
  control.id = id;
  if (hint) control.setAttribute('aria-describedby', `${id}-hint`);
  return make('div', { class: 'field' }, make('label', { htmlFor: id }, label, required ? make('span', { class: 'muted' }, ` (${say('required')})`) : null),
    hint ? make('p', { id: `${id}-hint`, class: 'muted' }, hint) : null, control);
}

/** A form the app opened ("Modal", docs); sends what its fields say. */
export function modal(shape, context, send) {
  const fields = {};
  const rows = shape.components.map((row) => {
    if (row.type === 10) return make('div', { class: 'text' }, markdown(row.content, context.names));
    const one = row.component ?? row.components?.[0] ?? row;
    const control = input(one, context.place);
    fields[one.custom_id] = control;
    return field(row.label ?? one.label ?? one.placeholder ?? one.custom_id, control, { hint: row.description, required: one.required !== false });
  });
  const form = make('form', {}, rows, make('div', { class: 'row end' }, make('button', { type: 'button', class: 'button secondary', onclick: () => made.close() }, say('cancel')), make('button', { class: 'button primary' }, say('submit'))));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = Object.fromEntries(Object.entries(fields).map(([name, control]) => [name, value(control)]));
    made.close();
    await send(values);
  });
  const made = dialog(shape.title, form);
  form.querySelector('input, textarea, select')?.focus();
}

function value(control) {
  if (control.multiple) return [...control.selectedOptions].map((each) => each.value);
  return control.dataset.list ? [control.value].filter(Boolean) : control.value;
}

function input(one, place) {
  const required = one.required !== false;
  if (one.type === 4) {
    const shared = { value: one.value ?? '', required, placeholder: one.placeholder ?? '' };
    const made = make(one.style === 2 ? 'textarea' : 'input', shared);
    if (one.max_length) made.maxLength = one.max_length;
    if (one.min_length) made.minLength = one.min_length;
    return made;
  }
  const many = (one.max_values ?? 1) > 1;
  const made = make('select', { multiple: many, required, 'data-list': 'yes' }, offered(one, place).map((each) => make('option', { value: each.value, selected: each.default }, each.label)));
  if (!many && !(one.options ?? []).some((each) => each.default)) made.prepend(make('option', { value: '', selected: true }, one.placeholder ?? say('choose')));
  return made;
}

/** Every command of this room, sub-commands one by one. */
function* flattened(command, above = [], names = []) {
  const inner = (command.options ?? []).filter((each) => each.type <= 2);
  const path = [...above, command.name];
  const shown = [...names, localised(command)];
  if (!inner.length) yield { name: path.join(' '), shown: `/${shown.join(' ')}`, told: localised(command, 'description'), options: command.options ?? [] };
  for (const each of inner) yield* flattened(each, path, shown);
}

/** The list of commands, then the options of the one chosen. */
export function commands(context, run) {
  const all = context.room.commands.flatMap((each) => [...flattened(each)]);
  const find = make('input', { type: 'search' });
  const rows = all.map((each) => make('button', { type: 'button', class: 'option wide', onclick: () => { made.close(); options(each, context, run); } }, make('strong', {}, each.shown), make('span', { class: 'muted' }, each.told)));
  find.addEventListener('input', () => {
    const typed = find.value.toLowerCase().replace(/^\//, '');
    rows.forEach((row, index) => { row.hidden = !`${all[index].name} ${row.textContent}`.toLowerCase().includes(typed); });
  });
  const made = dialog(say('commands'), field(say('find'), find), all.length ? make('div', { class: 'list' }, rows) : make('p', {}, say('noCommands')));
  find.addEventListener('keydown', (event) => {
    const shown = rows.filter((row) => !row.hidden);
    if (event.key === 'Enter' && shown.length) { event.preventDefault(); shown[0].click(); }
    if (event.key === 'ArrowDown' && shown.length) { event.preventDefault(); shown[0].focus(); }
  });
  find.focus();
}

function options(command, context, run) {
  if (!command.options.length) { run(command.name, {}, {}, []); return; }
  const controls = command.options.map((each) => [each, option(each, command, context, () => gathered(controls))]);
  const form = make('form', {}, controls.map(([each, control]) => field(localised(each), control, { hint: localised(each, 'description'), required: each.required })),
    make('div', { class: 'row end' }, make('button', { type: 'button', class: 'button secondary', onclick: () => { made.close(); commands(context, run); } }, say('back')), make('button', { class: 'button primary' }, say('run'))));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const { values, files, things } = gathered(controls);
    made.close();
    run(command.name, values, files, things);
  });
  const made = dialog(command.shown, form);
  controls[0][1].focus();
}

function gathered(controls) {
  const [values, files, things] = [{}, {}, []];
  for (const [each, control] of controls) {
    if (each.type === 11) { if (control.files[0]) [files[each.name]] = control.files; continue; }
    if (control.value === '') continue;
    values[each.name] = { 4: Number, 10: Number, 5: (word) => word === 'true' }[each.type]?.(control.value) ?? control.value;
    if (each.type >= 6 && each.type <= 9) things.push(each.name);
  }
  return { values, files, things };
}

/** The control of one option ("Application Command Option Type", docs). */
function option(each, command, context, now) {
  const required = Boolean(each.required);
  const list = (pairs) => make('select', { required }, make('option', { value: '' }, say('unset')), pairs.map(([name, held]) => make('option', { value: held }, name)));
  if (each.choices?.length) return list(each.choices.map((choice) => [localised(choice), choice.value]));
  switch (each.type) {
    case 4: case 10: return make('input', { type: 'number', required, min: each.min_value, max: each.max_value, step: each.type === 4 ? '1' : 'any' });
    case 5: return list([[say('yes'), 'true'], [say('no'), 'false']]);
    case 6: case 7: case 8: case 9: return list(offered({ type: { 6: 5, 7: 8, 8: 6, 9: 7 }[each.type], channel_types: each.channel_types }, context.place).map((thing) => [thing.label, thing.value]));
    case 11: return make('input', { type: 'file', required });
    default: return each.autocomplete ? completing(each, command, context, now, required) : make('input', { type: 'text', required, maxLength: each.max_length ?? 6000 });
  }
}

function completing(each, command, context, now, required) {
  const id = `list-${(count += 1)}`;
  const choices = make('datalist', { id });
  const made = make('input', { type: 'text', required, list: undefined });
  made.setAttribute('list', id);
  document.body.append(choices);
  made.addEventListener('input', async () => {
    const { values, things } = now();
    const found = await context.ask('complete', { name: command.name, option: each.name, options: { ...values, [each.name]: made.value }, things });
    choices.replaceChildren(...(found?.choices ?? []).map((choice) => make('option', { value: choice.value, label: localised(choice) })));
  });
  return made;
}

/** Spoken notes for those without a microphone. */
export async function samples(post) {
  const notes = await (await fetch('/samples')).json();
  const made = dialog(say('samples'), make('p', {}, say('postedAsVoice')), make('div', { class: 'list' }, notes.map((each) => make('button', { type: 'button', class: 'option wide', onclick: () => { made.close(); post(each); } },
    make('strong', {}, `${each.file} · ${clock(each.ms / 1000)}`), make('span', { class: 'muted', lang: each.text ? 'en' : false }, each.text || say('sampleSilence'))))));
}

/** Where a message is forwarded to. */
export function places(rooms, send) {
  const made = dialog(say('forwardTo'), make('div', { class: 'list' }, rooms.map((each) => make('button', { type: 'button', class: 'option wide', onclick: () => { made.close(); send(each.id); } }, make('strong', {}, each.shown)))));
}
