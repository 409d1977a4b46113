/** A Chromium for tests and pictures. */
import { type Browser, chromium } from 'playwright-core';
import { findChromium } from '#scripts/deps.ts';

/** Quiet, and no look-ups of its own: the machine may be closed to the outside. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws with the line that installs it. */
export async function startBrowser(...flags: string[]): Promise<Browser> {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) throw new Error('Chromium is missing: apt-get install chromium');
  return chromium.launch({ executablePath, args: [...FLAGS, ...flags] });
}
