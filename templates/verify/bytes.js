// Bytes and text: strict UTF-8, hex, base64 with one text for every byte string.

const encoder = new TextEncoder();

function utf8(text) {
  return encoder.encode(text);
}

// The text of these bytes, or null when they are not UTF-8. A byte order mark is a character like any other.
function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

// Text that can be shown, whatever the bytes are.
function shownText(bytes) {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

function hexOf(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function sameBytes(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

function joinBytes(...parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const BASE64_VALUES = new Map(Array.from(BASE64, (digit, value) => [digit, value]));

function base64Of(bytes) {
  const out = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit < 4; digit += 1) {
      out.push(at + digit > bytes.length ? '=' : BASE64[(group >> (18 - 6 * digit)) & 63]);
    }
  }
  return out.join('');
}

// The bytes of a base64 text with padding and without stray bits; null for any other text.
function bytesOfBase64(text) {
  const digits = text.replace(/=+$/, '');
  const out = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0, count = 0, at = 0;
  for (const digit of digits) {
    const value = BASE64_VALUES.get(digit);
    if (value === undefined) return null;
    bits = ((bits << 6) | value) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out[at] = bits >> count;
      at += 1;
    }
  }
  return base64Of(out) === text ? out : null;
}

function compareText(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
