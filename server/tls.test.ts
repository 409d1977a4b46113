import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { certificate } from '#server/tls.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parlor-tls-'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('the LAN certificate', () => {
  it('[O4] the certificate names localhost and every address, and serves', async () => {
    const { cert, key } = await certificate(dir, ['192.168.1.7']);
    const x509 = new X509Certificate(cert);
    expect(x509.checkHost('localhost')).toBe('localhost');
    expect(x509.checkIP('192.168.1.7')).toBe('192.168.1.7');
    expect(() => createSecureContext({ cert, key })).not.toThrow();
  });

  it('[O4] the certificate survives a restart, readable by its owner only', async () => {
    const first = await certificate(dir, ['192.168.1.7']);
    expect(await certificate(dir, ['192.168.1.7'])).toEqual(first);
    expect((await stat(join(dir, 'lan-certificate.pem'))).mode & 0o777).toBe(0o600);
  });

  it('[O4] the certificate is renewed for another address, and before it expires', async () => {
    const first = await certificate(dir, ['192.168.1.7']);
    const moved = await certificate(dir, ['10.0.0.3']);
    expect(moved.fingerprint).not.toBe(first.fingerprint);
    const inAYear = new Date(Date.now() + 390 * 24 * 60 * 60 * 1000);
    expect((await certificate(dir, ['10.0.0.3'], inAYear)).fingerprint).not.toBe(moved.fingerprint);
  });

  it('[O4] a damaged certificate file is never silently replaced', async () => {
    await writeFile(join(dir, 'lan-certificate.pem'), 'torn');
    await expect(certificate(dir, [])).rejects.toThrow('cannot be read');
  });
});
