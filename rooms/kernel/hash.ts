/**
 * A 64-bit fingerprint of a text, as 16 hex digits. For telling apart, not for keeping secrets: two
 * MurmurHash3-style lanes (Austin Appleby, public domain) over UTF-16 units.
 */
export function fingerprint(text: string, key = 0): string {
  let a = 0x9e3779b9 ^ key;
  let b = 0x85ebca6b ^ key ^ text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 0xcc9e2d51);
    a = (a << 15) | (a >>> 17);
    b = Math.imul(b ^ unit, 0x1b873593);
    b = (b << 13) | (b >>> 19);
  }
  a = settle(a ^ b);
  b = settle(b ^ a);
  return hex(a) + hex(b);
}

function settle(word: number): number {
  let w = word;
  w = Math.imul(w ^ (w >>> 16), 0x85ebca6b);
  w = Math.imul(w ^ (w >>> 13), 0xc2b2ae35);
  return w ^ (w >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
