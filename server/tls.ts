/** The certificate of the LAN switch: made by us, vouched for by nobody, kept across restarts. */
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export type Certificate = {
  /** PEM */
  key: string;
  /** PEM */
  cert: string;
  /** SHA-256, as browsers show it. */
  fingerprint: string;
};

const DAY = 24 * 60 * 60 * 1000;
const VALID_DAYS = 397; // browsers distrust longer ones
const RENEW_DAYS = 14;

/** The kept certificate if it still fits these addresses, else a new one. The key file is readable by its owner only. */
export async function certificate(
  dataDir: string,
  addresses: readonly string[],
  now: Date = new Date(),
): Promise<Certificate> {
  const file = join(dataDir, 'lan-certificate.pem');
  const kept = await read(file);
  if (kept && fits(kept, addresses, now)) return kept;

  const made = await generate([{ name: 'commonName', value: 'Parlor' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - DAY),
    notAfterDate: new Date(now.getTime() + VALID_DAYS * DAY),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          ...['127.0.0.1', ...addresses].map((ip): { type: 7; ip: string } => ({ type: 7, ip })),
        ],
      },
    ],
  });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Whole or not at all: a kill between the two halves would leave a key without its certificate.
  await writeFile(`${file}.new`, made.private + made.cert, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return parse(made.private + made.cert);
}

async function read(file: string): Promise<Certificate | undefined> {
  try {
    return parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`The certificate in ${file} cannot be read. Delete the file to have a new one made.`, {
      cause: error,
    });
  }
}

function parse(pem: string): Certificate {
  const start = pem.indexOf('-----BEGIN CERTIFICATE-----');
  const [key, cert] = [pem.slice(0, start), pem.slice(start)];
  return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256 };
}

function fits({ cert }: Certificate, addresses: readonly string[], now: Date): boolean {
  const x509 = new X509Certificate(cert);
  const lasts = new Date(x509.validTo).getTime() - now.getTime() > RENEW_DAYS * DAY;
  return lasts && addresses.every((address) => x509.checkIP(address) !== undefined);
}
