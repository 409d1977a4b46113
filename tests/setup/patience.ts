/** What a test waits for has fifteen seconds, unless it says otherwise: vitest's own second is less than a busy machine takes. */
import { vi } from 'vitest';

const PATIENCE_MS = 15_000;

type Options = Parameters<typeof vi.waitFor>[1];

const patient = (options: Options = {}) =>
  typeof options === 'number' ? options : { timeout: PATIENCE_MS, ...options };

const { waitFor, waitUntil } = vi;
vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
