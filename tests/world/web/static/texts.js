// What the page itself says. What the bot says comes from the bot, and is nowhere here.

const TEXTS = {
  en: {
    skip: 'Skip to writing', rooms: 'Channels', direct: 'Direct message', as: 'You are', language: 'Your language',
    serverLanguage: 'Server language', dark: 'Dark look', light: 'Light look',
    empty: 'Nothing here yet. Record a voice message, drop a sound file, or take a sample note.',
    write: (room) => `Message ${room}`, attach: 'Attach files', samples: 'Sample notes', commands: 'Commands',
    record: 'Record a voice message', stop: 'Stop and send the recording', send: 'Send',
    noMicrophone: 'No microphone could be used. Drop a sound file here, or take a sample note.',
    asVoice: 'as a voice message', remove: (name) => `Remove ${name}`, drop: 'Drop files to attach them',
    answering: (name) => `Replying to ${name}`, cancel: 'Cancel', editing: 'Editing your message',
    typing: (names) => `${names} is typing…`, thinking: 'is thinking…', app: 'APP', edited: '(edited)',
    private: 'Only you can see this', dismiss: 'Dismiss message', gone: 'Original message was deleted',
    forwarded: 'Forwarded', used: (name) => `used ${name}`, attachment: 'Click to see the attachment',
    actions: (name) => `Actions for the message by ${name}`, apps: 'Apps', reply: 'Reply', edit: 'Edit',
    forward: 'Forward', delete: 'Delete', voice: 'Voice message', voiceOf: (time) => `Voice message, ${time}`,
    play: 'Play', pause: 'Pause', download: (name) => `Download ${name}`, noAnswer: 'The application did not respond',
    submit: 'Submit', run: 'Run', close: 'Close', done: 'Done', choose: 'Choose', back: 'Back', today: (time) => `Today at ${time}`,
    required: 'required', find: 'Find a command', noCommands: 'Nothing is offered here.', spoiler: 'Spoiler, press to show',
    sampleSilence: 'A quiet room, nobody speaks', postedAsVoice: 'Posted as voice messages of yours.', deleted: 'A message was deleted',
    connecting: 'The connection was lost; trying again…', yes: 'Yes', no: 'No', unset: 'not set', forwardTo: 'Forward to', said: (name) => `${name}:`,
    image: 'Image without a description', chosen: 'chosen', opensNew: '(opens in a new tab)',
  },
  ko: {
    skip: '입력란으로 건너뛰기', rooms: '채널', direct: '다이렉트 메시지', as: '사용자', language: '내 언어',
    serverLanguage: '서버 언어', dark: '어두운 테마', light: '밝은 테마',
    empty: '아직 메시지가 없어요. 음성 메시지를 녹음하거나, 소리 파일을 끌어다 놓거나, 예시 음성을 골라 보세요.',
    write: (room) => `${room}에 메시지 보내기`, attach: '파일 첨부', samples: '예시 음성', commands: '명령어',
    record: '음성 메시지 녹음', stop: '녹음을 마치고 보내기', send: '보내기',
    noMicrophone: '마이크를 쓸 수 없어요. 소리 파일을 끌어다 놓거나 예시 음성을 골라 보세요.',
    asVoice: '음성 메시지로', remove: (name) => `${name} 빼기`, drop: '파일을 놓으면 첨부돼요',
    answering: (name) => `${name} 님에게 답장하는 중`, cancel: '취소', editing: '내 메시지를 고치는 중',
    typing: (names) => `${names} 님이 입력하고 있어요…`, thinking: '님이 생각하고 있어요…', app: '앱', edited: '(수정됨)',
    private: '나에게만 보이는 메시지예요', dismiss: '메시지 닫기', gone: '원본 메시지가 삭제되었어요',
    forwarded: '전달됨', used: (name) => `${name} 사용`, attachment: '눌러서 첨부 파일 보기',
    actions: (name) => `${name} 님의 메시지에 대한 동작`, apps: '앱', reply: '답장', edit: '수정',
    forward: '전달', delete: '삭제', voice: '음성 메시지', voiceOf: (time) => `음성 메시지, ${time}`,
    play: '재생', pause: '일시정지', download: (name) => `${name} 내려받기`, noAnswer: '애플리케이션이 응답하지 않았어요',
    submit: '제출', run: '실행', close: '닫기', done: '완료', choose: '선택', back: '뒤로', today: (time) => `오늘 ${time}`,
    required: '필수', find: '명령어 찾기', noCommands: '여기서 쓸 수 있는 것이 없어요.', spoiler: '스포일러, 눌러서 보기',
    sampleSilence: '아무도 말하지 않는 조용한 방', postedAsVoice: '내 음성 메시지로 올라가요.', deleted: '메시지가 삭제되었어요',
    connecting: '연결이 끊어졌어요. 다시 연결하고 있어요…', yes: '예', no: '아니요', unset: '설정 안 함', forwardTo: '전달할 곳', said: (name) => `${name}:`,
    image: '설명이 없는 이미지', chosen: '선택됨', opensNew: '(새 탭에서 열림)',
  },
};

let language = 'en';

export function speak(locale) {
  language = locale.startsWith('ko') ? 'ko' : 'en';
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = say(element.dataset.text);
}

export function say(key, ...values) {
  const text = TEXTS[language][key];
  return typeof text === 'function' ? text(...values) : text;
}

export const locale = () => (language === 'ko' ? 'ko-KR' : 'en-US');

export const texts = TEXTS;

/** A command, option or choice under the name it has in this language. */
export function localised(offer, field = 'name') {
  const names = offer[`${field}_localizations`] ?? {};
  return names[language === 'ko' ? 'ko' : 'en-US'] ?? offer[field];
}
