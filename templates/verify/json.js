// Canonical JSON (RFC 8785) as the format restricts it: one text for every value, and nothing else is read.

const MAX_JSON_BYTES = 16 << 20;
const MAX_JSON_DEPTH = 32;
const MAX_JSON_VALUES = 1 << 20;

// What is wrong with a text, where an object is expected to become a value of the format.
class Wrong extends Error {}

// Objects become maps, so that no key of a stranger means anything to this program.
function parseJson(bytes) {
  if (bytes.length > MAX_JSON_BYTES) throw new Wrong(`${bytes.length} bytes of JSON, the limit is ${MAX_JSON_BYTES}`);
  const text = textOf(bytes);
  if (text === null) throw new Wrong('not UTF-8');
  let at = 0, values = 0;

  const refuse = (problem) => new Wrong(`not canonical JSON at character ${at}: ${problem}`);

  function take(literal) {
    if (!text.startsWith(literal, at)) return false;
    at += literal.length;
    return true;
  }

  function value(depth) {
    values += 1;
    if (values > MAX_JSON_VALUES) throw refuse('more values than allowed');
    if (take('null')) return null;
    if (take('true')) return true;
    if (take('false')) return false;
    const first = text[at];
    if (first === '"') return string();
    if (first === '[' || first === '{') {
      if (depth >= MAX_JSON_DEPTH) throw refuse('nested too deep');
      return first === '[' ? array(depth + 1) : object(depth + 1);
    }
    return integer();
  }

  function integer() {
    const end = /[^0-9-]/g;
    end.lastIndex = at;
    const digits = text.slice(at, end.exec(text)?.index ?? text.length).slice(0, 32);
    const number = Number(digits);
    if (digits === '' || !Number.isSafeInteger(number) || String(number) !== digits) {
      throw refuse('expected a value; numbers are integers in their shortest form between -(2^53-1) and 2^53-1');
    }
    at += digits.length;
    return number;
  }

  // The text between two quotes is decoded, written again, and compared. Half a surrogate pair is no text.
  function string() {
    if (text[at] !== '"') throw refuse('expected a string');
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    const written = text.slice(at, end + 1);
    let found = null;
    try {
      found = JSON.parse(written);
    } catch {
      // told below
    }
    if (typeof found !== 'string' || JSON.stringify(found) !== written || /\p{Cs}/u.test(found)) {
      throw refuse('a string that does not end, or a character in it that is written otherwise in the canonical form');
    }
    at = end + 1;
    return found;
  }

  function array(depth) {
    const items = [];
    if (take('[]')) return items;
    while (take(items.length === 0 ? '[' : ',')) items.push(value(depth));
    if (!take(']')) throw refuse('expected `,` or `]`');
    return items;
  }

  function object(depth) {
    const members = new Map();
    let last = null;
    if (take('{}')) return members;
    while (take(last === null ? '{' : ',')) {
      const key = string();
      if (/[^\0-\x7f]/.test(key)) throw refuse('a key with a character outside ASCII');
      if (last !== null && key <= last) throw refuse('a key that is there twice or out of order');
      if (!take(':')) throw refuse('expected `:`');
      members.set(key, value(depth));
      last = key;
    }
    if (!take('}')) throw refuse('expected `,` or `}`');
    return members;
  }

  const found = value(0);
  if (at !== text.length) throw refuse('something follows the value');
  return found;
}

// The canonical text of a value made of plain objects, arrays, strings, integers, booleans and null.
function printJson(value) {
  if (Array.isArray(value)) return `[${value.map(printJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value).sort(compareText);
    return `{${keys.map((key) => `${JSON.stringify(key)}:${printJson(value[key])}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

// Readers of one value: they give what they understood, or undefined.

const aString = { is: 'a string', read: (value) => (typeof value === 'string' ? value : undefined) };
const aCount = { is: 'an integer from 0', read: (value) => (typeof value === 'number' && value >= 0 ? value : undefined) };
const aBoolean = { is: 'true or false', read: (value) => (typeof value === 'boolean' ? value : undefined) };

function text(is, understand) {
  return { is, read: (value) => (typeof value === 'string' ? understand(value) : undefined) };
}

const aDigest = text('a SHA-256', (value) => (/^[0-9a-f]{64}$/.test(value) ? value : undefined));

function listOf(what, place) {
  return {
    is: 'an array',
    read: (value) => (Array.isArray(value) ? value.map((item) => (what.members ? what.members(item, place) : what.read(item))) : undefined),
  };
}

// An object with exactly these members; those with a name that ends in `?` may be missing.
function anObject(shape) {
  const wanted = Object.entries(shape).map(([name, reader]) => [name.replace(/\?$/, ''), name.endsWith('?'), reader]);
  return {
    members(value, place) {
      if (!(value instanceof Map)) throw new Wrong(`${place || 'the whole'} is not an object`);
      const inside = (name) => (place ? `${place}.${name}` : name);
      const out = {};
      for (const [name, isOptional, reader] of wanted) {
        const member = value.get(name);
        if (member === undefined) {
          if (isOptional) continue;
          throw new Wrong(`${inside(name)} is missing`);
        }
        out[name] = reader.members ? reader.members(member, inside(name)) : reader.read(member);
        if (out[name] === undefined) throw new Wrong(`${inside(name)} is not ${reader.is}`);
      }
      for (const name of value.keys()) {
        if (!wanted.some(([known]) => known === name)) {
          throw new Wrong(`${inside(name)} is not known to this version of the format`);
        }
      }
      return out;
    },
  };
}
