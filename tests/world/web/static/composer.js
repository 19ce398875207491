// Where a visitor writes, attaches, drops and records.

import { $, icon, make } from './dom.js';
import { say } from './texts.js';

const tray = []; // {file, asVoice}
let about = null; // {what: 'reply' | 'edit', message}
let recorder = null;

/** `ask(act, body, files)` posts; `open(what)` opens commands or samples; `alarm(text)` says what went wrong. */
export function compose({ ask, open, alarm }) {
  $('composer').addEventListener('submit', (event) => { event.preventDefault(); send(ask); });
  $('words').addEventListener('keydown', (event) => {
    if (event.isComposing) return; // the Enter that ends a Korean syllable sends nothing
    if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); send(ask); }
    if (event.key === '/' && !$('words').value) { event.preventDefault(); open('commands'); }
    if (event.key === 'Escape') start(null);
  });
  $('words').addEventListener('input', grow);
  $('attach').addEventListener('click', () => $('files').click());
  $('files').addEventListener('change', () => { add($('files').files); $('files').value = ''; });
  $('commands').addEventListener('click', () => open('commands'));
  $('samples').addEventListener('click', () => open('samples'));
  $('record').addEventListener('click', () => (recorder ? recorder.stop() : record(ask, alarm)));
  addEventListener('dragover', (event) => { event.preventDefault(); document.body.classList.add('dropping'); });
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) document.body.classList.remove('dropping'); });
  addEventListener('drop', (event) => { event.preventDefault(); document.body.classList.remove('dropping'); add(event.dataTransfer.files); });
  $('words').addEventListener('paste', (event) => add(event.clipboardData.files));
}

/** Answer a message, or write it anew; null ends it. */
export function start(what, message = null, name = '') {
  about = what && { what, message };
  $('answering').hidden = !what;
  $('answering').replaceChildren(...(what ? [what === 'edit' ? say('editing') : say('answering', name), make('button', { type: 'button', class: 'link', onclick: () => start(null) }, say('cancel'))] : []));
  $('words').value = what === 'edit' ? message.content : $('words').value;
  $('words').focus();
}

/** The words of the controls, in the language of the visitor. */
export function label(room) {
  for (const id of ['attach', 'samples', 'commands', 'send']) {
    $(id).replaceChildren(icon(id));
    $(id).title = say(id);
    $(id).setAttribute('aria-label', say(id));
  }
  $('words').placeholder = say('write', room);
  $('words').setAttribute('aria-label', say('write', room));
  $('files').setAttribute('aria-label', say('attach'));
  recording();
}

async function send(ask) {
  const content = $('words').value.trim();
  if (!content && !tray.length) return;
  const done = await deliver(ask, content);
  if (!done) return;
  $('words').value = '';
  grow();
  if (about) start(null);
  tray.length = 0;
  show();
}

async function deliver(ask, content) {
  if (about?.what === 'edit') return ask('edit', { message: about.message.id, room: about.message.channel_id, content });
  for (const each of tray.filter((held) => held.asVoice)) if (!(await ask('voice', {}, { files: [each.file] }))) return null;
  const plain = tray.filter((held) => !held.asVoice).map((held) => held.file);
  if (!content && !plain.length) return true;
  return ask('say', { content, reply_to: about?.message.id }, { files: plain });
}

function add(files) {
  tray.push(...[...files].map((file) => ({ file, asVoice: false })));
  show();
}

function show() {
  $('tray').replaceChildren(...tray.map((each) => {
    const voice = make('input', { type: 'checkbox', checked: each.asVoice, onchange: () => { each.asVoice = voice.checked; } });
    return make('li', {}, make('span', {}, each.file.name), /^(audio|video)\//.test(each.file.type) ? make('label', {}, voice, ` ${say('asVoice')}`) : null,
      make('button', { type: 'button', class: 'tool', 'aria-label': say('remove', each.file.name), onclick: () => { tray.splice(tray.indexOf(each), 1); show(); $('words').focus(); } }, icon('close')));
  }));
}

function grow() {
  $('words').style.height = 'auto';
  $('words').style.height = `${Math.min($('words').scrollHeight, 200)}px`;
}

async function record(ask, alarm) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    alarm(say('noMicrophone'));
    return;
  }
  const parts = [];
  recorder = new MediaRecorder(stream);
  recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
  recorder.addEventListener('stop', async () => {
    stream.getTracks().forEach((track) => track.stop());
    const { mimeType } = recorder;
    recorder = null;
    recording();
    await ask('voice', {}, { files: [new File(parts, 'recording', { type: mimeType })] });
  });
  recorder.start();
  recording();
}

function recording() {
  const isOn = recorder !== null;
  $('record').replaceChildren(icon(isOn ? 'stop' : 'record'));
  $('record').title = say(isOn ? 'stop' : 'record');
  $('record').setAttribute('aria-label', say(isOn ? 'stop' : 'record'));
  $('record').setAttribute('aria-pressed', String(isOn));
}
