// Building elements. Text only ever becomes text: nothing on this page is written as HTML.

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name in element && !name.includes('-') && name !== 'role' && name !== 'slot') element[name] = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const $ = (id) => document.getElementById(id);

/** Only addresses a link or picture may have; all else is dropped. */
export function safe(url) {
  try {
    const parsed = new URL(url, location.href);
    return ['http:', 'https:'].includes(parsed.protocol) ? parsed.href : undefined;
  } catch {
    return undefined;
  }
}

const STROKES = {
  attach: 'M12 5v14M5 12h14', samples: 'M9 18V5l10-2v13M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM19 16a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z',
  commands: 'M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM14 8l-4 8', send: 'M4 4l17 8-17 8 3-8ZM7 12h14',
  record: 'M12 3a3 3 0 0 1 3 3v6a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3ZM6 11v1a6 6 0 0 0 12 0v-1M12 18v3', stop: 'M7 7h10v10H7Z', close: 'M6 6l12 12M18 6L6 18',
  play: 'M8 5l11 7-11 7Z', pause: 'M9 5v14M15 5v14', file: 'M6 3h8l4 4v14H6ZM14 3v4h4', forward: 'M14 6l6 6-6 6M20 12H9a5 5 0 0 0-5 5v1',
  more: 'M5 12h.01M12 12h.01M19 12h.01', open: 'M6 9l6 6 6-6', eye: 'M2 12s4-6 10-6 10 6 10 6-4 6-10 6S2 12 2 12ZM14.5 12a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z',
};

/** A drawing beside words that say the same; screen readers pass it over. */
export function icon(name) {
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [key, value] of Object.entries({ viewBox: '0 0 24 24', class: `icon icon-${name}`, 'aria-hidden': 'true' })) drawing.setAttribute(key, value);
  drawing.append(document.createElementNS('http://www.w3.org/2000/svg', 'path'));
  drawing.firstChild.setAttribute('d', STROKES[name]);
  return drawing;
}

const COLOURS = ['#5865f2', '#3b7a57', '#b2451f', '#8a3ea8', '#a12c5c', '#2f6f9f'];

/** A round picture with somebody's first letter. */
export function avatar(name, isApp = false) {
  const colour = isApp ? '#4752c4' : COLOURS[[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLOURS.length];
  const letter = [...name][0].replace(/[<&>]/g, '');
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="${colour}"/>` + (isApp
    ? '<g stroke="#fff" stroke-width="3" stroke-linecap="round"><path d="M10 17v6M15 13v14M20 9v22M25 14v12M30 17v6"/></g>'
    : `<text x="20" y="27" font-size="20" font-family="sans-serif" text-anchor="middle" fill="#fff">${letter}</text>`) + '</svg>';
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}
