import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Sealing } from '#db/sealed.ts';

/** AES-256-GCM under a key that nobody keeps: all that the stores rely on, and nothing of key files. */
export function testSealing(): Sealing {
  const master = randomBytes(32);
  return {
    newPlayerKey: () => seal(master, 'player-key', randomBytes(32)),
    sealPersonal: (wrapped, place, text) => seal(open(master, 'player-key', wrapped), place, Buffer.from(text)),
    openPersonal: (wrapped, place, sealed) => open(open(master, 'player-key', wrapped), place, sealed).toString(),
    sealRow: (place, plain) => seal(master, place, plain),
    openRow: (place, sealed) => open(master, place, sealed),
    hash: (purpose, value) => createHmac('sha256', master).update(`${purpose}\0${value}`).digest('base64url'),
  };
}

/** Seals nothing: shows that a test which looks for secrets would find them. */
export function clearSealing(): Sealing {
  return {
    newPlayerKey: () => Buffer.alloc(1),
    sealPersonal: (_wrapped, _place, text) => Buffer.from(text),
    openPersonal: (_wrapped, _place, sealed) => Buffer.from(sealed).toString(),
    sealRow: (_place, plain) => plain,
    openRow: (_place, sealed) => sealed,
    hash: (_purpose, value) => value,
  };
}

function seal(key: Uint8Array, place: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Uint8Array, place: string, sealed: Uint8Array): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(Buffer.from(place));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}
