import type { Steps } from '#rooms/ports.ts';

/** `step` or `step:n` kills this process, hard, the first or the nth time the host comes by. For tests. */
export function dyingAt(kill: string | undefined): Steps {
  if (kill === undefined) return () => {};
  const [, wanted, nth] = /^(.+?)(?::(\d+))?$/.exec(kill) ?? [];
  let left = Number(nth ?? 1);
  return (step) => {
    if (step === wanted && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
